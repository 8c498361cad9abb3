"""What organisations and visitors can ask for about the people of a unit: inviting, joining, ending, signing out."""

from typing import Any

from portal.services import unit_invitation
from portal.services.unit_invitation import IssuedInvitation
from portal.web.auth.link import signed_link
from tests import build
from tests.leak.rounds import in_english, lost, open_post, round_of, took
from tests.leak.rounds_of_accounts import NEW
from tests.leak.world import World
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as

PEOPLE, INVITE, SESSIONS = "/provider/people", "/provider/people/invite", "/provider/sessions"


def _address(world: World, who: str, name: str) -> str:
    """Where the link with this text on the list of people leads."""
    return world.browser(who).page(PEOPLE).links[name]


def _issued(world: World, who: str = "officer") -> IssuedInvitation:
    typed = {"display_name": "見本 招待", "place": "", "days": "3"}
    with world.database.write() as session:
        return unit_invitation.invite(session, world.clock, world.members[who].actor, typed)


@round_of("provider.people")
def _people(world: World) -> None:
    for who in ("officer", "contact", "suspended", "headless", "over", "sister"):
        world.browser(who).page(PEOPLE)
    for who in ("first", "helper", "nobody"):
        took(world.browser(who).get(PEOPLE), 303, 404)
    in_english(world, "officer").page(PEOPLE)


@round_of("provider.person")
def _person(world: World) -> None:
    for who, name in (("officer", "架空 officer"), ("officer", "架空 first"), ("contact", "架空 helper")):
        world.browser(who).page(_address(world, who, name))
    foreign = _address(world, "contact", "架空 helper")
    for ref in (foreign.rpartition("/")[2], world.token("officer", "heron"), "A" * 43, "x"):
        world.browser("officer").page(f"{PEOPLE}/{ref}", 404)
    world.browser("first").page(_address(world, "officer", "架空 first"), 404)


@round_of("provider.person_move")
def _move(world: World) -> None:
    address = f"{_address(world, 'officer', '架空 both')}/place"
    for place, status in (("", 303), ("x", 422)):
        took(open_post(world, "officer", address, {"place": place}), status)
    lost(world, address)


@round_of("provider.person_end")
def _end(world: World) -> None:
    build.build_member(world.database, world.units["agency"], name="leaver")
    address = f"{_address(world, 'officer', '架空 leaver')}/end"
    client = world.browser("officer")
    client.page(address)
    took(client.submit(address, form=client.page(address).forms[-1]), 303)
    took(open_post(world, "officer", address, {}), 404)
    own = f"{_address(world, 'officer', '架空 officer')}/end"
    client.page(own)
    answer = open_post(world, "officer", own, {})
    took(answer, 303)
    client.page(answer.location)


@round_of("provider.department_add")
def _department_add(world: World) -> None:
    for name, status in (("見本三課", 303), ("見本三課", 422), ("", 422)):
        took(open_post(world, "officer", f"{PEOPLE}/departments", {"name": name}), status)
    lost(world, f"{PEOPLE}/departments")


@round_of("provider.department_end")
def _department_end(world: World) -> None:
    client, address = world.browser("officer"), _address(world, "officer", "見本三課の利用を終える")
    client.page(address)
    for last, status in (("x", 422), ("2026-06-01", 422), ("2027-01-31", 303)):
        took(client.submit(address, {"last_day": last}), status)
    client.page(f"{PEOPLE}/departments/{'A' * 43}/end", 404)


@round_of("provider.invite")
def _invite(world: World) -> None:
    for who in ("officer", "contact"):
        client = world.browser(who)
        client.page(INVITE)
        took(client.submit(INVITE, {"display_name": "見本 招待"}), 200)
        took(client.submit(INVITE, {"display_name": ""}), 422)
        client.page(PEOPLE)
    took(world.browser("first").get(INVITE), 404)


