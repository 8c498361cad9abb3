"""Writing to seekers: the text, a look at it as it will be read, the sending, and what became of it.

Three pages carry the same fields (recipients, text, key, unit), so that a refusal on any of them gives the text back.
Whoever loads the address of a step anew, without its form, is led back to the beginning.
"""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.answer import LONGEST_MESSAGE
from portal.domain.answer_rate import MANY
from portal.domain.message_screening import TextRefused
from portal.domain.message_screening.passing import LONGEST_REASON
from portal.domain.permission import Permission
from portal.domain.refusal import (
    Invalid,
    LimitReached,
    NotFound,
    Refusal,
)
from portal.domain.template import unknown_fields
from portal.services import relay, relay_preview, selection, send_history, template
from portal.services.draft import Draft
from portal.services.relay_preview import Preview
from portal.services.send_history import Expected
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.draft import draft_here, fields_of
from portal.web.field_wording import show_in
from portal.web.letterhead import letterhead_shown
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import MessageForm, new_key
from portal.web.provider.page import show
from portal.web.provider.screened import point_out, told
from portal.web.provider.template import fields_offered
from portal.web.provider.told import TOLD
from portal.web.runtime import current
from portal.web.wording import words_of


@page(
    blueprint,
    "/write",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_MESSAGE_SEND,
    methods=["GET", "POST"],
)
def write() -> ResponseReturnValue:
    """The text to one or several seekers; by POST back from the preview, with what was typed."""
    draft = draft_here() if request.method == "GET" else None
    form = MessageForm(fields_of(draft) or request.form)
    runtime = current()
    if request.method == "GET":
        if request.args.get("listed"):
            with runtime.read("provider") as session:
                form.write_to(selection.tokens(session, runtime.clock, current_actor()))
        return _writing(form, draft=draft)
    if request.form.get("use_template"):
        _put_template_in(form)
    return _writing(form)


@page(
    blueprint,
    "/write/preview",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_MESSAGE_SEND,
    methods=["GET", "POST"],
)
def preview() -> ResponseReturnValue:
    """The message as it will be read, and what the day's messages come to; nothing is sent yet."""
    if request.method == "GET":
        return redirect(url_for(".search"), 303)
    return _looking(MessageForm(request.form))


@page(
    blueprint,
    "/write/send",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_MESSAGE_SEND,
    methods=["GET", "POST"],
)
def send() -> ResponseReturnValue:
    """Send what was previewed. The same form twice sends once."""
    if request.method == "GET":
        return redirect(url_for(".search"), 303)
    form = MessageForm(request.form)
    form.keep_key()
    runtime, actor = current(), current_actor()
    try:
        with runtime.write("provider") as session:
            done = relay.send(
                session,
                runtime.clock,
                actor,
                form.to,
                form.text.data or "",
                form.key.data or "",
                seen=form.seen.data or "",
                declared=form.declared(),
            )
    except Invalid as invalid:
        return _invalid(form, invalid)
    except TextRefused as refused:
        return _writing(form, held=refused)
    except TOLD as refusal:
        if refusal.reason == "letterhead_changed":
            return _looking(form, changed=True)
        if refusal.reason == "key_taken":
            # Another text from the same window: a message of its own, to be looked at before it goes.
            form.key.data = new_key()
        return _writing(form, refusal)
    if form.listed.data:
        # Whoever was written to, or could not be, leaves the list; done twice it changes nothing.
        with runtime.write("provider") as session:
            selection.remove(session, runtime.clock, actor, form.to)
    if done.repeated:
        flash(gettext("この案内は、すでに送信済みです。二重には送信していません。"), "info")
    return redirect(url_for(".sent", key=form.key.data), 303)


@page(blueprint, "/sent/<key>", audience=Audience.PROVIDER, permission=Permission.UNIT_MESSAGE_SEND)
def sent(key: str) -> ResponseReturnValue:
    """What was sent, what could not be, what is left of the day."""
    runtime = current()
    with runtime.read("provider") as session:
        done = relay.result_of(session, runtime.clock, current_actor(), key)
    return show("provider/sent.html", done=done)


