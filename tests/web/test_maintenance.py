"""Maintenance on the pages: told beforehand; while it runs nothing is written, by whatever form, and nothing lost."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.app import create_app
from portal.domain.actor import Actor, ActorKind
from portal.services import maintenance
from portal.store.tables import metadata
from portal.web.maintenance import OPEN_FORMS
from tests.web.foreign_town import Town
from tests.web.page_client import PageClient, page_of
from tests.web.provider_world import TEXT

OPERATOR = Actor(ActorKind.OPERATOR)
SAFE = {"GET", "HEAD", "OPTIONS"}
LINE = "架空の部品の入れ替えのため"


@pytest.fixture
def town(app: Any, database: Any, clock: Any) -> Town:
    return Town(app, database, clock)


def planned(database: Any, clock: Any, *, hours_ahead: float = 1, hours: float = 4) -> None:
    with database.write() as session:
        starts = clock.now() + timedelta(hours=hours_ahead)
        maintenance.plan(
            session,
            clock,
            OPERATOR,
            starts_at=starts,
            ends_at=starts + timedelta(hours=hours),
            text=LINE,
        )


def running(database: Any, clock: Any) -> None:
    """It has begun, and every process knows."""
    planned(database, clock, hours_ahead=0.1)
    clock.advance(timedelta(hours=0.1))


def letter_of(browser: Any) -> str:
    """The address of a thread of the seeker."""
    links = browser.page("/seeker/inbox").links.values()
    return str(next(link for link in links if link.startswith("/seeker/inbox/")))


def digest(database: Any) -> dict[str, list[Any]]:
    """Every row of every table."""
    with database.read() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in metadata.sorted_tables
        }


def values_of(town: Town, rule: Any) -> list[str]:
    """Addresses of a rule: with ids of this town where they are known, with something else where they are not."""
    known: dict[str, list[str]] = {
        "token": [town.agency.token(town.own), "x"],
        "office_id": ["x"],
        "ref": [town.drafts[0], "x"],
    }
    addresses = [rule.rule]
    for name in rule.arguments:
        options = known.get(name, ["x"])
        part = next(p for p in rule.rule.split("/") if p.startswith("<") and name in p)
        addresses = [address.replace(part, option) for address in addresses for option in options]
    return addresses


def test_no_address_writes_anything_while_maintenance_runs(settings: Any, database: Any, clock: Any) -> None:
    app = create_app(dataclasses.replace(settings, requests_per_minute=1_000_000), clock)
    app.test_client_class = PageClient
    app.testing = True
    town = Town(app, database, clock)
    forms = {who: town.data(who, text=TEXT) for who in town.browsers}
    visitor = app.test_client()
    running(database, clock)
    before = digest(database)
    asked = opened = 0
    for rule in app.url_map.iter_rules():
        for address in values_of(town, rule):
            for who, browser in [("visitor", visitor), *town.browsers.items()]:
                if "GET" in rule.methods:
                    answer = browser.get(address)
                    assert answer.status_code in (200, 302, 303, 404, 409, 422, 503), address
                    opened += answer.status_code == 200 and who != "visitor"
                    answer.close()
                for method in sorted(rule.methods - SAFE):
                    if rule.endpoint == "auth.sign_out":
                        continue
                    answer = browser.open(address, method=method, data=forms.get(who, {"text": TEXT}))
                    asked += 1
                    if rule.endpoint in OPEN_FORMS:
                        continue
                    assert answer.status_code == 503, (method, address, who)
                    assert int(answer.headers["Retry-After"]) > 0
    assert asked > 200
    assert opened > 50
    assert digest(database) == before
    app.extensions["portal"].database.dispose()


def test_whoever_is_signed_in_goes_on_reading_for_hours(
    app: Any, database: Any, clock: Any, town: Town
) -> None:
    planned(database, clock, hours=4)
    clock.advance(timedelta(minutes=59))
    assert town.browsers["first"].get("/provider/threads").status_code == 200
    clock.advance(timedelta(minutes=1))
    before = digest(database)
    for _ in range(3):
        clock.advance(timedelta(hours=1))
        for who, address in (
            ("first", f"/provider/threads/{town.agency.token(town.own, 'thread')}"),
            ("first", "/provider/threads"),
        ):
            answer = town.browsers[who].get(address)
            assert answer.status_code in (200, 404), address
            assert "ただいまメンテナンス中です。" in answer.text
    assert digest(database) == before
    clock.advance(timedelta(hours=1, seconds=5))
    # The idle minutes stood still; the session is noted as in use again.
    answer = town.browsers["first"].get("/provider/threads")
    assert answer.status_code == 200
    assert "メンテナンス" not in answer.text


def test_every_page_tells_of_it_beforehand_and_that_sending_pauses_P_Q5_M_Q4(
    client: Any, database: Any, clock: Any, town: Town
) -> None:
    # From seven days before; sessions of half an hour's idleness are still alive.
    planned(database, clock, hours_ahead=7 * 24 + 0.25)
    clock.advance(timedelta(minutes=14))
    pages = [(client, "/"), (client, "/sign-in")] + [
        (town.browsers[who], address)
        for who, address in (
            ("first", "/provider"),
            ("seeker", "/seeker"),
            ("clerk", "/office/"),
            ("bureau", "/bureau/"),
        )
    ]
    for browser, address in pages:
        assert "メンテナンス" not in browser.get(address).text, address
    clock.advance(timedelta(minutes=1))
    for browser, address in pages:
        text = browser.page(address).text
        assert "メンテナンスのお知らせ" in text
        assert (
            "案内や返事はふだんいつでも送れますが、この間は、送信、保存、新しいログインができません。" in text
        )
        assert LINE in text


def test_what_was_typed_is_given_back_whole_and_goes_out_once_when_it_is_over(
    database: Any, clock: Any, town: Town
) -> None:
    browser = town.browsers["seeker"]
    address = letter_of(browser)
    form = browser.page(address).form_with("text")
    typed = {**form.fields, "text": ["来週なら話せます。\n二行目 <b>も</b> あります。"], "kind": ["text"]}
    running(database, clock)
    before = digest(database)
    refused = browser.post(form.action, data=typed)
    assert refused.status_code == 503
    assert digest(database) == before
    page = page_of(refused)
    assert "この操作は行われていません。何も保存・送信されていません。" in page.text
    assert "最寄りのハローワークの窓口" in page.text
    held = page.form_with("text")
    assert held.fields == typed
    # Pressed too early, it is given back again.
    again = browser.post(held.action, data=held.fields)
    assert again.status_code == 503
    assert page_of(again).form_with("text").fields == held.fields
    clock.advance(timedelta(hours=4, seconds=5))
    sent = browser.post(held.action, data=held.fields)
    assert sent.status_code == 303, sent.text
    assert "来週なら話せます。" in browser.page(address).text


def test_passwords_are_not_given_back_and_signing_in_says_clearly_that_it_waits(
    client: Any, database: Any, clock: Any, town: Town
) -> None:
    running(database, clock)
    form = client.page("/sign-in").form_with("password")
    answer = client.post(
        "/sign-in", data={**form.fields, "sign_in_name": "hana-7", "password": "a long secret 一二三"}
    )
    assert answer.status_code == 503
    assert "a long secret" not in answer.text
    assert "新しいログインはできません" in answer.text
    assert "もう一度入力してください" in answer.text


def test_signing_out_works_and_writes_nothing(database: Any, clock: Any, town: Town) -> None:
    browser = town.browsers["officer"]
    form = browser.page("/provider").form_at("/sign-out")
    running(database, clock)
    before = digest(database)
    assert browser.post("/sign-out", data=form.fields).status_code == 303
    assert browser.get("/provider").status_code == 303
    assert digest(database) == before


def test_a_page_whose_opening_is_recorded_says_why_it_stays_closed(
    database: Any, clock: Any, town: Town
) -> None:
    running(database, clock)
    answer = town.browsers["first"].get(f"/provider/seekers/{town.agency.token(town.own)}")
    assert answer.status_code == 503
    assert "このページは、開いたことが記録されるため、メンテナンス中は開けません。" in answer.text


def test_the_words_of_somebody_else_are_not_given_back(database: Any, clock: Any, town: Town) -> None:
    browser = town.browsers["seeker"]
    address = letter_of(browser)
    form = browser.page(address).form_with("text")
    running(database, clock)
    other = town.browsers["first"]
    answer = other.post(form.action, data={**form.fields, "text": "見本の秘密の返事"})
    assert answer.status_code == 503
    assert "見本の秘密の返事" not in answer.text


def test_health_is_never_blocked(client: Any, database: Any, clock: Any) -> None:
    running(database, clock)
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 200


def test_what_is_entered_by_hand_is_known_within_seconds_and_a_plan_at_its_moment(
    client: Any, database: Any, clock: Any
) -> None:
    assert "メンテナンス" not in client.get("/").text
    with database.write() as session:
        maintenance.plan(session, clock, OPERATOR, starts_at=None, ends_at=clock.now() + timedelta(seconds=9))
    clock.advance(maintenance.READ_EVERY - timedelta(microseconds=1))
    assert "メンテナンス" not in client.get("/").text
    clock.advance(timedelta(microseconds=1))
    assert "ただいまメンテナンス中です。" in client.get("/").text
    clock.advance(timedelta(seconds=4) - timedelta(microseconds=1))
    assert "ただいまメンテナンス中です。" in client.get("/").text
    clock.advance(timedelta(microseconds=1))
    assert "メンテナンス" not in client.get("/").text


def test_beyond_the_planned_end_the_banner_says_that_it_takes_longer(
    client: Any, database: Any, clock: Any
) -> None:
    planned(database, clock)
    with database.write() as session:
        maintenance.begin(session, clock, OPERATOR)
    clock.advance(timedelta(hours=6))
    assert "予定より長くかかっています。" in client.get("/").text
    with database.write() as session:
        maintenance.end(session, clock, OPERATOR)
    clock.advance(maintenance.READ_EVERY)
    assert "メンテナンス" not in client.get("/").text
