"""Changes of what organisations see and of who sees it: data, school, range, validity, terms."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.calendar.day import jst_day, month_start
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Refusal
from portal.services import code, profile, registration, terms, undo
from portal.web.auth.identity import current_actor
from portal.web.draft import draft_here, fields_of
from portal.web.field_wording import field_text
from portal.web.office.forms import (
    DataForm,
    RangeForm,
    SchoolForm,
    TermsForm,
    ValidityForm,
    VersionedForm,
    VersionForm,
    place_names,
    refused,
    typed,
)
from portal.web.office.frame import AUDIENCE, office_page, show
from portal.web.office.home import done
from portal.web.office.seeker import ADDRESS, opened
from portal.web.office.wording import TEXTS
from portal.web.runtime import current
from portal.web.wording import words_of

BOTH = ("GET", "POST")


def _sent(form: VersionedForm, command: Callable[[Session], Any]) -> bool | None:
    """None: only looked at; True: done; False: refused, the reasons are in the form."""
    if request.method != "POST":
        return None

    def act() -> None:
        with current().write(AUDIENCE) as session:
            command(session)

    return not refused(form, act)


@office_page(f"{ADDRESS}/data", Permission.OFFICE_SEEKER_CHANGE, methods=BOTH)
def change_data(office_id: str) -> ResponseReturnValue:
    """The job-search data and the free texts."""
    runtime = current()
    draft = draft_here() if request.method != "POST" else None
    form = DataForm(fields_of(draft) or request.form)
    saved: list[profile.Saved] = []

    def command(session: Session) -> None:
        saved.append(
            profile.change_data(session, runtime.clock, current_actor(), office_id, typed(), seen=form.seen)
        )

    sent = _sent(form, command)
    if saved:
        held = gettext("、").join(str(TEXTS[kind]) for kind in saved[0].held)
        if held:
            return done(gettext("求職情報を保存しました。確認を待つ文章：%(texts)s", texts=held), office_id)
        return done(gettext("求職情報を保存しました。"), office_id)
    read = opened(office_id)
    today = jst_day(runtime.clock.now())
    with runtime.read(AUDIENCE) as session:
        offered, every = profile.offered(session, today), profile.every(session)
    # A draft keeps the version it was begun with: what somebody else changed since is told when it is saved.
    if draft is None:
        form.version.data = str(read.version)
    form.offer_codes(offered, read.choices, every)
    if sent is None and draft is None:
        form.fill_data(read, every)
    status = 422 if sent is False else 200
    return show("data", status, form=form, draft=draft, read=read, places=place_names(offered))


@office_page(f"{ADDRESS}/school", Permission.OFFICE_SEEKER_CHANGE, methods=BOTH)
def change_school(office_id: str) -> ResponseReturnValue:
    """The school status."""
    runtime = current()
    form = SchoolForm(request.form)

    def command(session: Session) -> None:
        registration.change_school(
            session, runtime.clock, current_actor(), office_id, typed(), seen=form.seen
        )

    sent = _sent(form, command)
    if sent:
        return done(gettext("学校の状況を保存しました。"), office_id)
    read = opened(office_id)
    with runtime.read(AUDIENCE) as session:
        names = code.names(session, "school_kind")
        kinds = {row.code: row for row in code.choices(session, "school_kind", jst_day(runtime.clock.now()))}
    if read.school_kind and read.school_kind in names:
        kinds.setdefault(read.school_kind, names[read.school_kind])
    form.version.data = str(read.version)
    form.offer_schools(kinds)
    if sent is None:
        form.school_status.data = read.school_status.value
        form.school_kind.data = read.school_kind or ""
        form.graduated_on.data = read.graduated_on.isoformat() if read.graduated_on else ""
    return show("school", 422 if sent is False else 200, form=form, read=read)


@office_page(f"{ADDRESS}/range", Permission.OFFICE_SEEKER_CHANGE, methods=BOTH)
def change_range(office_id: str) -> ResponseReturnValue:
    """To whom the data are shown."""
    runtime = current()
    form = RangeForm(request.form)

    def command(session: Session) -> None:
        registration.change_range(session, runtime.clock, current_actor(), office_id, typed(), seen=form.seen)

    sent = _sent(form, command)
    if sent:
        return done(gettext("提供する範囲を保存しました。"), office_id)
    read = opened(office_id)
    form.version.data = str(read.version)
    if sent is None:
        form.range_private.data, form.range_municipal.data = read.range_private, read.range_municipal
    return show("range", 422 if sent is False else 200, form=form, read=read)


@office_page(f"{ADDRESS}/validity", Permission.OFFICE_SEEKER_CHANGE, methods=BOTH)
def change_validity(office_id: str) -> ResponseReturnValue:
    """Correct the days of the registration."""
    runtime = current()
    form = ValidityForm(request.form)

    def command(session: Session) -> None:
        registration.change_validity(
            session, runtime.clock, current_actor(), office_id, typed(), seen=form.seen
        )

    sent = _sent(form, command)
    if sent:
        return done(gettext("登録の期間を保存しました。"), office_id)
    return _validity(office_id, form, sent)


def _validity(office_id: str, form: ValidityForm, sent: bool | None) -> ResponseReturnValue:
    read = opened(office_id)
    form.version.data = str(read.version)
    if sent is None:
        form.valid_from.data, form.valid_until.data = (
            read.valid_from.isoformat(),
            read.valid_until.isoformat(),
        )
    today = jst_day(current().clock.now())
    return show(
        "validity",
        422 if form.errors else 200,
        form=form,
        read=read,
        today=today,
        opens_on=max(month_start(read.valid_until), read.valid_from),
        months=current().settings.registration_months,
    )


@office_page(f"{ADDRESS}/validity/extend", Permission.OFFICE_SEEKER_CHANGE, methods=("POST",))
def extend(office_id: str) -> ResponseReturnValue:
    """One more month, by one button."""
    runtime = current()
    form = ValidityForm(request.form)

    def act() -> None:
        with runtime.write(AUDIENCE) as session:
            registration.extend(session, runtime.clock, current_actor(), office_id, seen=form.seen)

    try:
        if not refused(form, act):
            return done(gettext("登録の期間を延長しました。"), office_id)
    except Refusal as refusal:
        if refusal.reason not in ("extension_too_early", "registration_not_started"):
            raise
        words = words_of(refusal)
        form.form_errors = [*form.form_errors, words.text]
    return _validity(office_id, form, None)


@office_page(f"{ADDRESS}/range/undo", Permission.OFFICE_SEEKER_CHANGE, methods=("POST",))
def undo_range(office_id: str) -> ResponseReturnValue:
    """Take today's last change of the range back."""
    return _undo(office_id, "range")


