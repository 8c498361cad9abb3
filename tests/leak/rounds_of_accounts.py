"""What organisations and visitors can ask for beside their own pages: signing in, accounts, public pages."""

from datetime import timedelta
from typing import Any

from portal.services import access_code
from portal.services.access_code import IssuedCode, Purpose
from portal.web.auth.link import signed_link
from tests.build import BuiltSeeker
from tests.leak.rounds import round_of, took
from tests.leak.world import PASSWORD, World
from tests.registrations import OPERATOR
from tests.web.auth_world import totp
from tests.web.page import Page
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as

NEW = "kaki-no-ki-to-suzume"
BORN, WRONG_DAY = "1990-01-01", "1950-01-01"


def _public(endpoint: str, address: str) -> None:
    @round_of(endpoint)
    def _look(world: World) -> None:
        for who in ("", "officer", "helper"):
            took(world.browser(who).get(address), 200)
        took(world.browser("").get(f"{address}?lang=en"), 303)
        took(world.browser("").get(f"{address}?x=%00"), 400)
        took(world.browser("officer").put(address), 405)


for _endpoint, _address in {
    "public.home": "/",
    "public.for_seekers": "/for-seekers",
    "public.for_organisations": "/for-organisations",
    "public.procedures": "/for-organisations/procedures",
    "public.questions": "/for-organisations/questions",
    "public.bring": "/for-organisations/bring",
    "public.bring_list": "/for-organisations/bring/private/use",
    "public.protection": "/protection",
    "public.accessibility": "/accessibility",
    "public.privacy": "/privacy",
    "public.contact": "/contact",
    "public.infection": "/infection",
    "public.retention": "/retention",
    "public.terms": "/terms",
    "public.terms_version": "/terms/2026-04",
    "public.consultation_places": "/consultation-places",
    "public.robots": "/robots.txt",
    "public.live": "/health/live",
    "public.ready": "/health/ready",
    "auth.forgotten": "/forgotten",
}.items():
    _public(_endpoint, _address)


# Codes on paper


def _paper(world: World, whose: BuiltSeeker) -> IssuedCode:
    """What a visitor holds who has somebody's paper in hand: a code and a link."""
    purpose = Purpose.ACTIVATION if whose.account_id is None else Purpose.PASSWORD
    with world.database.write() as session:
        return access_code.issue(
            session,
            world.clock,
            OPERATOR,
            purpose,
            days=14,
            with_link=purpose is Purpose.ACTIVATION,
            **{"seeker_id": whose.id} if whose.account_id is None else {"account_id": whose.account_id},
        )


def _codes(world: World) -> list[str]:
    """A code that would work for a seeker, and one of nobody."""
    return [_paper(world, world.seekers["wren"]).code, "AAAA-BBBB-CCCC"]


@round_of("seeker.activate")
def _activate(world: World) -> None:
    world.browser("officer").page("/activate")
    client = world.new_browser("")
    client.page("/activate")
    typed = {"code": _paper(world, world.crowd[40]).code, "birth_date": BORN}
    took(client.submit("/activate", typed), 200)
    for code in _codes(world):
        answer = client.submit("/activate", {"code": code, "birth_date": WRONG_DAY})
        took(answer, 422, 429)
    took(client.submit("/activate", {"code": "", "birth_date": "no day"}), 422)


@round_of("seeker.activate_by_link")
def _activate_by_link(world: World) -> None:
    world.browser("officer").page("/activate/no-such-link")
    client = world.new_browser("")
    client.page("/activate/no-such-link")
    for token, born, status in (
        (_paper(world, world.crowd[41]).link, BORN, (200,)),
        ("no-such-token", WRONG_DAY, (422, 429)),
    ):
        with world.app.app_context():
            address = f"/activate/{signed_link(token or '')}"
        client.page(address)
        took(client.submit(address, {"birth_date": born}), *status)


@round_of("seeker.activate_account")
def _activate_account(world: World) -> None:
    world.browser("officer").page("/activate/account", 303)
    client = world.new_browser("")
    client.page("/activate/account", 303)
    typed = {"code": _paper(world, world.crowd[42]).code, "birth_date": BORN}
    form = page_of(client.submit("/activate", typed)).form_with("sign_in_name")
    for again, status in (("another", 422), (NEW, 303)):
        chosen = {"sign_in_name": "newcomer", "password": NEW, "again": again}
        took(client.submit("", chosen, form=form), status)


