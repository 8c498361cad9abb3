"""The units of a bureau: the list with its filters, the list as a file, and one unit."""

from collections.abc import Callable
from functools import partial

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField

from portal.calendar.day import jst_day
from portal.domain.bureau_desk import read_unit_filter
from portal.domain.permission import Permission
from portal.domain.refusal import Invalid
from portal.services import application_case, bureau_desk, bureau_unit
from portal.services.bureau_desk import UnitLine
from portal.web.application.wording import KINDS, STATES
from portal.web.auth.identity import current_actor
from portal.web.bureau import wording
from portal.web.bureau.application_wording import outcome_words
from portal.web.bureau.frame import AUDIENCE, bureau_page, show, unit_links
from portal.web.export import file_of
from portal.web.field_wording import show_in
from portal.web.filtering import chosen_words
from portal.web.runtime import current

_HEADS = (
    _l("団体の名前"),
    _l("許可・届出番号など"),
    _l("申請区分"),
    _l("状態"),
    _l("説明"),
    _l("有効期間の始まり"),
    _l("有効期間の終わり"),
    _l("1日の送信の上限"),
)
FILTERS = ("text", "state", "unit_class", "ending_until", "order")


class UnitFilterForm(Form):
    """What is looked for; it stands in the address."""

    text = StringField(_l("名前・読み・番号"))
    state = SelectField(_l("状態"))
    unit_class = SelectField(_l("申請区分"))
    ending_until = StringField(_l("有効期間がこの日までに終わる"))
    order = SelectField(_l("並べ方"))

    @classmethod
    def filled(cls) -> "UnitFilterForm":
        """As the address says."""
        form = cls(request.args)
        everything = ("", gettext("すべて"))
        form.state.choices = [
            everything,
            *((state.value, str(text)) for state, text in wording.WANTED.items()),
        ]
        form.unit_class.choices = [everything, *((code, str(text)) for code, text in wording.CLASSES.items())]
        form.order.choices = [(each.value, str(text)) for each, text in wording.ORDERS.items()]
        return form


def _asked() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in FILTERS if request.args.get(name)}


@bureau_page("/units", Permission.BUREAU_UNIT_READ)
def units() -> ResponseReturnValue:
    """Every unit whose application the bureau holds, or those that are looked for."""
    form, asked = UnitFilterForm.filled(), _asked()
    try:
        wanted = read_unit_filter(asked)
    except Invalid as refused:
        show_in(form, refused)
        return show("units", 422, form=form, listing=None, asked=asked, conditions="")
    runtime, after = current(), request.args.get("after") or None
    with runtime.read(AUDIENCE) as session:
        listing = bureau_desk.units(session, runtime.clock, current_actor(), wanted, after=after)
    return show(
        "units",
        form=form,
        listing=listing,
        asked=asked,
        conditions=chosen_words(form),
        first_url=url_for("bureau.units", **asked) if after else None,
        next_url=url_for("bureau.units", **asked, after=listing.after) if listing.after else None,
        state_words=wording.state_words,
        classes=wording.in_words(wording.CLASSES),
        kinds=KINDS,
        states=STATES,
        why=_why(),
    )


@bureau_page("/units/file", Permission.BUREAU_UNIT_READ)
def units_file() -> ResponseReturnValue:
    """The same list as a file, all of it."""
    asked = _asked()
    try:
        wanted = read_unit_filter(asked)
    except Invalid:
        return redirect(url_for("bureau.units", **asked), 303)  # which says what is wrong
    runtime, why = current(), _why()
    with runtime.read(AUDIENCE) as session:
        lines = bureau_desk.every_unit(session, runtime.clock, current_actor(), wanted)
    rows = (
        (
            line.name,
            line.number,
            str(wording.CLASSES[line.unit_class]),
            wording.state_words(line.state)[0],
            why(line),
            line.valid_from,
            line.valid_until,
            line.daily_limit,
        )
        for line in lines
    )
    return file_of("units", gettext("団体の一覧"), _HEADS, rows)


def _why() -> Callable[[UnitLine], str]:
    return partial(wording.why_shown, today=jst_day(current().clock.now()))


@bureau_page("/units/<ref>", Permission.BUREAU_UNIT_READ)
def unit(ref: str) -> ResponseReturnValue:
    """One unit: what it may do today, the record and its versions, places, people."""
    runtime, actor = current(), current_actor()
    with runtime.read(AUDIENCE) as session:
        found = bureau_unit.unit(session, runtime.clock, actor, ref)
        lines = application_case.of_unit(session, actor, ref)
    return show(
        "unit",
        found=found,
        state=wording.state_words(found.state),
        closed=[wording.closed_words(reason) for reason in found.standing.reasons],
        classes=wording.in_words(wording.CLASSES),
        roles=wording.in_words(wording.ROLES),
        versions=wording.version_rows(found.records),
        links=unit_links(actor, ref),
        applications=[(line, outcome_words(line)) for line in lines],
        kinds=KINDS,
        states=STATES,
    )