@office_page(f"{ADDRESS}/validity/undo", Permission.OFFICE_SEEKER_CHANGE, methods=("POST",))
def undo_validity(office_id: str) -> ResponseReturnValue:
    """Take today's last change of the days back."""
    return _undo(office_id, "validity")


def _undo(office_id: str, kind: str) -> ResponseReturnValue:
    runtime = current()
    seen = VersionForm(request.form).seen
    try:
        with runtime.write(AUDIENCE) as session:
            undo.undo(session, runtime.clock, current_actor(), office_id, kind, seen=seen)
    except Conflict as refusal:
        # Somebody who was faster by a moment is another change too.
        words = words_of(Conflict("changed_since") if refusal.reason == "conflict" else refusal)
        flash(f"{words.sentence}{words.advice}", "warning")
        return redirect(url_for("office.seeker_file", office_id=office_id), 303)
    return done(gettext("直前の変更を元に戻しました。履歴には、両方が残ります。"), office_id)


@office_page(f"{ADDRESS}/terms", Permission.OFFICE_SEEKER_CHANGE, methods=BOTH)
def agree_to_terms(office_id: str) -> ResponseReturnValue:
    """Record that the seeker agreed at the counter."""
    runtime = current()
    form = TermsForm(request.form)

    def command(session: Session) -> None:
        terms.agree_at_office(
            session,
            runtime.clock,
            current_actor(),
            office_id,
            form.terms_version.data or "",
            seen=form.seen,
        )

    sent: bool | None = None
    if request.method == "POST" and not form.terms_agreed.data:
        form.terms_agreed.errors = [field_text("must_agree", {})]
        sent = False
    else:
        sent = _sent(form, command)
    if sent:
        return done(gettext("利用規約への同意を記録しました。"), office_id)
    read = opened(office_id)
    with runtime.read(AUDIENCE) as session:
        current_terms = terms.current(session, runtime.clock)
    form.version.data = str(read.version)
    if form.terms_version.data != current_terms.code:
        form.terms_version.data = current_terms.code
        form.terms_agreed.data = False
    return show("terms", 422 if sent is False else 200, form=form, read=read, terms=current_terms)
