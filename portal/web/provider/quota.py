"""The day's messages: limit, use by department and contractor, the reserve for answers."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.permission import Permission
from portal.domain.refusal import Invalid
from portal.services import unit as units
from portal.services import unit_home as service
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.field_wording import show_in
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import ReserveForm
from portal.web.provider.marker import opened_elsewhere
from portal.web.provider.page import show, switched
from portal.web.runtime import current


@page(blueprint, "/quota", audience=Audience.PROVIDER, permission=Permission.UNIT_QUOTA_READ)
def quota() -> ResponseReturnValue:
    """What is left, who used how much, and why answers count."""
    return _page(ReserveForm())


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
    if opened_elsewhere():
        return switched()
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
    with runtime.read("provider") as session:
        used = service.use_today(session, runtime.clock, current_actor())
        home = service.unit_home(session, runtime.clock, current_actor())
    if form.reserve.data is None:
        form.reserve.data = str(home.quota.reserve)
    return show("provider/quota.html", 422 if form.errors else 200, form=form, used=used)
