"""Complaints of a seeker (苦情・相談): choosing the desk, following the case, writing in it (seed 004 S-Q4, S-Q5).

What is written to the organisation's officer and may tell who wrote it is shown once more before it goes; to send it is
the seeker's own choice (seed 004 S-Q2).
"""

import secrets
from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import Form, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.domain.complaint import KINDS, LONGEST_TEXT, Act, Desk, Opener, Side, State
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Invalid
from portal.services import complaint as service
from portal.services import complaint_act
from portal.services.complaint import Offer
from portal.services.draft import Draft
from portal.services.own_text import screened
from portal.web import complaint as words
from portal.web.auth.identity import current_actor
from portal.web.complaint_sides import names_of, office_choices, shown_lines
from portal.web.draft import draft_here, fields_of
from portal.web.field_wording import show_in
from portal.web.finding import FINDINGS
from portal.web.letterhead import class_name
from portal.web.maintenance import read_only
from portal.web.outcome import answer_name
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, language, page_number, seeker_page, show
from portal.web.wording import Words, words_of

ADDRESS = "/complaints/<ref>"
NEW = "/organisations/<ref>/complaint"
MAKE = Permission.SEEKER_COMPLAINT_MAKE
NEEDED = [InputRequired()]

STATES: Mapping[State, LazyString] = {
    State.OPEN: lazy_gettext("受け付けました。窓口が内容を確認します。"),
    State.EXAMINED: lazy_gettext("窓口が対応しています。"),
    State.ASKED: lazy_gettext("窓口が、団体に事情を確認しています。"),
    State.ANSWERED: lazy_gettext("窓口から回答がありました。下をご覧ください。"),
    State.SETTLED: lazy_gettext("解決したものとして終わっています。"),
    State.CLOSED: lazy_gettext("終わっています。"),
}
ASKED = lazy_gettext("窓口が、あなたに事情を聞いています。下の「窓口に書く」から返事ができます。")
_ENDS: Mapping[str, Act] = {"settle": Act.SETTLE, "withdraw": Act.CLOSE}


class NewForm(Form):
    """A new case. The key makes a second click harmless; sure: shown once more, and to be sent all the same."""

    kind = RadioField(_l("何についての相談ですか"), NEEDED, choices=[])
    desk = RadioField(_l("どこに相談しますか"), NEEDED, choices=[])
    office = SelectField(_l("相談するハローワーク"), choices=[], validate_choice=False)
    text = TextAreaField(_l("困っていること"), NEEDED)
    key = HiddenField()

    def offer(self, offered: Offer) -> None:
        """What can be chosen; an officer who cannot be reached here is not among it."""
        self.kind.choices = [(kind.value, str(words.KINDS[kind])) for kind in KINDS[Opener.SEEKER]]
        officer = SelectChoice(
            Desk.OFFICER.value, gettext("この団体の責任者（個人情報管理・苦情処理責任者）")
        )
        office = SelectChoice(Desk.OFFICE.value, gettext("ハローワーク（苦情申出等受付担当者）"))
        self.desk.choices = [office] if offered.officer else [officer, office]
        if offered.officer and not self.desk.data:
            self.desk.data = Desk.OFFICE.value
        self.office.choices = office_choices(offered.offices, language(), gettext("登録しているハローワーク"))


class ReplyForm(Form):
    """One more line in a case."""

    text = TextAreaField(_l("窓口への返信"), NEEDED)
    key = HiddenField()


def _fresh(form: NewForm | ReplyForm) -> None:
    if not form.key.data:
        form.key.data = secrets.token_urlsafe(16)


@seeker_page("/complaints", MAKE)
def complaints() -> ResponseReturnValue:
    """Every case, the one touched last first."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = service.cases(session, current_actor(), page_number(request.args.get("page")))
        names = names_of(session, language())
    return show("complaints", found=found, names=names, kinds=words.KINDS, states=words.STATES)


@seeker_page(NEW, MAKE)
def complaint_new(ref: str) -> ResponseReturnValue:
    """What it is about, where to, in one's own words: in this order."""
    draft = draft_here()
    return _new(ref, NewForm(fields_of(draft)), draft=draft)


@seeker_page(NEW, MAKE, methods=("POST",))
def complaint_open(ref: str) -> ResponseReturnValue:
    """Open the case, after a warning where words to the organisation may tell who wrote them."""
    form = NewForm(request.form)
    runtime, actor = current(), current_actor()
    told = _tells(form.text.data or "") if form.desk.data == Desk.OFFICER else []
    if told and not request.form.get("sure"):
        return _new(ref, form, told=told)
    typed = {name: form[name].data or "" for name in ("kind", "desk", "office", "text")}
    try:
        with runtime.write(AUDIENCE) as session:
            opened = service.open_case(session, runtime.clock, actor, ref, typed, form.key.data or "")
    except Invalid as refused:
        if "key" in refused.errors:
            form.key.data = ""
        with_offer = _offer(ref)
        form.offer(with_offer)
        show_in(form, refused)
        return _new(ref, form, 422, offered=with_offer)
    except Conflict as refused:
        return _new(ref, form, 409, refusal=words_of(refused))
    flash(gettext("受け付けました。受付番号は %(number)s です。", number=opened.number), "success")
    return redirect(url_for("seeker.complaint", ref=opened.ref), 303)


