"""Measures on a unit: the history, suspending, lowering the limit, lifting; each is looked at before it happens."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import BooleanField, Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.calendar.day import jst_day
from portal.domain.measure import Words
from portal.domain.permission import Permission, may
from portal.domain.quota import LIMIT_PER_DAY
from portal.domain.refusal import Conflict, Invalid
from portal.services import measure
from portal.services.measure import MeasuresPage
from portal.web.auth.identity import current_actor
from portal.web.bureau.frame import AUDIENCE, bureau_page, show
from portal.web.field_wording import show_in
from portal.web.measure import KINDS, REASONS, span, why
from portal.web.runtime import current
from portal.web.wording import words_of

ADDRESS = "/units/<ref>/measures"
BOTH = ("GET", "POST")
# Draws the mark 必須; whether something is missing is for the rules to say.
NEEDED = [InputRequired()]


class LiftForm(Form):
    """What is entered with a lifting. seen: the number of entries on the page that was looked at."""

    seen = HiddenField()
    note = TextAreaField(_l("労働局の控え（団体には見せません）"))

    @property
    def looked_at(self) -> int:
        """The number of entries; -1 (never the right one) when it was lost."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class WordsForm(LiftForm):
    """Why, and what the unit is told of it."""

    reason = RadioField(
        _l("理由"), NEEDED, choices=[SelectChoice(each.value, text) for each, text in REASONS.items()]
    )
    tells_reason = BooleanField(_l("この理由を団体の画面に表示する"))
    told = TextAreaField(_l("団体に伝える文"))

    def fill(self, words: Words | None) -> None:
        """What was entered before, to be changed."""
        if words is not None:
            self.reason.data, self.tells_reason.data = words.reason.value, words.tells_reason
            self.told.data, self.note.data = words.told, words.note


class SuspendForm(WordsForm):
    """Days of a suspension."""

    suspended_from = StringField(_l("停止を始める日"))
    suspended_until = StringField(_l("停止が終わる日"))


class LimitForm(WordsForm):
    """Fewer messages a day."""

    limit = StringField(_l("1日に送信できる件数"), NEEDED)
    limit_until = StringField(_l("上限を下げておく最後の日"))


@bureau_page(ADDRESS, Permission.BUREAU_UNIT_READ)
def measures(ref: str) -> ResponseReturnValue:
    """What is in force, what is to come, and everything there was."""
    found = _page(ref)
    return show("measure/measures", **_shown(found), history=found.history)


@bureau_page(f"{ADDRESS}/suspend", Permission.BUREAU_MEASURE_CHANGE, methods=BOTH)
def suspend(ref: str) -> ResponseReturnValue:
    """Suspend, or change the suspension there is: the form, the look at it, the act."""
    form = SuspendForm(request.form)
    if request.method == "GET":
        found = _page(ref)
        form.seen.data = str(found.seen)
        form.fill(found.suspension_words)
        if found.suspension is not None:
            form.suspended_from.data = found.suspension.since.isoformat()
            form.suspended_until.data = (
                found.suspension.until.isoformat() if found.suspension.until is not None else ""
            )
        return show("measure/suspend", **_shown(found), form=form)

    def act(session: Session) -> None:
        measure.suspend(session, current().clock, current_actor(), ref, _typed(), seen=form.looked_at)

    def look() -> ResponseReturnValue:
        with current().read(AUDIENCE) as session:
            found, planned, words = measure.checked_suspension(
                session, current().clock, current_actor(), ref, _typed()
            )
        return show(
            "measure/suspend_check",
            **_shown(found),
            form=form,
            planned=span(planned.since, planned.until),
            at_once=planned.holds(jst_day(current().clock.now())),
            told=why(words.reason if words.tells_reason else None, words.told),
            reason=str(REASONS[words.reason]),
        )

    return _stepped(form, ref, "measure/suspend", act, look, gettext("停止の措置を記録しました。"))


