"""Departments and contractors in the hands of officer and contact: what each may send, whose the threads are."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.services import place as service
from portal.services.place import PlaceLimit
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.field_wording import show_in
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import HandOverAllForm, PlaceLimitForm
from portal.web.provider.page import show
from portal.web.rendering import number
from portal.web.runtime import current
from portal.web.wording import words_of


@page(
    blueprint,
    "/quota/places/<ref>",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_QUOTA_PLACE,
    methods=["GET", "POST"],
)
def place_limit(ref: str) -> ResponseReturnValue:
    """What one department or contractor may send a day."""
    form = PlaceLimitForm(request.form)
    runtime = current()
    if request.method == "POST":
        try:
            with runtime.write("provider") as session:
                typed = {"limit": form.limit.data or ""}
                set_to = service.set_limit(session, runtime.clock, current_actor(), ref, typed)
            flash(_set_to(set_to), "success")
            return redirect(url_for(".quota"), 303)
        except Invalid as invalid:
            show_in(form, invalid)
    with runtime.read("provider") as session:
        found = service.limit_of(session, runtime.clock, current_actor(), ref)
    if form.limit.data is None:
        form.limit.data = "" if found.limit is None else str(found.limit)
    return show("provider/place_limit.html", 422 if form.errors else 200, form=form, place=found)


def _set_to(place: PlaceLimit) -> str:
    if place.limit is None:
        return gettext("%(name)s の上限をなくしました。団体の1日の上限まで送れます。", name=place.name)
    return gettext(
        "%(name)s の1日の上限を%(count)s件にしました。", name=place.name, count=number(place.limit)
    )


@page(
    blueprint,
    "/contractors/<ref>/hand-over",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_THREAD_HAND_OVER,
    methods=["GET", "POST"],
)
def thread_hand_over_all(ref: str) -> ResponseReturnValue:
    """Every thread of a contractor whose contract has ended, to the next one or to the unit itself."""
    form = HandOverAllForm(request.form)
    runtime = current()
    with runtime.read("provider") as session:
        found = service.leaving(session, runtime.clock, current_actor(), ref)
    names = [(each.ref, each.name or gettext("部署なし（団体全体）")) for each in found.targets]
    form.to.choices = [("", gettext("選んでください")), *names]
    refusal = None
    if request.method == "POST":
        try:
            if not form.sure.data:
                raise Invalid({"sure": ["missing"]} | ({} if form.to.data else {"to": ["missing"]}))
            moved = _hand_over(ref, form.to.data or "")
            flash(gettext("%(count)s件のやり取りを引き継ぎました。", count=number(moved)), "success")
            return redirect(url_for(".threads"), 303)
        except Invalid as invalid:
            show_in(form, invalid)
        except Conflict as conflict:
            refusal = words_of(conflict)
    return show(
        "provider/hand_over_all.html",
        422 if form.errors else 409 if refusal else 200,
        form=form,
        leaving=found,
        refusal=refusal,
    )


def _hand_over(ref: str, to: str) -> int:
    runtime = current()
    try:
        with runtime.write("provider") as session:
            return service.hand_over_all(session, runtime.clock, current_actor(), ref, to)
    except NotFound as gone:
        if gone.reason != "unknown_place":
            raise
        raise Invalid({"to": ["unknown_code" if to else "missing"]}) from None
