"""Taking an invitation on the pages: by code and by link, with a new account and with one that exists."""

from datetime import timedelta
from typing import Any

import pytest

from portal.services.unit_invitation import IssuedInvitation
from portal.web.auth.invitation import COOKIE
from portal.web.auth.link import signed_link
from tests.build import build_clerk, build_member, build_seeker, build_unit
from tests.services.people_world import PeopleWorld
from tests.services.signing_world import PASSWORD
from tests.web import auth_world
from tests.web.page import Page
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as
from tests.web.test_auth_pages import shown_secret

CODE_PAGE = "/invitation"


@pytest.fixture
def world(database: Any, clock: Any) -> PeopleWorld:
    return PeopleWorld(database, clock)


@pytest.fixture
def issued(world: PeopleWorld) -> IssuedInvitation:
    return world.invite(display_name="架空 花子")


def typed(client: Any, code: str) -> Any:
    return client.submit(CODE_PAGE, {"code": code})


def address_of(client: Any, issued: IssuedInvitation) -> str:
    with client.application.app_context():
        return f"/invitation/{signed_link(issued.link_token)}"


def opened(client: Any, issued: IssuedInvitation, *, by_link: bool) -> Page:
    if not by_link:
        return page_of(typed(client, issued.code))
    address = address_of(client, issued)
    return page_of(client.submit(address, form=client.page(address).forms[-1]))


def choose(client: Any, page: Page, name: str = "kakuu-new", **more: str) -> Any:
    values = {"sign_in_name": name, "password": PASSWORD, "again": PASSWORD} | more
    return client.submit("", values, form=page.form_with(*values))


def sign_in(client: Any, clock: Any) -> Any:
    """Name, password, and the second factor set up on the way; the page with the recovery codes."""
    assert auth_world.sign_in(client, "kakuu-p").headers["Location"] == "/second-factor/enrol"
    page = client.page("/second-factor/enrol")
    secret = shown_secret(page)
    return client.submit("/second-factor/enrol", {"code": auth_world.totp(secret, clock)})


@pytest.mark.parametrize("by_link", [False, True])
def test_a_new_person_reads_what_it_is_for_chooses_and_is_in(
    client: Any, world: PeopleWorld, issued: IssuedInvitation, *, by_link: bool
) -> None:
    page = opened(client, issued, by_link=by_link)
    for words in ("架空人材紹介", "架空 花子", "利用者", "部署なし", "地方自治体等", "2026年6月22日"):
        assert words in page.text
    answer = choose(client, page)
    assert answer.status_code == 303
    landed = client.get(answer.headers["Location"], follow_redirects=True)
    assert "の利用者になりました" in landed.text or "二段階認証" in landed.text
    assert list(world.roles().values()).count("member") == 1


def test_the_code_never_stands_in_an_address(client: Any, issued: IssuedInvitation) -> None:
    page = page_of(typed(client, issued.code))
    addresses = [form.action for form in page.forms] + [link.get("href") for link in page.root.all("a")]
    assert not [address for address in addresses if issued.code in address]


def test_opening_a_link_looks_nothing_up_before_a_button_is_pressed(
    client: Any, world: PeopleWorld, issued: IssuedInvitation
) -> None:
    """Mail programs follow links by themselves."""
    assert "架空 花子" not in client.page(address_of(client, issued)).text
    assert world.outcomes() == []


def test_used_expired_revoked_and_unknown_invitations_get_the_very_same_page(
    client: Any, world: PeopleWorld, clock: Any
) -> None:
    used, revoked, expired = (world.invite(display_name=f"架空 {n}", days="1") for n in range(3))
    world.join_new(used.code)
    refs = {one.name: one.ref for one in world.invitations()}
    world.revoke(refs["架空 1"])
    clock.advance(timedelta(days=2))
    pages = set()
    for code in (used.code, revoked.code, expired.code, "0000-0000-0000"):
        clock.advance(timedelta(hours=1))
        answer = typed(client, code)
        pages.add((answer.status_code, auth_world.masked(answer, code)))
    assert len(pages) == 1
    assert "この招待は使えません" in pages.pop()[1]
    for issued in (used, revoked, expired):
        clock.advance(timedelta(hours=1))
        address = address_of(client, issued)
        answer = client.submit(address, form=client.page(address).forms[-1])
        pages.add((answer.status_code, auth_world.masked(answer)))
    assert len(pages) == 1


