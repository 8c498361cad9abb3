"""Taking an application in from paper, and entering what it says, step by step with the applicant's own forms."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, SelectField, StringField

from portal.calendar.day import jst_day
from portal.domain.application import Act, Kind, Source, State, Step
from portal.domain.application_reading import JOINT_ONLY
from portal.domain.bureau_desk import number_wanted
from portal.domain.permission import Permission
from portal.domain.reach import UnitClass
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.services import application_desk as service
from portal.services.application_view import ApplicationLine, CasePage, Filters
from portal.services.draft import Draft
from portal.web.application.forms import (
    NEEDED,
    OrganisationForm,
    StepForm,
    change_rows,
    filled_form,
    sent_form,
    show_refusal,
)
from portal.web.application.rows import content_rows
from portal.web.application.wording import KINDS, STEPS
from portal.web.auth.identity import current_actor
from portal.web.bureau.application import ADDRESS, asked_for, asked_of, case_page, read_case
from portal.web.bureau.frame import AUDIENCE, bureau_page, show
from portal.web.draft import draft_here, fields_of
from portal.web.field_wording import show_in
from portal.web.runtime import current
from portal.web.wording import Words, words_of

DECIDE = Permission.BUREAU_APPLICATION_DECIDE

# What may come on paper: the words to choose from, the procedure, and the class where a new unit may come of it.
PAPERS: dict[str, tuple[Any, Kind, UnitClass | None]] = {
    "use_private": (_l("利用申請（民間職業紹介事業者等）"), Kind.USE, UnitClass.PRIVATE),
    "use_municipal": (_l("利用申請（地方自治体等）"), Kind.USE, UnitClass.MUNICIPAL),
    "change": (_l("利用申請の変更"), Kind.CHANGE, None),
    "renewal": (_l("更新"), Kind.RENEWAL, None),
    "end": (_l("利用停止"), Kind.END, None),
}


class PaperForm(Form):
    """Which paper it is."""

    paper = RadioField(_l("届いた書類"), NEEDED, choices=[], validate_choice=False)


class UnitPaperForm(Form):
    """A paper about a unit there is."""

    received_on = StringField(_l("書類が届いた日"))
    unit = StringField(_l("団体の番号"), NEEDED)


class UsePaperForm(OrganisationForm):
    """The head of a 利用申請; the rest is entered on the pages that follow."""

    received_on = StringField(_l("書類が届いた日"))
    registration_class = SelectField(_l("団体の種類"), NEEDED, choices=[], validate_choice=False)


@bureau_page("/applications/new", DECIDE, methods=("GET", "POST"))
def take_in() -> ResponseReturnValue:
    """Which paper came; then its head; sent, it has a number and the rest is entered page by page."""
    paper = request.values.get("paper", "")
    if paper not in PAPERS:
        return _which(paper)
    draft = draft_here() if request.method == "GET" else None
    form = _form(paper, fields_of(draft) or request.form)
    if request.method == "GET":
        if draft is not None:
            return _head(paper, form, draft=draft)
        form.received_on.data = jst_day(current().clock.now()).isoformat()
        if "unit" in form:
            form.unit.data = request.args.get("unit", "")
        return _head(paper, form)
    _, kind, unit_class = PAPERS[paper]
    typed = {name: list(values) for name, values in request.form.lists()}
    typed |= {"kind": [kind.value], "unit_class": [unit_class.value if unit_class else ""]}
    if not request.form.get("again") and (same := _same_today(kind, typed)):
        return _head(paper, form, 409, same=same)
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            ref = service.take_in(session, runtime.clock, current_actor(), typed)
    except Invalid as refused:
        show_in(form, refused)
        return _head(paper, form, 422)
    case = read_case(ref)
    flash(
        gettext("番号 %(number)s で受け付けました。紙に番号を書いてください。", number=case.line.case_number),
        "success",
    )
    return redirect(_next(case, None), 303)


def _same_today(kind: Kind, typed: dict[str, list[str]]) -> ApplicationLine | None:
    """The same paper, entered today already: the form was sent twice, or a colleague was faster."""
    runtime = current()
    number = number_wanted((typed.get("number") or typed.get("unit") or [""])[0])
    wanted = Filters(states=(State.RECEIVED,), kinds=(kind,), text=number)
    with runtime.read(AUDIENCE) as session:
        found = service.listing(session, current_actor(), wanted) if number else None
    today = jst_day(runtime.clock.now())
    return next(
        (
            line
            for line in (found.lines if found else ())
            if line.source is Source.PAPER and line.made_on == today and line.unit_number == number
        ),
        None,
    )


def _which(paper: str) -> ResponseReturnValue:
    form = PaperForm(request.args)
    form.paper.choices = [(key, str(text)) for key, (text, _, _) in PAPERS.items()]
    asked = "paper" in request.args
    if asked:
        show_in(form, Invalid({"paper": ["unknown_code" if paper else "missing"]}))
    return show("paper_kind", 422 if asked else 200, form=form, unit=request.args.get("unit", ""))


def _form(paper: str, filled: MultiDict[str, str]) -> Form:
    _, kind, unit_class = PAPERS[paper]
    if unit_class is None:
        return UnitPaperForm(filled)
    form = UsePaperForm(filled)
    asked = asked_for(kind, unit_class)
    form.ask(asked)
    form.registration_class.choices = [
        ("", gettext("選んでください")),
        *(
            (choice.value, choice.label)
            for choice in asked.options("registration_class", unit_class)
            if choice.value != JOINT_ONLY
        ),
    ]
    return form


def _head(
    paper: str,
    form: Form,
    status: int = 200,
    same: ApplicationLine | None = None,
    draft: Draft | None = None,
) -> ResponseReturnValue:
    text, _, unit_class = PAPERS[paper]
    return show(
        "paper_head",
        status,
        form=form,
        paper=paper,
        kind=str(text),
        municipal=unit_class is UnitClass.MUNICIPAL,
        same=same,
        draft=draft,
        long=unit_class is not None,
    )


# Step by step


@dataclass(frozen=True)
class Place:
    """What the frame of a step asks for its addresses."""

    ref: str

    def url(self, page: str = "", **values: str) -> str:
        """The page of the case, or of one of its steps."""
        return url_for("bureau.application" + (f"_{page}" if page else ""), ref=self.ref, **values)


@bureau_page(f"{ADDRESS}/steps/<step>", DECIDE, methods=("GET", "POST"))
def application_step(ref: str, step: str) -> ResponseReturnValue:
    """Enter one step as the paper says, or its correction."""
    case = read_case(ref)
    here = next((known for known in case.steps if known.value == step), None)
    if here is None:
        raise NotFound
    if request.method == "GET":
        if Act.AMEND not in case.may:
            return redirect(url_for("bureau.application", ref=ref), 303)
        told = case.typed.get(here) or case.before.get(here) or {}
        return _step(case, here, filled_form(here, told, asked_of(case), case.revision))
    changed = change_rows(here, asked_of(case))
    if changed is not None:
        return _step(case, here, changed)
    return _save(case, here, sent_form(here, asked_of(case)))


def _save(case: CasePage, here: Step, form: StepForm) -> ResponseReturnValue:
    runtime, ref = current(), case.line.ref
    try:
        with runtime.write(AUDIENCE) as session:
            service.amend(
                session,
                runtime.clock,
                current_actor(),
                ref,
                here.value,
                form.typed() | {"bureau_code": case.line.bureau_code},
                seen=form.revision,
            )
    except Invalid as refused:
        show_refusal(form, refused)
        return _step(case, here, form, 422)
    except Conflict as conflict:
        now = read_case(ref)
        form.seen.data = str(now.revision)
        if here not in now.steps or Act.AMEND not in now.may:
            return case_page(ref, 409, words_of(conflict))
        return _step(now, here, form, 409, words_of(conflict))
    flash(gettext("「%(step)s」を保存しました。", step=STEPS[here]), "success")
    return redirect(_next(read_case(ref), here), 303)


def _next(case: CasePage, here: Step | None) -> str:
    """The next step that is not entered yet; then the case."""
    open_steps = [each.step for each in case.missing]
    behind = case.steps.index(here) + 1 if here in case.steps and here else 0
    waiting = [step for step in case.steps[behind:] if step in open_steps]
    if not waiting or request.form.get("then") == "overview":
        return url_for("bureau.application", ref=case.line.ref)
    return url_for("bureau.application_step", ref=case.line.ref, step=waiting[0].value)


def _step(
    case: CasePage, here: Step, form: StepForm, status: int = 200, refused: Words | None = None
) -> ResponseReturnValue:
    place = case.steps.index(here)
    saved = filled_form(here, case.typed.get(here) or {}, asked_of(case), case.revision)
    if "bureau_code" in form:
        # The paper is here already: it stays with this bureau.
        form.bureau_code.choices = [
            choice for choice in form.bureau_code.choices if choice.value == case.line.bureau_code
        ]
    return show(
        f"steps/{here.value}",
        status,
        room="application",
        layout="bureau/base.html",
        desk=Place(case.line.ref),
        view=case,
        form=form,
        here=here.value,
        step_title=str(STEPS[here]),
        kind=str(KINDS[case.line.kind]),
        place=place + 1,
        before=case.steps[place - 1].value if place else None,
        municipal=case.line.unit_class is UnitClass.MUNICIPAL,
        changes=case.line.kind is Kind.CHANGE,
        prefilled=False,
        marker=None,
        refused=refused,
        saved=content_rows(saved) if refused else (),
    )
