"""Complaints on the officer's pages: those brought to the officer, those a desk asks about, those taken to an office.

Nobody else of the organisation finds them. A complaint at an office is not there until that desk asks (ruling 64): the
same page, the same number beside the menu, the same statements as without it.
"""

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import Form, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.domain.complaint import KINDS, LONGEST_TEXT, Act, Desk, Opener, Side
from portal.domain.message_screening import TextRefused
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Forbidden, Invalid
from portal.services import complaint_act
from portal.services import complaint_officer as service
from portal.services.complaint_officer import ConsultOffer, OfficerCase
from portal.services.draft import Draft
from portal.web import complaint as words
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.complaint_sides import names_of, office_choices, shown_lines
from portal.web.draft import draft_here, fields_of
from portal.web.field_wording import show_in
from portal.web.maintenance import read_only
from portal.web.outcome import answer_name
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import NEEDED, KeyedForm
from portal.web.provider.page import show
from portal.web.provider.screened import point_out, told
from portal.web.runtime import current
from portal.web.wording import Words, words_of

HANDLE = Permission.UNIT_COMPLAINT_HANDLE

WAYS: Mapping[str, Act] = {"write": Act.WRITE, "answer": Act.ANSWER, "settle": Act.SETTLE, "close": Act.CLOSE}
"""What the officer can do with a text in a case that was brought to the officer."""
_ENDS: Mapping[str, Act] = {"settle": Act.SETTLE, "withdraw": Act.CLOSE}
SIDES: Mapping[Side, LazyString] = {
    Side.DESK: _l("求職者からの苦情・相談"),
    Side.OTHER: _l("窓口からの照会"),
    Side.OPENER: _l("こちらからの相談"),
}


NOTE = "note"


class SayForm(KeyedForm):
    """Words of the officer in a case. how: what they are, where there is a choice."""

    how = RadioField(_l("書くことの種類"), NEEDED, choices=[], validate_choice=False)
    text = TextAreaField(_l("文章"), NEEDED)
    revision = HiddenField()


class NoteForm(Form):
    """A note for officers alone."""

    text = TextAreaField(_l("覚え書き（求職者にも、団体のほかの人にも見えません）"), NEEDED)


class ConsultForm(KeyedForm):
    """A case that the organisation brings to an office. About whom: a thread, or an earlier case."""

    kind = RadioField(_l("何についての相談ですか"), NEEDED, choices=[], validate_choice=False)
    office = SelectField(_l("相談するハローワーク"), NEEDED, choices=[], validate_choice=False)
    text = TextAreaField(_l("相談の内容"), NEEDED)
    thread = HiddenField()
    earlier = HiddenField()


def _language() -> str:
    return str(get_locale() or "ja")


def _page_number() -> int:
    typed = request.args.get("page", "")
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


@page(blueprint, "/complaints", audience=Audience.PROVIDER, permission=HANDLE)
def complaints() -> ResponseReturnValue:
    """The cases the officer finds, the one touched last first."""
    runtime = current()
    with runtime.read("provider") as session:
        found = service.cases(session, runtime.clock, current_actor(), _page_number())
        names = names_of(session, _language())
    return show(
        "provider/complaints.html",
        found=found,
        names=names,
        kinds=words.KINDS,
        states=words.STATES,
        sides=SIDES,
    )


@page(blueprint, "/complaints/<ref>", audience=Audience.PROVIDER, permission=HANDLE)
def complaint(ref: str) -> ResponseReturnValue:
    """One case; opening it marks what is new as seen."""
    found = _case(ref)
    runtime = current()
    if found.line.new and not read_only():
        with runtime.write("provider") as session:
            complaint_act.seen(session, runtime.clock, current_actor(), ref)
    draft = draft_here()
    return _page(found, SayForm(fields_of(draft)), draft=draft)