def _open_invitation(world: World, act: str) -> str:
    forms = world.browser("officer").page(PEOPLE).forms
    return next(form.action for form in forms if form.action.endswith(act))


@round_of("provider.invitation_renew")
def _renew(world: World) -> None:
    address = _open_invitation(world, "/renew")
    took(open_post(world, "officer", address, {}), 200)
    took(open_post(world, "officer", address, {}), 303)
    took(open_post(world, "officer", f"{PEOPLE}/invitations/x/renew", {}), 404)
    lost(world, address)


@round_of("provider.invitation_revoke")
def _revoke(world: World) -> None:
    address = _open_invitation(world, "/revoke")
    for _ in range(2):
        answer = open_post(world, "officer", address, {})
        took(answer, 303)
        world.browser("officer").page(answer.location)
    lost(world, address)


@round_of("provider.sessions")
def _sessions(world: World) -> None:
    for who in ("officer", "contact"):
        world.browser(who).page(SESSIONS)
    client = world.browser("sister")
    took(client.submit(SESSIONS, form=client.page(SESSIONS).form_with("whom")), 422)
    for whom in ("others", "all"):
        answer = client.submit(SESSIONS, {"whom": whom})
        took(answer, 303)
        client.page(answer.location)
    world.ended("sister")


# Taking an invitation


def _looked(client: Any, issued: IssuedInvitation) -> Any:
    return client.submit("/invitation", {"code": issued.code})


@round_of("auth.invitation")
def _code(world: World) -> None:
    world.browser("officer").page("/invitation")
    client = world.new_browser("")
    client.page("/invitation")
    took(_looked(client, _issued(world)), 200)
    for code in ("AAAA-BBBB-CCCC", "x", ""):
        took(client.submit("/invitation", {"code": code}), 422, 429)


@round_of("auth.invitation_by_link")
def _link(world: World) -> None:
    client = world.new_browser("")
    client.page("/invitation/no-such-link")
    for token, status in ((_issued(world).link_token, 200), ("no-such-token", 422)):
        with world.app.app_context():
            address = f"/invitation/{signed_link(token)}"
        took(client.submit(address, form=client.page(address).forms[-1]), status)


@round_of("auth.invitation_account")
def _account(world: World) -> None:
    client = world.new_browser("")
    client.page("/invitation/account", 303)
    world.browser("officer").page("/invitation/account", 303)
    form = page_of(_looked(client, _issued(world))).form_with("sign_in_name")
    for again, status in (("another", 422), (NEW, 303), (NEW, 422)):
        chosen = {"sign_in_name": "invited", "password": NEW, "again": again}
        answer = client.submit("", chosen, form=form)
        took(answer, status, 400)


@round_of("auth.invitation_sign_in")
def _sign_in(world: World) -> None:
    client = world.new_browser("")
    client.page("/invitation/sign-in", 303)
    page = page_of(_looked(client, _issued(world)))
    form = next(form for form in page.forms if form.action == "/invitation/sign-in")
    took(client.submit("", form=form), 303)


@round_of("auth.invitation_look")
def _look(world: World) -> None:
    """After signing in on the way."""
    client = world.new_browser("")
    client.page("/invitation/look", 303)
    page = page_of(_looked(client, _issued(world)))
    form = next(form for form in page.forms if form.action == "/invitation/sign-in")
    took(client.submit("", form=form), 303)
    sign_in_as(client, world.members["helper"].account_id)
    took(client.submit("", form=client.page("/invitation").form_with("code")), 200)


@round_of("auth.invitation_join")
def _join(world: World) -> None:
    client = world.new_browser("helper")
    client.page("/invitation/join", 303)
    sign_in_as(client, build.build_account(world.database, name="joiner"))
    page = page_of(_looked(client, _issued(world)))
    form = next(form for form in page.forms if form.action == "/invitation/join")
    joined = client.submit("", form=form)
    took(joined, 303)
    client.page(joined.location)
    took(client.submit("", form=form), 400, 422)