def test_a_link_we_did_not_sign_asks_for_the_code(client: Any, world: PeopleWorld) -> None:
    page = client.page("/invitation/mihon")
    assert "アドレスを読み取れませんでした" in page.text
    assert page.form_with("code").action == CODE_PAGE


def test_a_bad_name_or_password_is_told_beside_the_field_and_nothing_is_used_up(
    client: Any, issued: IssuedInvitation
) -> None:
    page = page_of(typed(client, issued.code))
    for more in ({"sign_in_name": "a"}, {"again": "another"}, {"password": "short", "again": "short"}):
        answer = choose(client, page, **more)
        assert answer.status_code == 422
        page = page_of(answer)
    assert choose(client, page).status_code == 303


def test_somebody_of_another_unit_signs_in_on_the_way_and_comes_back(
    app: Any, client: Any, world: PeopleWorld, issued: IssuedInvitation, clock: Any
) -> None:
    other = build_unit(world.database, name="架空別団体")
    account_id = auth_world.member(app, world.database, other, name="kakuu-p")
    page = page_of(typed(client, issued.code))
    form = next(form for form in page.forms if form.action == "/invitation/sign-in")
    assert client.submit("", form=form).headers["Location"] == "/sign-in"
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert cookie.http_only
    landed = page_of(sign_in(client, clock))
    assert CODE_PAGE in [link.get("href") for link in landed.root.all("a")]
    waiting = client.page(CODE_PAGE)
    assert client.get_cookie(COOKIE) is None
    offer = page_of(client.submit("", form=waiting.form_with("code")))
    assert "架空 kakuu-pとしてログインしています" in offer.text
    join = next(form for form in offer.forms if form.action == "/invitation/join")
    answer = client.submit("", form=join)
    assert answer.headers["Location"] == "/provider"
    assert "の利用者になりました" in client.page("/provider").text
    assert world.roles()[account_id] == "member"
    again = client.submit("", form=join)
    assert again.status_code in (400, 422)


def test_a_stale_or_foreign_cookie_is_no_invitation(
    app: Any, client: Any, world: PeopleWorld, clock: Any
) -> None:
    auth_world.member(app, world.database, world.unit, name="kakuu-p")
    client.set_cookie(COOKIE, "mihon.mihon.mihon")
    sign_in(client, clock)
    assert client.page(CODE_PAGE).form_with("code").action == CODE_PAGE


def test_whoever_is_in_the_unit_already_is_told_so(
    client: Any, world: PeopleWorld, issued: IssuedInvitation
) -> None:
    sign_in_as(client, world.contact.account_id)
    offer = page_of(typed(client, issued.code))
    answer = client.submit("", form=next(form for form in offer.forms if form.action == "/invitation/join"))
    assert answer.status_code == 422
    assert "この団体の利用者に、すでになっています" in page_of(answer).text
    assert len(world.invitations()) == 1


@pytest.mark.parametrize("kind", ["seeker", "clerk"])
def test_somebody_of_another_audience_is_asked_to_sign_out_first(
    client: Any, world: PeopleWorld, issued: IssuedInvitation, kind: str
) -> None:
    if kind == "seeker":
        account_id = build_seeker(world.database, with_account=True).account_id
    else:
        account_id = build_clerk(world.database).account_id
    sign_in_as(client, account_id or 0)
    page = page_of(typed(client, issued.code))
    assert "団体の方のログイン名ではありません" in page.text
    assert [form.action for form in page.forms if form.action.startswith("/invitation")] == []


def test_the_pages_lead_there_and_back(client: Any, world: PeopleWorld) -> None:
    assert CODE_PAGE in [link.get("href") for link in client.page("/sign-in").root.all("a")]
    for address in ("/invitation/account", "/invitation/join", "/invitation/look", "/invitation/sign-in"):
        assert client.get(address).headers["Location"] == CODE_PAGE
    sign_in_as(client, build_member(world.database, world.unit).account_id)
    assert CODE_PAGE in [link.get("href") for link in client.page("/account").root.all("a")]