@round_of("auth.access")
def _access(world: World) -> None:
    client = world.browser("")
    client.page("/access")
    world.browser("officer").page("/access")
    for code in _codes(world):
        answer = client.submit("/access", {"code": code, "birth_date": WRONG_DAY})
        took(answer, 422, 429)


def _invitation(world: World, who: str, purpose: Purpose = Purpose.PASSWORD) -> str:
    """A code that somebody of a unit was given."""
    with world.database.write() as session:
        return access_code.issue(
            session, world.clock, OPERATOR, purpose, days=3, account_id=world.members[who].account_id
        ).code


@round_of("auth.choose_password")
def _choose_password(world: World) -> None:
    client = world.new_browser("")
    client.page("/access/password", 303)
    chosen = page_of(client.submit("/access", {"code": _invitation(world, "second")}))
    for password, again, status in ((NEW, "another", 422), ("short", "short", 422), (NEW, NEW, 303)):
        form = chosen.form_with("password")
        answer = client.submit("/access/password", {"password": password, "again": again}, form=form)
        took(answer, status)
    client.page(answer.location)
    world.ended("second")


# Signing in


def _code(page: Page, world: World) -> str:
    """What the app on somebody's phone would show, from the secret on the page."""
    groups = [part.text for part in page.root.all("span") if part.get("class") == "code"]
    return totp("".join(groups), world.clock)


@round_of("auth.sign_in")
def _sign_in(world: World) -> None:
    client = world.new_browser("")
    client.page("/sign-in")
    for after in ("sign-out", "password", "second-factor", "x"):
        client.page(f"/sign-in?after={after}")
    world.browser("officer").page("/sign-in", 303)
    entered = client.submit("/sign-in", {"sign_in_name": "both", "password": PASSWORD})
    took(entered, 303)
    client.page(entered.location)
    stranger = world.new_browser("")
    answers = [
        stranger.submit("/sign-in", {"sign_in_name": "no.such.name", "password": "x" * 12}).status_code
        for _ in range(9)
    ]
    assert {422, 429} <= set(answers)


@round_of("auth.enrol")
def _enrol(world: World) -> None:
    world.new_browser("").page("/second-factor/enrol", 303)
    client = _half_way(world, "both")
    page = client.page("/second-factor/enrol")
    took(client.submit("/second-factor/enrol", {"code": "000000"}), 422)
    done = client.submit("/second-factor/enrol", {"code": _code(page, world)})
    took(done, 200)
    client.page("/second-factor/enrol", 303)
    world.clock.advance(timedelta(minutes=1))
    client = _half_way(world, "both")
    client.page("/second-factor")
    for code, status in (("", 422), ("000000", 422), (_code(page, world), 303)):
        took(client.submit("/second-factor", {"code": code}), status)


@round_of("auth.qr")
def _qr(world: World) -> None:
    world.new_browser("").page("/second-factor/qr.svg", 303)
    client = world.browser("contact")
    client.page("/second-factor/enrol")
    took(client.get("/second-factor/qr.svg"), 200)


@round_of("auth.second_factor")
def _second_factor(world: World) -> None:
    world.new_browser("").page("/second-factor", 303)
    _half_way(world, "both").page("/second-factor")


def _half_way(world: World, who: str) -> Any:
    """Somebody whose password was right."""
    client = world.new_browser("")
    entered = client.submit("/sign-in", {"sign_in_name": who, "password": PASSWORD})
    took(entered, 303)
    return client


@round_of("auth.choose_unit")
def _choose_unit(world: World) -> None:
    world.browser("nobody").page("/choose-unit")
    world.browser("nobody").page("/provider", 303)
    client = world.browser("both")
    page = client.page("/choose-unit")
    keys = [box.get("value") for box in page.root.all("input") if box.get("name") == "unit"]
    assert len(keys) == 2
    opened = None
    for key in keys:
        chosen = client.submit("/choose-unit", {"unit": key})
        took(chosen, 303)
        client.page(chosen.location)
        if opened is None:
            opened = client.page("/provider/quota")
    took(client.post("/choose-unit", data={"unit": "x", **_token(client)}), 422)
    switched = {"reserve": "1", "text": "書きかけの文章", "acting": "x", **_token(client)}
    took(client.post("/provider/write/preview", data=switched), 409)