def _offer(ref: str) -> Offer:
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        return service.offer(session, runtime.clock, current_actor(), ref)


def _new(
    ref: str,
    form: NewForm,
    status: int = 200,
    *,
    offered: Offer | None = None,
    draft: Draft | None = None,
    told: list[str] | None = None,
    refusal: Words | None = None,
) -> ResponseReturnValue:
    if offered is None:
        offered = _offer(ref)
        form.offer(offered)
    _fresh(form)
    return show(
        "complaint_new",
        status,
        offer=offered,
        one=offered.organisation,
        class_name=class_name(offered.organisation.unit_class),
        form=form,
        draft=draft,
        told=told,
        refusal=refusal,
        longest=LONGEST_TEXT,
    )


def _tells(text: str) -> list[str]:
    """Kinds of what may tell who wrote a text."""
    with current().read(AUDIENCE) as session:
        parts = screened(session, current_actor(), text)
    return list(dict.fromkeys(str(FINDINGS[kind]) for _, kind in parts if kind is not None))


@seeker_page(ADDRESS, MAKE)
def complaint(ref: str) -> ResponseReturnValue:
    """One case; opening it marks what is new as seen, which nobody is told."""
    draft = draft_here()
    return _page(ref, ReplyForm(fields_of(draft)), draft=draft, mark=True)


@seeker_page(f"{ADDRESS}/reply", MAKE)
def complaint_written(ref: str) -> ResponseReturnValue:
    """Somebody who reloads or comes back by address: the case itself."""
    return redirect(url_for("seeker.complaint", ref=ref), 303)


@seeker_page(f"{ADDRESS}/reply", MAKE, methods=("POST",))
def complaint_reply(ref: str) -> ResponseReturnValue:
    """Write to the desk; in a case that was settled this takes it up again."""
    form = ReplyForm(request.form)
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = service.case(session, runtime.clock, current_actor(), ref)
    to_officer = found.line.place.desk is Desk.OFFICER
    told = _tells(form.text.data or "") if to_officer else []
    if told and not request.form.get("sure"):
        return _page(ref, form, told=told)
    act = Act.REOPEN if Act.REOPEN in found.may else Act.REPLY
    return _done(ref, act, form, gettext("窓口に送りました。"))


@seeker_page(f"{ADDRESS}/end", MAKE)
def complaint_ended(ref: str) -> ResponseReturnValue:
    """Somebody who comes back by address: the case itself."""
    return redirect(url_for("seeker.complaint", ref=ref), 303)


@seeker_page(f"{ADDRESS}/end", MAKE, methods=("POST",))
def complaint_end(ref: str) -> ResponseReturnValue:
    """It is settled, or taken back. Without a word, like every way out."""
    act = _ENDS.get(request.form.get("how", ""))
    if act is None:
        return redirect(url_for("seeker.complaint", ref=ref), 303)
    form = ReplyForm(request.form)
    form.text.data = ""
    done = (
        gettext("解決したことを窓口に伝えました。")
        if act is Act.SETTLE
        else gettext("相談を取り下げました。")
    )
    return _done(ref, act, form, done)


def _done(ref: str, act: Act, form: ReplyForm, said: str) -> ResponseReturnValue:
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            complaint_act.act(
                session,
                runtime.clock,
                current_actor(),
                ref,
                act,
                form.text.data or "",
                form.key.data or "",
            )
    except Invalid as refused:
        if "key" in refused.errors:
            form.key.data = ""
        show_in(form, refused)
        return _page(ref, form, 422)
    except Conflict as refused:
        return _page(ref, form, 409, refusal=words_of(refused))
    flash(said, "success")
    return redirect(url_for("seeker.complaint", ref=ref), 303)


def _page(
    ref: str,
    form: ReplyForm,
    status: int = 200,
    *,
    draft: Draft | None = None,
    mark: bool = False,
    told: list[str] | None = None,
    refusal: Words | None = None,
) -> ResponseReturnValue:
    runtime, actor = current(), current_actor()
    with runtime.read(AUDIENCE) as session:
        found = service.case(session, runtime.clock, actor, ref)
        names = names_of(session, language())
    if mark and found.line.new and not read_only():
        with runtime.write(AUDIENCE) as session:
            complaint_act.seen(session, runtime.clock, actor, ref)
    _fresh(form)
    if Act.REOPEN in found.may:
        form.text.label.text = gettext("解決していないことを伝える")
    return show(
        "complaint",
        status,
        case=found,
        line=found.line,
        entries=shown_lines(found.lines, found.side, names),
        place=names.of(found.line.place),
        names=names,
        kind=str(words.KINDS[found.line.kind]),
        tag_words=words.STATES[found.line.state],
        sentence=ASKED
        if found.side is Side.OTHER and found.line.state is State.ASKED
        else STATES[found.line.state],
        class_name=class_name(found.line.unit_class),
        asked=found.side is Side.OTHER,
        may={act.value for act in found.may},
        form=form,
        draft=draft,
        told=told,
        refusal=refusal,
        longest=LONGEST_TEXT,
    )


@seeker_page(f"{ADDRESS}/copy", MAKE)
def complaint_copy(ref: str) -> ResponseReturnValue:
    """The thread as it was frozen, as the desk can read it."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        line, found = service.frozen(session, runtime.clock, current_actor(), ref)
    return show("complaint_copy", line=line, copy=found, answer_name=answer_name)