@page(
    blueprint,
    "/complaints/<ref>/say",
    audience=Audience.PROVIDER,
    permission=HANDLE,
    methods=["GET", "POST"],
)
def complaint_say(ref: str) -> ResponseReturnValue:
    """Write, answer or end as the desk; reply as whoever opened the case or was asked."""
    if request.method == "GET":
        return redirect(url_for(".complaint", ref=ref), 303)
    form = SayForm(request.form)
    form.keep_key()
    found = _case(ref)
    act = WAYS.get(form.how.data or "") if found.line.side is Side.DESK else _reply(found)
    if act is None:
        show_in(form, Invalid({"how": ["missing"]}))
        return _page(found, form)
    return _act(ref, act, form, gettext("書き込みました。"))


def _reply(found: OfficerCase) -> Act:
    return Act.REOPEN if Act.REOPEN in found.may else Act.REPLY


@page(
    blueprint,
    "/complaints/<ref>/end",
    audience=Audience.PROVIDER,
    permission=HANDLE,
    methods=["GET", "POST"],
)
def complaint_end(ref: str) -> ResponseReturnValue:
    """A case of the organisation's own is settled or taken back."""
    act = _ENDS.get(request.form.get("how", ""))
    found = _case(ref)
    if request.method == "GET" or act is None or found.line.side is not Side.OPENER:
        return redirect(url_for(".complaint", ref=ref), 303)
    form = SayForm(request.form)
    form.keep_key()
    form.text.data = ""
    return _act(ref, act, form, gettext("窓口に伝えました。"))


def _act(ref: str, act: Act, form: SayForm, said: str) -> ResponseReturnValue:
    runtime = current()
    revision = form.revision.data or ""
    try:
        with runtime.write("provider") as session:
            complaint_act.act(
                session,
                runtime.clock,
                current_actor(),
                ref,
                act,
                form.text.data or "",
                form.key.data or "",
                revision=int(revision)
                if revision.isascii() and revision.isdigit() and len(revision) < 9
                else None,
            )
    except Invalid as invalid:
        show_in(form, invalid)
        return _page(_case(ref), form)
    except TextRefused as refused:
        point_out(form)
        return _page(_case(ref), form, held=refused)
    except (Conflict, Forbidden) as refusal:
        form.revision.data = ""
        return _page(_case(ref), form, refusal=words_of(refusal))
    flash(said, "success")
    return redirect(url_for(".complaint", ref=ref), 303)


@page(
    blueprint,
    "/complaints/<ref>/note",
    audience=Audience.PROVIDER,
    permission=HANDLE,
    methods=["GET", "POST"],
)
def complaint_note(ref: str) -> ResponseReturnValue:
    """Note something for officers alone."""
    if request.method == "GET":
        return redirect(url_for(".complaint", ref=ref), 303)
    form = NoteForm(request.form, prefix=NOTE)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            service.note(session, runtime.clock, current_actor(), ref, form.text.data or "")
    except Invalid as invalid:
        show_in(form, invalid)
        return _page(_case(ref), SayForm(), note=form)
    flash(gettext("覚え書きを残しました。"), "success")
    return redirect(url_for(".complaint", ref=ref), 303)


@page(
    blueprint,
    "/complaints/<ref>/copy",
    audience=Audience.PROVIDER,
    permission=HANDLE,
    methods=["GET", "POST"],
)
def complaint_copy(ref: str) -> ResponseReturnValue:
    """The thread as it was frozen. Opening it is recorded and shown to the seeker: a button opens it, never a link."""
    if request.method == "GET":
        return redirect(url_for(".complaint", ref=ref), 303)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            line, found = service.read_transcript(session, runtime.clock, current_actor(), ref)
    except (Conflict, Forbidden) as refusal:
        return _page(_case(ref), SayForm(), refusal=words_of(refusal))
    return show("provider/complaint_copy.html", line=line, copy=found, answer_name=answer_name)


