"""What organisations have written, and the seeker's answers.

An answer that may tell who wrote it is shown once more before it goes; to send it is the seeker's own choice (seed 004
S-Q2). What was typed is never lost: it stays in the form, whatever the reason for which nothing was sent.
"""

import secrets

from flask import flash, redirect, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.domain.answer import LONGEST_MESSAGE, AnswerKind, check_answer
from portal.domain.outcome import Outcome
from portal.domain.paid_service import ConsentState
from portal.domain.permission import Permission
from portal.domain.refusal import Forbidden, Invalid, NotFound, Refusal
from portal.services import block
from portal.services import inbox as service
from portal.services.draft import Draft
from portal.services.inbox import InboxLine, InboxThread
from portal.services.own_text import Part, screened
from portal.services.paid_consent import with_unit
from portal.web.auth.identity import current_actor
from portal.web.draft import draft_here, fields_of, keep_refused
from portal.web.field_wording import show_in
from portal.web.finding import FINDINGS
from portal.web.letterhead import class_name, lines_shown
from portal.web.maintenance import read_only
from portal.web.outcome import answer_name, outcome_name
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, page_number, seeker_page, show
from portal.web.seeker.message_report import hints_shown
from portal.web.wording import Words, words_of

ADDRESS = "/inbox/<ref>"


class AnswerForm(Form):
    """One answer. The key makes a second click harmless."""

    kind = RadioField(_l("返事の種類"), [InputRequired()], choices=[])
    text = TextAreaField(_l("伝えたいこと"))
    key = HiddenField()

    def offer(self) -> None:
        """The four ways to answer; none is chosen beforehand."""
        self.kind.choices = [
            SelectChoice("use", gettext("利用希望：この団体のサービスを利用したい")),
            SelectChoice("question", gettext("質問：聞きたいことがある")),
            SelectChoice("later", gettext("今は見送る")),
            SelectChoice("text", gettext("そのほか（自由に書く）")),
        ]

    @property
    def answer_kind(self) -> AnswerKind:
        """The kind that was chosen. Raises Invalid on the field."""
        try:
            return AnswerKind(self.kind.data or "")
        except ValueError:
            raise Invalid({"kind": ["missing"]}) from None

    def refuse(self, words: Words) -> None:
        """Say above the fields why nothing was sent."""
        self.form_errors = [*self.form_errors, words.text]


def fresh_key() -> str:
    """A key for one more answer."""
    return secrets.token_urlsafe(16)


@seeker_page("/inbox", Permission.SEEKER_INBOX_READ)
def inbox() -> ResponseReturnValue:
    """One line for each organisation, the latest first."""
    runtime, actor = current(), current_actor()
    with runtime.read(AUDIENCE) as session:
        found = service.inbox(session, actor, page_number(request.args.get("page")))
        blocked = {one.ref for one in block.blocks(session, runtime.clock, actor)}
    return show("inbox", inbox=found, lines=[(line, *line_state(line, blocked)) for line in found.lines])


def line_state(line: InboxLine, blocked: set[str]) -> tuple[str, str]:
    """A state in words and its kind, for one line of the inbox; "" when there is nothing to say."""
    if line.ref in blocked:
        return gettext("ブロック中"), "neutral"
    if line.answer == AnswerKind.TEXT:
        return gettext("返事済み"), "success"
    if line.answer is not None:
        return gettext("返事済み：%(answer)s", answer=answer_name(line.answer)), "success"
    return "", "neutral"


@seeker_page(ADDRESS, Permission.SEEKER_INBOX_READ)
def thread(ref: str) -> ResponseReturnValue:
    """Everything from one organisation; opening it marks it as read, which nobody is told."""
    runtime, actor = current(), current_actor()
    with runtime.read(AUDIENCE) as session:
        something_new = service.unread(session, actor) > 0
    if something_new and not read_only():
        # Marked before it is read, so that what arrives in between stays new.
        with runtime.write(AUDIENCE) as session:
            service.mark_read(session, runtime.clock, actor, ref)
    draft = draft_here()
    return _thread(ref, AnswerForm(fields_of(draft), key=fresh_key()), draft=draft)