def _token(client: Any) -> dict[str, list[str]]:
    return {"csrf_token": client.page("/account").form_with("language").fields["csrf_token"]}


@round_of("auth.sign_out")
def _sign_out(world: World) -> None:
    client = world.new_browser("first")
    sign_in_as(client, world.members["first"].account_id)
    for address in ("/account", "/sign-in"):
        token = client.page(address).form_with("csrf_token").fields["csrf_token"]
        left = client.post("/sign-out", data={"csrf_token": token})
        took(left, 303)
        client.page(left.location)


# One's own account


@round_of("auth.account")
def _account(world: World) -> None:
    for who in ("officer", "helper", "both", "nobody"):
        world.browser(who).page("/account")
    world.browser("").page("/account", 303)


@round_of("auth.change_password")
def _change_password(world: World) -> None:
    client = world.browser("both")
    client.page("/account/password")
    for current, new, again, status in (
        ("wrong", NEW, NEW, 422),
        (PASSWORD, "short", "short", 422),
        (PASSWORD, NEW, "other", 422),
        (PASSWORD, NEW, NEW, 303),
    ):
        typed = {"current": current, "password": new, "again": again}
        took(client.submit("/account/password", typed), status)


@round_of("auth.notice")
def _notice(world: World) -> None:
    for who in ("officer", "helper"):
        client = world.browser(who)
        client.page("/account/notice")
        wanted = {"rhythm": "each", "quiet": "standard", "mail": "not an address"}
        took(client.submit("/account/notice", wanted), 422)
        wanted["mail"] = f"{who}@organisation.example"
        took(client.submit("/account/notice", wanted), 303)
        client.page("/account")


@round_of("auth.language")
def _language(world: World) -> None:
    client = world.new_browser("second")
    sign_in_as(client, world.members["second"].account_id)
    for language in ("en", "ja"):
        took(client.submit("/account", {"language": language}), 303)
        client.page("/account")


@round_of("auth.list_drafts")
def _drafts(world: World) -> None:
    client = world.browser("officer")
    client.page("/drafts")
    thread = f"/provider/threads/{world.thread('officer', 'heron')}"
    took(client.submit(thread, {"text": "架空の案内の書きかけです。"}, press="keep_draft"), 303)
    client.page("/provider")
    client.page(thread)
    client.page("/drafts")


@round_of("auth.draft")
def _draft(world: World) -> None:
    world.browser("officer").page(_first_draft(world))
    for who in ("officer", "helper"):
        world.browser(who).page("/drafts/" + "0" * 32, 404)


@round_of("auth.forget_draft")
def _forget_draft(world: World) -> None:
    client, address = world.browser("officer"), _first_draft(world)
    for status in (303, 404):
        took(client.post(f"{address}/forget", data=_token(client)), status)
    client.page("/drafts")


def _first_draft(world: World) -> str:
    links = world.browser("officer").page("/drafts").links.values()
    return next(link for link in links if link.startswith("/drafts/"))


@round_of("auth.stay")
def _stay(world: World) -> None:
    client = world.browser("officer")
    took(client.post("/account/stay", data=_token(client)), 200)
    took(world.browser("").post("/account/stay"), 303)


@round_of("auth.end_others")
def _end_others(world: World) -> None:
    client = world.browser("contact")
    took(client.post("/account/end-others", data=_token(client)), 303)


@round_of("auth.recovery_codes")
def _recovery_codes(world: World) -> None:
    client = world.browser("both")
    client.page("/account/recovery-codes")
    for password, status in (("wrong", 422), (NEW, 200)):
        took(client.submit("/account/recovery-codes", {"password": password}), status)


@round_of("auth.reset_second_factor")
def _reset(world: World) -> None:
    client = world.new_browser("")
    client.page("/access/second-factor", 303)
    code = _invitation(world, "both", Purpose.SECOND_FACTOR)
    form = page_of(client.submit("/access", {"code": code})).form_with("code")
    for typed, status in (("AAAA-BBBB-CCCC", 422), (code, 303)):
        answer = client.post("/access/second-factor", data={**form.fields, "code": typed})
        took(answer, status)
    client.page(answer.location)