@page(blueprint, "/consultation", audience=Audience.PROVIDER, permission=HANDLE, methods=["GET", "POST"])
def complaint_consult() -> ResponseReturnValue:
    """Bring a case about a seeker to an office (seed 004 P-Q9, M-Q6)."""
    draft = draft_here()
    form = ConsultForm(request.form if request.method == "POST" else fields_of(draft))
    form.thread.data = request.values.get("thread", "")
    form.earlier.data = request.values.get("earlier", "")
    form.keep_key()
    if request.method == "GET":
        return _consult(form, draft=draft)
    runtime = current()
    typed = {name: form[name].data or "" for name in ("kind", "office", "text")}
    try:
        with runtime.write("provider") as session:
            opened = service.consult(
                session,
                runtime.clock,
                current_actor(),
                typed,
                form.key.data or "",
                thread=form.thread.data,
                earlier=form.earlier.data,
            )
    except Invalid as invalid:
        show_in(form, invalid)
        return _consult(form)
    except Conflict as refusal:
        return _consult(form, refusal=words_of(refusal))
    flash(gettext("受け付けました。受付番号は %(number)s です。", number=opened.number), "success")
    return redirect(url_for(".complaint", ref=opened.ref), 303)


def _consult(
    form: ConsultForm, *, draft: Draft | None = None, refusal: Words | None = None
) -> ResponseReturnValue:
    runtime = current()
    with runtime.read("provider") as session:
        offered: ConsultOffer = service.consult_offer(
            session,
            runtime.clock,
            current_actor(),
            thread=form.thread.data or "",
            earlier=form.earlier.data or "",
        )
    form.kind.choices = [SelectChoice(kind.value, str(words.KINDS[kind])) for kind in KINDS[Opener.UNIT]]
    form.office.choices = office_choices(offered.offices, _language(), "")
    return show(
        "provider/complaint_consult.html",
        422 if form.errors else 409 if refusal is not None else 200,
        offer=offered,
        form=form,
        draft=draft,
        refusal=refusal,
        longest=LONGEST_TEXT,
    )


def _case(ref: str) -> OfficerCase:
    runtime = current()
    with runtime.read("provider") as session:
        return service.case(session, runtime.clock, current_actor(), ref)


def _page(
    found: OfficerCase,
    form: SayForm,
    *,
    note: NoteForm | None = None,
    draft: Draft | None = None,
    refusal: Words | None = None,
    held: TextRefused | None = None,
) -> ResponseReturnValue:
    form.keep_key()
    form.how.choices = _ways(found)
    # For whoever is asked it would count lines that are not theirs to know of.
    form.revision.data = form.revision.data or str(found.revision) if found.line.side is Side.DESK else ""
    note = note or NoteForm(prefix=NOTE)
    wrong = next((each for each in (form, note) if each.errors), None)
    runtime = current()
    with runtime.read("provider") as session:
        names = names_of(session, _language())
    return show(
        "provider/complaint.html",
        422 if wrong is not None else 409 if refusal is not None else 200,
        case=found,
        line=found.line,
        side=found.line.side.value,
        of_officer=found.line.place.desk is Desk.OFFICER,
        entries=shown_lines(found.lines, found.line.side, names),
        place=names.of(found.line.place),
        kind=str(words.KINDS[found.line.kind]),
        state=words.STATES[found.line.state],
        side_words=SIDES[found.line.side],
        acts={act.value for act in found.may},
        form=form,
        note=note,
        refused=wrong or form,
        draft=draft,
        refusal=refusal,
        longest=LONGEST_TEXT,
        held=told(form.text.data or "", held.findings, longest=LONGEST_TEXT) if held is not None else None,
    )


def _ways(found: OfficerCase) -> list[tuple[str, str]]:
    names = {
        "write": gettext("途中の連絡や質問（対応は続きます）"),
        "answer": gettext("回答"),
        "settle": gettext("解決として終える"),
        "close": gettext("解決しないまま終える"),
    }
    return [(way, name) for way, name in names.items() if WAYS[way] in found.may]