@seeker_page(f"{ADDRESS}/answer", Permission.SEEKER_MESSAGE_ANSWER)
def write(ref: str) -> ResponseReturnValue:
    """Somebody who reloads or comes back by address: the thread itself."""
    return redirect(url_for("seeker.thread", ref=ref), 303)


@seeker_page(f"{ADDRESS}/answer", Permission.SEEKER_MESSAGE_ANSWER, methods=("POST",))
def answer(ref: str) -> ResponseReturnValue:
    """Check, warn where something tells who wrote it, send."""
    form = AnswerForm(request.form)
    form.offer()
    if request.form.get("rewrite"):
        return _thread(ref, form)
    runtime, actor = current(), current_actor()
    try:
        kind = form.answer_kind
        text = check_answer(kind, form.text.data or "")
        if not request.form.get("sure"):
            with runtime.read(AUDIENCE) as session:
                parts = screened(session, actor, text)
            if parts:
                return _warned(ref, form, parts)
        with runtime.write(AUDIENCE) as session:
            service.answer(session, runtime.clock, actor, ref, kind, text, form.key.data or "")
    except (NotFound, Forbidden):
        raise
    except Invalid as refused:
        if "key" in refused.errors:
            form.key.data = fresh_key()
        show_in(form, refused)
        return _thread(ref, form, 422)
    except Refusal as refused:
        if refused.reason == "terms_not_agreed" and keep_refused():
            flash(
                gettext("返事は、まだ送っていません。書いた内容は、下書きに残しました。"),
                "warning",
            )
            return redirect(url_for("seeker.new_terms", then=ref), 303)
        if refused.reason == "answer_key_taken":
            form.key.data = fresh_key()
            # Whoever came back before the next page was there has its 「返事を送りました」 waiting: of the first answer.
            browser.pop("_flashes", None)
        form.refuse(words_of(refused))
        return _thread(ref, form, 409)
    flash(gettext("返事を送りました。"), "success")
    return redirect(url_for("seeker.thread", ref=ref), 303)


def _warned(ref: str, form: AnswerForm, parts: tuple[Part, ...]) -> ResponseReturnValue:
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = service.thread(session, runtime.clock, current_actor(), ref)
    kinds = dict.fromkeys(str(FINDINGS[kind]) for _, kind in parts if kind is not None)
    return show(
        "answer_warning",
        thread=found,
        form=form,
        parts=[(text, str(FINDINGS[kind]) if kind else "") for text, kind in parts],
        kinds=list(kinds),
        answer_kind=answer_name(form.kind.data or "text"),
    )


def _thread(ref: str, form: AnswerForm, status: int = 200, draft: Draft | None = None) -> ResponseReturnValue:
    runtime = current()
    form.offer()
    if not form.key.data:
        form.key.data = fresh_key()
    with runtime.read(AUDIENCE) as session:
        found = service.thread(session, runtime.clock, current_actor(), ref)
        paid = with_unit(session, current_actor(), ref)
    return show(
        "thread",
        status,
        paid=paid.may_wish or bool(paid.requests),
        paid_waiting=any(one.state is ConsentState.ASKED for one in paid.requests),
        thread=found,
        class_name=class_name(found.unit_class),
        form=form,
        draft=draft,
        head=lines_shown(found.letterhead),
        entries=[(entry, lines_shown(entry.letterhead), hints_shown(entry.hint)) for entry in found.entries],
        answer_name=answer_name,
        stage=_stage(found),
        put_off=_put_off(found),
        closed=words_of(Refusal(found.closed)) if found.closed else None,
        longest=LONGEST_MESSAGE,
    )


def _put_off(found: InboxThread) -> bool:
    return found.answer is AnswerKind.LATER and found.outcome in (Outcome.NONE, Outcome.ENDED)


def _stage(found: InboxThread) -> str:
    """Where it stands for the organisation, once the seeker has wished for its service.

    Who has answered 今は見送る has ended nothing: they may answer again at any time.
    """
    if _put_off(found):
        return gettext("見送り中")
    return "" if found.outcome.value == "none" else outcome_name(found.outcome)