def _looking(form: MessageForm, *, changed: bool = False) -> ResponseReturnValue:
    """The preview, or why there is none. changed: once more, because another letterhead is in force by now."""
    runtime = current()
    try:
        with runtime.read("provider") as session:
            looked = relay_preview.preview(
                session, runtime.clock, current_actor(), form.to, form.text.data or "", form.declared()
            )
    except Invalid as invalid:
        return _invalid(form, invalid)
    except TextRefused as refused:
        return _writing(form, held=refused)
    except TOLD as refusal:
        return _writing(form, refusal)
    return _preview(form, looked, changed=changed)


def _put_template_in(form: MessageForm) -> None:
    """The chosen text behind what was typed already: nothing typed is lost."""
    runtime = current()
    ref = request.form.get("template", "")
    if not ref:
        flash(gettext("使う文例を選んでください。"), "error")
        return
    try:
        with runtime.read("provider") as session:
            found = template.template(session, runtime.clock, current_actor(), ref)
    except NotFound:
        flash(gettext("その文例は、もうありません。"), "error")
        return
    typed = (form.text.data or "").rstrip()
    form.text.data = f"{typed}\n\n{found.text}" if typed else found.text
    flash(gettext("文例「%(title)s」を文章に入れました。", title=found.title), "success")


def _expected(looked: Preview) -> Expected | None:
    """For one text to many: what came of earlier ones."""
    if looked.sent < MANY:
        return None
    runtime = current()
    with runtime.read("provider") as session:
        return send_history.expected(session, runtime.clock, current_actor())


def _preview(form: MessageForm, looked: Preview, *, changed: bool) -> ResponseReturnValue:
    form.keep_key()
    form.seen.data = looked.seen
    return show(
        "provider/preview.html",
        409 if changed else 200,
        form=form,
        looked=looked,
        told=told(looked.text, looked.findings),
        unknown=unknown_fields(looked.text),
        expected=_expected(looked),
        at=current().clock.now(),
        letterhead=letterhead_shown(looked.letterhead) if looked.first else None,
        changed=changed,
    )


def _written_for(draft: Draft | None, to: list[str]) -> int | None:
    """For how many a draft was written, where those are not the people it would go to now."""
    then = set(draft.sheet.fields.get("to", ())) if draft is not None else set()
    return len(then) if then and then != set(to) else None


def _invalid(form: MessageForm, invalid: Invalid) -> ResponseReturnValue:
    if "recipients" in invalid.errors:
        return show(
            "provider/no_recipients.html", 422, code=invalid.errors["recipients"][0], text=form.text.data
        )
    show_in(form, invalid)
    return _writing(form)


def _writing(
    form: MessageForm,
    refusal: Refusal | None = None,
    draft: Draft | None = None,
    held: TextRefused | None = None,
) -> ResponseReturnValue:
    form.keep_key()
    if held is not None:
        point_out(form)
    runtime = current()
    with runtime.read("provider") as session:
        try:
            people = relay_preview.addressees(session, runtime.clock, current_actor(), form.to)
            kept = template.templates(session, runtime.clock, current_actor()).kept
        except Invalid as invalid:
            return show(
                "provider/no_recipients.html", 422, code=invalid.errors["recipients"][0], text=form.text.data
            )
    status = 409 if refusal is not None else 422 if form.errors else 200
    return show(
        "provider/write.html",
        status,
        form=form,
        draft=draft,
        written_for=_written_for(draft, form.to),
        people=people,
        templates=kept,
        fields=fields_offered(),
        longest=LONGEST_MESSAGE,
        refusal=words_of(refusal) if refusal is not None else None,
        over=isinstance(refusal, LimitReached),
        held=told(form.text.data or "", held.findings) if held is not None else None,
        longest_reason=LONGEST_REASON,
    )
