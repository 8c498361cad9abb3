"""Use inside the unit: what is left of the day, who sent how much in a month, the reserve for answers."""

from collections.abc import Iterator
from datetime import date

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.documents.spreadsheet import Cell
from portal.domain.permission import Permission
from portal.domain.refusal import Invalid
from portal.services import place_use as service
from portal.services import unit as units
from portal.services import unit_home
from portal.services.place_use import MonthUse, PlaceUse
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.export import file_of
from portal.web.field_wording import show_in
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import ReserveForm
from portal.web.provider.page import show
from portal.web.rendering import month as month_name
from portal.web.runtime import current

_HEADS = (
    _l("部署・受託団体"),
    _l("送った件数"),
    _l("送った相手の人数"),
    _l("届いた返事の数"),
    _l("返事をした人数"),
    _l("1日の上限"),
)


@page(blueprint, "/quota", audience=Audience.PROVIDER, permission=Permission.UNIT_QUOTA_READ)
def quota() -> ResponseReturnValue:
    """What is left, who used how much, and why answers count."""
    return _page(ReserveForm())


@page(blueprint, "/quota/file", audience=Audience.PROVIDER, permission=Permission.UNIT_QUOTA_READ)
def quota_file() -> Response:
    """The month as a file, with the lines this person sees on the page."""
    used = _used()
    return file_of(
        f"messages-{used.month:%Y%m}",
        gettext("送信件数 %(month)s", month=month_name(used.month)),
        _HEADS,
        _cells(used),
    )


@page(
    blueprint,
    "/quota/reserve",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_QUOTA_RESERVE,
    methods=["GET", "POST"],
)
def reserve() -> ResponseReturnValue:
    """Keep some of the day's messages for answers; officer and contact set it for the unit."""
    if request.method == "GET":
        return redirect(url_for(".quota"), 303)
    form = ReserveForm(request.form)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            units.set_own_reserve(
                session, runtime.clock, current_actor(), {"reserve": form.reserve.data or ""}
            )
    except Invalid as invalid:
        show_in(form, invalid)
        return _page(form)
    flash(gettext("返事のために取っておく件数を変えました。"), "success")
    return redirect(url_for(".quota"), 303)


def _page(form: ReserveForm) -> ResponseReturnValue:
    runtime = current()
    used = _used()
    with runtime.read("provider") as session:
        home = unit_home.unit_home(session, runtime.clock, current_actor())
    if form.reserve.data is None:
        form.reserve.data = str(home.quota.reserve)
    return show(
        "provider/quota.html",
        422 if form.errors else 200,
        form=form,
        used=used,
        most=max((line.month for line in used.lines), default=0),
        named=named,
        of_month=_address(used.month),
        before=_address(used.before) if used.before else None,
        after=_address(used.after) if used.after else None,
    )


def _used() -> MonthUse:
    runtime = current()
    with runtime.read("provider") as session:
        asked = request.args.get("month", "")
        return service.month_use(session, runtime.clock, current_actor(), asked)


def named(line: PlaceUse, *, alone: bool = False) -> str:
    """A line's name; the unit's own people are told as such where there are places beside them."""
    return line.name or (gettext("団体全体") if alone else gettext("部署なし"))


def _cells(used: MonthUse) -> Iterator[tuple[Cell, ...]]:
    alone = len(used.lines) == 1
    for line in used.lines:
        yield named(line, alone=alone), *_figures(line), line.limit
    if not alone:
        yield gettext("合計"), *_figures(used.total), None


def _figures(line: PlaceUse) -> tuple[int, int, int, int]:
    return line.month, line.people, line.answers, line.answered


def _address(month: date) -> str:
    return f"{month:%Y-%m}"
