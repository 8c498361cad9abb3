"""Inviting people into the unit: the form, the code that is shown once, taking back and renewing."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField, StringField

from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Invalid
from portal.domain.unit_invitation import DAYS, LONGEST_NAME, MOST_DAYS, MOST_OPEN
from portal.services import unit_invitation as service
from portal.services import unit_people
from portal.services.unit_invitation import IssuedInvitation
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.auth.link import signed_link
from portal.web.field_wording import show_in
from portal.web.provider.blueprint import blueprint
from portal.web.provider.forms import NEEDED
from portal.web.provider.page import show
from portal.web.provider.people import PlaceForm, place_choices
from portal.web.runtime import current
from portal.web.wording import words_of


class InvitationForm(PlaceForm):
    """Whom to invite, where they work, and how long the invitation is good."""

    display_name = StringField(_l("氏名"), NEEDED)
    days = SelectField(_l("招待の期限"), NEEDED, choices=[], validate_choice=False)

    def typed(self) -> dict[str, str]:
        """As the rules read it."""
        return {
            "display_name": self.display_name.data or "",
            "place": self.place.data or "",
            "days": self.days.data or "",
        }


@page(
    blueprint,
    "/people/invite",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_MEMBER_CHANGE,
    methods=["GET", "POST"],
)
def invite() -> ResponseReturnValue:
    """Make an invitation; its code and link are shown this one time."""
    form = InvitationForm(request.form)
    if request.method == "GET":
        return _form(form)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            issued = service.invite(session, runtime.clock, current_actor(), form.typed())
    except Invalid as invalid:
        show_in(form, invalid)
        return _form(form)
    return _issued(issued, form.display_name.data or "", again=False)


def _form(form: InvitationForm) -> ResponseReturnValue:
    runtime = current()
    with runtime.read("provider") as session:
        places = unit_people.places(session, runtime.clock, current_actor())
    form.place.choices = place_choices(places)
    form.days.choices = [
        SelectChoice(str(n), gettext("%(count)s日後まで", count=n)) for n in range(1, MOST_DAYS + 1)
    ]
    if form.days.data is None:
        form.days.data = str(DAYS)
    return show(
        "provider/invite.html",
        422 if form.errors else 200,
        form=form,
        longest=LONGEST_NAME,
        most_days=MOST_DAYS,
        most_open=MOST_OPEN,
    )


def _issued(issued: IssuedInvitation, name: str, *, again: bool) -> ResponseReturnValue:
    public_url = current().settings.public_url
    return show(
        "provider/invited.html",
        issued=issued,
        name=name,
        again=again,
        page_address=f"{public_url}{url_for('auth.invitation')}",
        link_address=f"{public_url}{url_for('auth.invitation_by_link', link=signed_link(issued.link_token))}",
    )


@page(
    blueprint,
    "/people/invitations/<ref>/renew",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_MEMBER_CHANGE,
    methods=["GET", "POST"],
)
def invitation_renew(ref: str) -> ResponseReturnValue:
    """A new code and a new link; the old ones are void."""
    if request.method == "GET":
        return redirect(url_for(".people"), 303)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            renewed = service.renew(session, runtime.clock, current_actor(), ref)
    except Conflict as gone:
        flash(words_of(gone).text, "warning")
        return redirect(url_for(".people"), 303)
    return _issued(renewed.issued, renewed.name, again=True)


@page(
    blueprint,
    "/people/invitations/<ref>/revoke",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_MEMBER_CHANGE,
    methods=["GET", "POST"],
)
def invitation_revoke(ref: str) -> ResponseReturnValue:
    """Take an invitation back."""
    if request.method == "GET":
        return redirect(url_for(".people"), 303)
    runtime = current()
    try:
        with runtime.write("provider") as session:
            name = service.revoke(session, runtime.clock, current_actor(), ref)
    except Conflict as gone:
        flash(words_of(gone).text, "warning")
    else:
        flash(gettext("%(name)sさんへの招待を取り消しました。", name=name), "success")
    return redirect(url_for(".people"), 303)
