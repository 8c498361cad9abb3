"""The people of the unit, for its officer and its contact: who they are, where they work, ending a membership."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectChoice, SelectField, StringField

from portal.calendar.day import jst_day
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Invalid
from portal.services import unit_invitation
from portal.services import unit_people as service
from portal.services.unit_people import PlaceLine
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor, leave
from portal.web.field_wording import show_in
from portal.web.member_role import role_names
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import NEEDED
from portal.web.provider.page import show
from portal.web.rendering import day
from portal.web.runtime import current
from portal.web.wording import Words, words_of

_MOVE = _l("下で、今も利用している部署・受託団体に変えると、また操作できます。")
_CLOSED = {
    "department_ended": Words(_l("部署の利用の期間の外なので、この方は操作できません。"), _MOVE),
    "contractor_ended": Words(_l("受託団体の契約の期間の外なので、この方は操作できません。"), _MOVE),
    "membership_ended": Words(_l("この方のアカウントは閉じられています。"), _l("所属を終えてください。")),
}


class PlaceForm(Form):
    """Where in the unit somebody works."""

    place = SelectField(_l("部署・受託団体"), choices=[], validate_choice=False)


class DepartmentForm(Form):
    """A new department."""

    name = StringField(_l("部署の名前"), NEEDED)


class LastDayForm(Form):
    """The last day of a department."""

    last_day = StringField(_l("利用する最後の日"), NEEDED)


def place_choices(places: tuple[PlaceLine, ...]) -> list[SelectChoice]:
    """Departments and contractors to choose from, and the unit itself."""
    return [
        SelectChoice("", gettext("部署なし（団体そのもの）")),
        *(
            SelectChoice(
                place.ref,
                gettext("受託団体 %(name)s", name=place.name) if place.contractor else place.name,
            )
            for place in places
        ),
    ]


@page(blueprint, "/people", audience=Audience.PROVIDER, permission=Permission.UNIT_MEMBER_READ)
def people() -> ResponseReturnValue:
    """Everybody, the open invitations, and the list of departments."""
    return _people(DepartmentForm())


def _people(form: DepartmentForm) -> ResponseReturnValue:
    runtime, actor = current(), current_actor()
    with runtime.read("provider") as session:
        found = service.people(session, runtime.clock, actor)
        invitations = unit_invitation.invitations(session, runtime.clock, actor)
    return show(
        "provider/people.html",
        422 if form.errors else 200,
        found=found,
        invitations=invitations,
        form=form,
        roles=role_names(),
    )


@page(blueprint, "/people/<ref>", audience=Audience.PROVIDER, permission=Permission.UNIT_MEMBER_READ)
def person(ref: str) -> ResponseReturnValue:
    """One person: role, department or contractor, and the way to end the membership."""
    return _person(ref, PlaceForm())


def _person(ref: str, form: PlaceForm) -> ResponseReturnValue:
    runtime = current()
    with runtime.read("provider") as session:
        found = service.leaving(session, runtime.clock, current_actor(), ref)
    form.place.choices = place_choices(found.places)
    if form.place.data is None:
        form.place.data = found.person.place_ref
    return show(
        "provider/person.html",
        422 if form.errors else 200,
        found=found,
        form=form,
        roles=role_names(),
        closed=_CLOSED.get(found.person.closed),
    )


@page(
    blueprint,
    "/people/<ref>/place",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_MEMBER_CHANGE,
    methods=["GET", "POST"],
)
def person_move(ref: str) -> ResponseReturnValue:
    """Another department or contractor for somebody."""
    if request.method == "GET":
        return redirect(url_for(".person", ref=ref), 303)
    form, runtime = PlaceForm(request.form), current()
    try:
        with runtime.write("provider") as session:
            service.move(session, runtime.clock, current_actor(), ref, {"place": form.place.data or ""})
    except Invalid as invalid:
        show_in(form, invalid)
        return _person(ref, form)
    flash(gettext("部署・受託団体を変えました。"), "success")
    return redirect(url_for(".people"), 303)


@page(
    blueprint,
    "/people/<ref>/end",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_MEMBER_CHANGE,
    methods=["GET", "POST"],
)
def person_end(ref: str) -> ResponseReturnValue:
    """Asks once more, with what follows; then the membership ends at once."""
    runtime, actor = current(), current_actor()
    if request.method == "GET":
        with runtime.read("provider") as session:
            found = service.leaving(session, runtime.clock, actor, ref)
        return show("provider/person_end.html", found=found, roles=role_names())
    try:
        with runtime.write("provider") as session:
            done = service.end(session, runtime.clock, actor, ref)
    except Conflict as refused:
        flash(words_of(refused).text, "error")
        return redirect(url_for(".person", ref=ref), 303)
    if done.own:
        leave()
        return redirect(url_for("auth.sign_in", after="left"), 303)
    if done.closed_sending:
        flash(
            gettext("%(name)sさんの所属を終えました。今から、案内も返事も送れません。", name=done.name),
            "warning",
        )
    else:
        flash(gettext("%(name)sさんの所属を終えました。", name=done.name), "success")
    return redirect(url_for(".people"), 303)


@page(
    blueprint,
    "/people/departments",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_PLACE_CHANGE,
    methods=["GET", "POST"],
)
def department_add() -> ResponseReturnValue:
    """One more department that uses the service."""
    if request.method == "GET":
        return redirect(url_for(".people"), 303)
    form, runtime = DepartmentForm(request.form), current()
    try:
        with runtime.write("provider") as session:
            service.add_department(session, runtime.clock, current_actor(), {"name": form.name.data or ""})
    except Invalid as invalid:
        show_in(form, invalid)
        return _people(form)
    flash(gettext("部署を加えました。"), "success")
    return redirect(url_for(".people"), 303)


@page(
    blueprint,
    "/people/departments/<ref>/end",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_PLACE_CHANGE,
    methods=["GET", "POST"],
)
def department_end(ref: str) -> ResponseReturnValue:
    """Asks for the last day, and says how many people it is about."""
    form, runtime = LastDayForm(request.form), current()
    if request.method == "GET":
        form.last_day.data = day(jst_day(runtime.clock.now()))
        return _department(ref, form)
    try:
        with runtime.write("provider") as session:
            last = service.end_department(
                session, runtime.clock, current_actor(), ref, {"last_day": form.last_day.data or ""}
            )
    except Invalid as invalid:
        show_in(form, invalid)
        return _department(ref, form)
    flash(gettext("部署の利用は、%(last)sまでにしました。", last=day(last)), "success")
    return redirect(url_for(".people"), 303)


def _department(ref: str, form: LastDayForm) -> ResponseReturnValue:
    runtime = current()
    with runtime.read("provider") as session:
        found = service.department(session, runtime.clock, current_actor(), ref)
    return show("provider/department_end.html", 422 if form.errors else 200, found=found, form=form)
