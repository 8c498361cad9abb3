"""The pages of one application, for whoever applies: overview, steps, finishing, reopening, discarding.

Without an account (`/apply/<key>`) and from inside a unit (`/provider/applications/<ref>`) they are the same; a Desk
says what differs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.application import Act, Kind, State, Step
from portal.domain.reach import UnitClass
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.services import application as service
from portal.services import code
from portal.services.application_view import ApplicationView, CasePage
from portal.web.application.forms import (
    Asked,
    StepForm,
    change_rows,
    filled_form,
    sent_form,
    show_refusal,
)
from portal.web.application.rows import asked_back, content_rows, history_rows
from portal.web.application.wording import KINDS, STATES, STEPS
from portal.web.runtime import current
from portal.web.wording import Words, words_of

TABLES = ("bureau", "registration_class", "legal_basis")
# Where a paper exists: a draft that was written on after printing has none that counts.
ON_PAPER = frozenset(State) - {State.DRAFT}
WITH_LETTER = frozenset({State.RETURNED, State.APPROVED, State.REFUSED})


@dataclass(frozen=True)
class Desk:
    """Where an application is worked on.

    place: the beginning of the names of its pages ("public.application" or "provider.application"); at: what its
    addresses carry. show: draws a template with a status. more: what the overview shows besides.
    """

    audience: str
    place: str
    at: dict[str, str]
    ref: str
    actor: Actor
    show: Callable[..., ResponseReturnValue]
    more: Mapping[str, object] = field(default_factory=dict)

    def url(self, page: str = "", **values: str) -> str:
        """The address of one of its pages; "" is the overview."""
        return url_for(self.place + (f"_{page}" if page else ""), **self.at, **values)


def read(desk: Desk) -> ApplicationView:
    """The application as it is now. Raises NotFound."""
    with current().read(desk.audience) as session:
        return service.own(session, current().clock, desk.actor, desk.ref)


def asked(audience: str, view: ApplicationView | None = None, *, every: bool = False) -> Asked:
    """What steps are asked about; without a view that of a first application. every: with codes that have ended."""
    runtime, language = current(), str(get_locale() or "ja")
    today = jst_day(runtime.clock.now())
    with runtime.read(audience) as session:
        codes = {
            table: tuple(code.names(session, table).values())
            if every
            else code.choices(session, table, today)
            for table in TABLES
        }
    if view is None:
        return Asked(Kind.USE, None, codes, language)
    return Asked(view.line.kind, view.line.unit_class, codes, language)


def overview(desk: Desk, status: int = 200, refused: Words | None = None, **more: Any) -> ResponseReturnValue:
    """Where it stands, what it says, what is missing, what can be done, what happened."""
    view = read(desk)
    every = asked(desk.audience, view, every=True)
    lacking = {each.step for each in view.missing}
    forms = {each: filled_form(each, view.typed[each], every, view.revision) for each in view.steps}
    return desk.show(
        "application/overview.html",
        status,
        desk=desk,
        view=view,
        can={act.value for act in view.may},
        state=STATES[view.line.state],
        kind=str(KINDS[view.line.kind]),
        bureau=bureau_name(every, view),
        steps=[
            (each.value, str(STEPS[each]), each in lacking, content_rows(form))
            for each, form in forms.items()
        ],
        history=history_rows(view),
        asked_back=asked_back(view),
        on_paper=view.line.state in ON_PAPER,
        with_letter=view.line.state in WITH_LETTER,
        refused=refused,
        **desk.more,
    )


def bureau_name(every: Asked, view: ApplicationView | CasePage) -> str:
    """The bureau that the papers go to; "" before one is chosen."""
    names = {choice.code: choice.name(every.language) for choice in every.codes["bureau"]}
    return names.get(view.line.bureau_code, "")


def step(desk: Desk, name: str) -> ResponseReturnValue:
    """One step: shown with what is saved; sent, it is checked and kept, and the next one follows."""
    view = read(desk)
    here = next((known for known in view.steps if known.value == name), None)
    if here is None:
        raise NotFound
    about = asked(desk.audience, view)
    if request.method != "POST":
        if Act.SAVE not in view.may:
            return redirect(desk.url(), 303)
        form = filled_form(here, view.typed[here], about, view.revision)
        return _step_page(desk, view, here, form)
    changed = change_rows(here, about)
    if changed is not None:
        return _step_page(desk, view, here, changed)
    return _save(desk, view, here, sent_form(here, about))


def _save(desk: Desk, view: ApplicationView, here: Step, form: StepForm) -> ResponseReturnValue:
    runtime = current()
    try:
        with runtime.write(desk.audience) as session:
            saved = service.save_step(
                session, runtime.clock, desk.actor, desk.ref, here.value, form.typed(), seen=form.revision
            )
    except Invalid as invalid:
        show_refusal(form, invalid)
        return _step_page(desk, view, here, form, 422)
    except Conflict as conflict:
        # Sending once more is then a decision: what is saved now is shown beside.
        now = read(desk)
        form.seen.data = str(now.revision)
        if here not in now.steps:
            return overview(desk, 409, words_of(conflict))
        return _step_page(desk, now, here, form, 409, words_of(conflict))
    flash(gettext("「%(step)s」を保存しました。", step=STEPS[here]), "success")
    return redirect(_next(desk, saved, here), 303)


def _next(desk: Desk, saved: ApplicationView, here: Step) -> str:
    """The next step, as long as something is missing; then the overview."""
    place = saved.steps.index(here) + 1
    if not saved.missing or place == len(saved.steps) or request.form.get("then") == "overview":
        return desk.url()
    return desk.url("step", step=saved.steps[place].value)


def _step_page(
    desk: Desk,
    view: ApplicationView,
    here: Step,
    form: StepForm,
    status: int = 200,
    refused: Words | None = None,
) -> ResponseReturnValue:
    place = view.steps.index(here)
    saved = filled_form(here, view.typed[here], asked(desk.audience, view, every=True), view.revision)
    return desk.show(
        f"application/steps/{here.value}.html",
        status,
        desk=desk,
        view=view,
        form=form,
        here=here.value,
        step_title=str(STEPS[here]),
        kind=str(KINDS[view.line.kind]),
        place=place + 1,
        before=view.steps[place - 1].value if place else None,
        municipal=view.line.unit_class is UnitClass.MUNICIPAL,
        changes=view.line.kind is Kind.CHANGE,
        prefilled=here in {each.step for each in view.missing} and bool(view.typed[here]),
        refused=refused,
        closed=Act.SAVE not in view.may,
        saved=content_rows(saved) if refused else (),
    )


def finish(desk: Desk) -> ResponseReturnValue:
    """Complete: it gets its number and its paper."""
    return _act(desk, service.finish, "")


def reopen(desk: Desk) -> ResponseReturnValue:
    """Back to writing; what was printed is void."""
    return _act(desk, service.reopen, gettext("下書きに戻しました。前に印刷した紙は使わないでください。"))


def _act(desk: Desk, command: Callable[..., Any], done: str) -> ResponseReturnValue:
    if request.method != "POST":
        read(desk)
        return redirect(desk.url(), 303)
    runtime = current()
    try:
        with runtime.write(desk.audience) as session:
            command(session, runtime.clock, desk.actor, desk.ref, seen=_seen())
    except Conflict as conflict:
        return overview(desk, 409, words_of(conflict))
    if done:
        flash(done, "success")
    return redirect(desk.url(), 303)


def discard(desk: Desk, gone_to: str) -> ResponseReturnValue:
    """Asked once more, then deleted. gone_to: the page that follows."""
    view = read(desk)
    if request.method != "POST":
        if Act.DISCARD not in view.may:
            return redirect(desk.url(), 303)
        return desk.show("application/discard.html", desk=desk, view=view, kind=str(KINDS[view.line.kind]))
    runtime = current()
    try:
        with runtime.write(desk.audience) as session:
            service.discard(session, runtime.clock, desk.actor, desk.ref, seen=_seen())
    except Conflict as conflict:
        return overview(desk, 409, words_of(conflict))
    flash(gettext("下書きを消しました。"), "success")
    return redirect(gone_to, 303)


def _seen() -> int:
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