@bureau_page(f"{ADDRESS}/limit", Permission.BUREAU_MEASURE_CHANGE, methods=BOTH)
def limit(ref: str) -> ResponseReturnValue:
    """Lower the limit, or change the lowered one: the form, the look at it, the act."""
    form = LimitForm(request.form)
    if request.method == "GET":
        found = _page(ref)
        form.seen.data = str(found.seen)
        form.fill(found.lowered_words)
        if found.lowered is not None:
            form.limit.data = str(found.lowered.limit)
            form.limit_until.data = found.lowered.until.isoformat() if found.lowered.until is not None else ""
        return show("measure/limit", **_shown(found), form=form)

    def act(session: Session) -> None:
        measure.lower(session, current().clock, current_actor(), ref, _typed(), seen=form.looked_at)

    def look() -> ResponseReturnValue:
        with current().read(AUDIENCE) as session:
            found, lowered, words = measure.checked_limit(
                session, current().clock, current_actor(), ref, _typed()
            )
        return show(
            "measure/limit_check",
            **_shown(found),
            form=form,
            planned=lowered,
            told=why(words.reason if words.tells_reason else None, words.told),
            reason=str(REASONS[words.reason]),
        )

    return _stepped(form, ref, "measure/limit", act, look, gettext("送信の上限を下げました。"))


@bureau_page(f"{ADDRESS}/lift", Permission.BUREAU_MEASURE_CHANGE, methods=BOTH)
def lift(ref: str) -> ResponseReturnValue:
    """End a suspension today, or take back one that is to come."""
    return _lifting(ref, "measure/lift", measure.lift, gettext("停止を解除しました。"))


@bureau_page(f"{ADDRESS}/limit/lift", Permission.BUREAU_MEASURE_CHANGE, methods=BOTH)
def lift_limit(ref: str) -> ResponseReturnValue:
    """Back to the 1,000 of everybody."""
    return _lifting(
        ref, "measure/lift_limit", measure.lift_limit, gettext("送信の上限を1日1,000件に戻しました。")
    )


def _page(ref: str) -> MeasuresPage:
    with current().read(AUDIENCE) as session:
        return measure.page(session, current().clock, current_actor(), ref)


def _shown(found: MeasuresPage) -> dict[str, Any]:
    return {
        "found": found,
        "reasons": {each: str(text) for each, text in REASONS.items()},
        "kinds": KINDS,
        "span": span,
        "most": LIMIT_PER_DAY,
        "may_change": may(current_actor(), Permission.BUREAU_MEASURE_CHANGE),
    }


def _typed() -> dict[str, list[str]]:
    return request.form.to_dict(flat=False)


def _stepped(
    form: WordsForm,
    ref: str,
    template: str,
    act: Callable[[Session], None],
    look: Callable[[], ResponseReturnValue],
    done: str,
) -> ResponseReturnValue:
    """The look before the act, the act once it is confirmed, the form again on the way back or when refused."""
    status = 200
    if "edit" not in request.form:
        try:
            if "confirmed" not in request.form:
                return look()
            with current().write(AUDIENCE) as session:
                act(session)
        except Invalid as invalid:
            show_in(form, invalid)
            status = 422
        except Conflict as conflict:
            form.form_errors = [*form.form_errors, words_of(conflict).text]
            status = 422
        else:
            flash(done, "success")
            return redirect(url_for("bureau.measures", ref=ref), 303)
    found = _page(ref)
    if status == 422:
        # What was typed stays; what is sent next was decided on what is shown now.
        form.seen.data = str(found.seen)
    return show(template, status, **_shown(found), form=form)


def _lifting(ref: str, template: str, act: Callable[..., None], done: str) -> ResponseReturnValue:
    form, status = LiftForm(request.form), 200
    if request.method == "POST":
        try:
            with current().write(AUDIENCE) as session:
                act(session, current().clock, current_actor(), ref, _typed(), seen=form.looked_at)
        except Invalid as invalid:
            show_in(form, invalid)
            status = 422
        except Conflict as conflict:
            flash(words_of(conflict).text, "error")
            return redirect(url_for("bureau.measures", ref=ref), 303)
        else:
            flash(done, "success")
            return redirect(url_for("bureau.measures", ref=ref), 303)
    found = _page(ref)
    form.seen.data = str(found.seen)
    return show(template, status, **_shown(found), form=form)
