"""Announcements (お知らせ): those to the bureau, and those it writes to its units."""

import secrets

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from portal.domain.announcement import BUREAU_MAY, LONGEST_TEXT, To
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Invalid
from portal.services import announcement_desk as service
from portal.services import public_id
from portal.web.announcement import listed, mark_all, opened
from portal.web.auth.identity import current_actor
from portal.web.bureau.frame import AUDIENCE, bureau_page, show
from portal.web.field_wording import show_in
from portal.web.rendering import number
from portal.web.runtime import current
from portal.web.wording import words_of

BOTH = ("GET", "POST")
WRITTEN = "/announcements/written/<ref>"
NEEDED = [InputRequired()]

TO = {
    To.UNIT: _l("一つの団体"),
    To.UNITS: _l("この労働局のすべての団体"),
    To.PRIVATE: _l("民間職業紹介事業者などの団体"),
    To.MUNICIPAL: _l("地方自治体などの団体"),
    To.EVERYBODY: _l("すべての人"),
}
STATES = {
    "ahead": (_l("掲載前"), "info"),
    "shown": (_l("掲載中"), "success"),
    "over": (_l("掲載終了"), "neutral"),
    "withdrawn": (_l("取り下げ済み"), "neutral"),
}


class ContentForm(Form):
    """Title, text and days. seen: the revision that was looked at."""

    seen = HiddenField()
    title = StringField(_l("題名"), NEEDED)
    text = TextAreaField(_l("本文"), NEEDED)
    shown_from = StringField(_l("掲載を始める日"))
    shown_until = StringField(_l("掲載する最後の日"))

    @property
    def revision(self) -> int:
        """-1 (never the right one) when it was lost."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class WriteForm(ContentForm):
    """A new one. key: so that sending the form twice makes one."""

    key = HiddenField()
    to = RadioField(_l("誰に"), NEEDED)
    number = StringField(_l("団体の許可・届出番号など"))

    def offer(self, counts: dict[To, int]) -> None:
        """The choices, each with the number of units it goes to."""
        self.to.choices = [
            (
                each.value,
                gettext("%(to)s（%(count)s団体）", to=TO[each], count=number(counts[each]))
                if each in counts
                else TO[each],
            )
            for each in BUREAU_MAY
        ]


@bureau_page("/announcements", Permission.BUREAU_ANNOUNCEMENT_READ)
def announcements() -> ResponseReturnValue:
    """Those to the bureau, and the way to those it writes."""
    return show("announcements", **listed(AUDIENCE))


@bureau_page("/announcements/<ref>", Permission.BUREAU_ANNOUNCEMENT_READ)
def announcement(ref: str) -> ResponseReturnValue:
    """One of them; opening it counts as having read it."""
    return show("announcement", **opened(AUDIENCE, ref))


@bureau_page("/announcements/read", Permission.BUREAU_ANNOUNCEMENT_READ, methods=("POST",))
def announcements_read() -> ResponseReturnValue:
    """Count all as read."""
    mark_all(AUDIENCE)
    return redirect(url_for("bureau.announcements"), 303)


@bureau_page("/announcements/written", Permission.BUREAU_ANNOUNCEMENT_WRITE)
def announcements_written() -> ResponseReturnValue:
    """What the bureau has written, the latest first."""
    asked = request.args.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 5 else 1
    with current().read(AUDIENCE) as session:
        found = service.written(session, current().clock, current_actor(), max(1, page))
    return show("announcements_written", found=found, to=TO, states=STATES)


@bureau_page("/announcements/new", Permission.BUREAU_ANNOUNCEMENT_WRITE, methods=BOTH)
def announcement_new() -> ResponseReturnValue:
    """Write one; it is shown from its first day on."""
    form = WriteForm(request.form)
    with current().read(AUDIENCE) as session:
        form.offer(service.offered(session, current_actor()))
    if request.method == "GET":
        form.key.data = public_id.shown(secrets.token_bytes(16))
        form.number.data = request.args.get("number", "")[:40]
        if form.number.data:
            form.to.data = To.UNIT.value
        return _new(form)
    try:
        with current().write(AUDIENCE) as session:
            ref = service.write(session, current().clock, current_actor(), _typed(), form.key.data or "")
    except Invalid as refused:
        show_in(form, refused)
        return _new(form, 422)
    flash(gettext("お知らせを載せました。内容はあとから直すことも、取り下げることもできます。"), "success")
    return redirect(url_for("bureau.announcement_written", ref=ref), 303)


def _new(form: WriteForm, status: int = 200) -> ResponseReturnValue:
    return show("announcement_new", status, form=form, longest=number(LONGEST_TEXT))


@bureau_page(WRITTEN, Permission.BUREAU_ANNOUNCEMENT_WRITE)
def announcement_written(ref: str) -> ResponseReturnValue:
    """One that the bureau wrote, and how many units have opened it."""
    return show("announcement_written", found=_found(ref), to=TO, states=STATES)


@bureau_page(f"{WRITTEN}/change", Permission.BUREAU_ANNOUNCEMENT_WRITE, methods=BOTH)
def announcement_change(ref: str) -> ResponseReturnValue:
    """Other words or days."""
    found, form = _found(ref), ContentForm(request.form)
    status = 200
    if request.method == "POST":
        try:
            with current().write(AUDIENCE) as session:
                service.change(session, current().clock, current_actor(), ref, form.revision, _typed())
        except Invalid as refused:
            show_in(form, refused)
            status = 422
        except Conflict as refused:
            # The next press is a knowing one: the page shows what stands there now.
            form.form_errors = [*form.form_errors, words_of(refused).text]
            form.seen.data = str(found.revision)
            status = 409
        else:
            flash(gettext("お知らせを直しました。読んだ人にも、もう一度「未読」と表示されます。"), "success")
            return redirect(url_for("bureau.announcement_written", ref=ref), 303)
    else:
        form.seen.data = str(found.revision)
        form.title.data, form.text.data = found.title, found.text
        form.shown_from.data = found.shown_from.isoformat()
        form.shown_until.data = "" if found.shown_until is None else found.shown_until.isoformat()
    return show("announcement_change", status, form=form, found=found, longest=number(LONGEST_TEXT), to=TO)


@bureau_page(f"{WRITTEN}/withdraw", Permission.BUREAU_ANNOUNCEMENT_WRITE, methods=BOTH)
def announcement_withdraw(ref: str) -> ResponseReturnValue:
    """Show it to nobody any more; asked once."""
    if request.method == "GET":
        return show("announcement_withdraw", found=_found(ref), to=TO)
    with current().write(AUDIENCE) as session:
        service.withdraw(session, current().clock, current_actor(), ref)
    flash(gettext("お知らせを取り下げました。"), "success")
    return redirect(url_for("bureau.announcements_written"), 303)


def _found(ref: str) -> service.Written:
    with current().read(AUDIENCE) as session:
        return service.one(session, current().clock, current_actor(), ref)


def _typed() -> dict[str, str]:
    return request.form.to_dict(flat=True)
