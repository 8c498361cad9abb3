"""Applications of a unit: begun with the record in force, made by officer and contact, seen by everybody."""

from datetime import date
from typing import Any

import pytest

from tests.build import (
    BuiltUnit,
    build_contractor,
    build_department,
    build_member,
    build_unit,
)
from tests.registrations import prepare
from tests.web.alike import shown
from tests.web.application_world import Bureau, number_on, press
from tests.web.page import Page
from tests.web.signing import sign_in_as

LIST = "/provider/applications"


@pytest.fixture(autouse=True)
def tables(database: Any, clock: Any) -> None:
    prepare(database, clock)


@pytest.fixture
def unit(database: Any) -> BuiltUnit:
    return build_unit(database, unit_class="municipal", name="架空見本市", valid_until=date(2026, 9, 30))


@pytest.fixture
def officer(app: Any, database: Any, unit: BuiltUnit) -> Any:
    return browser(app, database, unit, "officer")


def browser(app: Any, database: Any, unit: BuiltUnit, role: str) -> Any:
    client = app.test_client()
    sign_in_as(client, build_member(database, unit, role=role).account_id)
    return client


def start(client: Any, kind: str) -> str:
    """A new draft of the unit; its address."""
    form = next(form for form in client.page(LIST).forms if form.fields.get("kind") == [kind])
    answer = client.submit(LIST, form=form)
    assert answer.status_code == 303
    return str(answer.location)


def page_in(answer: Any) -> Page:
    return Page(answer.get_data(as_text=True))


@pytest.mark.parametrize("role", ["officer", "contact"])
def test_officer_and_contact_begin_each_of_the_three(app: Any, database: Any, unit: Any, role: str) -> None:
    client = browser(app, database, unit, role)
    for kind in ("change", "renewal", "end"):
        assert "これは申請の受付ではありません" in client.page(start(client, kind)).text


def test_a_member_sees_how_they_stand_and_cannot_open_or_begin_any(
    app: Any, database: Any, unit: Any, officer: Any
) -> None:
    address = start(officer, "change")
    member = browser(app, database, unit, "member")
    page = member.page(LIST)
    assert "作成中" in page.text
    assert address not in page.links.values()
    assert [form.action for form in page.forms] == ["/sign-out"]
    assert member.get(address).status_code == 404
    nowhere = shown(member.get("/provider/no-such-page"))
    assert shown(member.get(address)) == nowhere


def test_the_unit_page_and_the_reminder_lead_there(app: Any, database: Any, clock: Any) -> None:
    ending = build_unit(database, valid_until=date(2026, 7, 31))
    client = browser(app, database, ending, "officer")
    assert LIST in client.page("/provider/unit").links.values()
    assert LIST in client.page("/provider").links.values()


def test_the_list_says_until_when_and_from_when_a_renewal(officer: Any) -> None:
    text = officer.page(LIST).text
    assert "2026年9月30日 までです" in text
    assert "2026年8月1日 ごろから" in text
    assert "これまでのやり取りを読むことだけができます" in text


def test_only_one_of_a_kind_at_a_time(officer: Any) -> None:
    left = officer.page(LIST)
    start(officer, "renewal")
    assert not [form for form in officer.page(LIST).forms if form.fields.get("kind") == ["renewal"]]
    form = next(form for form in left.forms if form.fields.get("kind") == ["renewal"])
    answer = officer.submit(LIST, form=form)
    assert answer.status_code == 409
    assert "同じ手続きの申請が、まだ終わっていません" in answer.text


def test_nobody_begins_a_first_application_or_an_unknown_one_here(officer: Any) -> None:
    form = next(form for form in officer.page(LIST).forms if form.fields.get("kind") == ["change"])
    for kind in ("use", "nothing", ""):
        assert officer.post(f"{LIST}/start", data={**form.fields, "kind": kind}).status_code == 404
    assert officer.get(f"{LIST}/start").location == LIST


def test_P_Q11_M_Q8_another_officer_is_a_change_that_begins_with_the_record_in_force(officer: Any) -> None:
    before = officer.page("/provider/unit").text
    address = start(officer, "change")
    officer.submit(f"{address}/steps/change", {"day": "令和8年7月1日", "parts": ["people"]})
    page = officer.page(f"{address}/steps/people")
    fields = page.form_with("officer_name").fields
    assert fields["officer_name"][0] in before
    assert "今、労働局に登録されている内容を入れてあります" in page.text
    officer.submit(f"{address}/steps/people", {"officer_name": "見本　新子", "officer_phone": "00-0000-0001"})
    officer.submit(f"{address}/steps/undertakings", {"correctness": "y"})
    press(officer, address, "finish")
    assert officer.get(f"{address}/paper").data.startswith(b"%PDF")
    assert officer.page("/provider/unit").text == before


def test_M_Q3_a_contractor_is_added_and_another_prolonged_by_a_change(
    officer: Any, database: Any, unit: Any, clock: Any
) -> None:
    build_contractor(database, unit, name="架空今の受託株式会社", until=date(2027, 3, 31))
    address = start(officer, "change")
    officer.submit(f"{address}/steps/change", {"day": "2026-07-01", "parts": ["contractors"]})
    here = f"{address}/steps/contractors"
    form = officer.page(here).form_with("contractors-0-name")
    assert form.fields["contractors-0-name"] == ["架空今の受託株式会社"]
    form = page_in(officer.submit(here, press=("add_row", "contractors"), form=form)).form_with(
        "contractors-1-name"
    )
    added = {
        "contractors-0-until": "2028-03-31",
        "contractors-1-name": "架空新しい受託株式会社",
        "contractors-1-licence_number": "13-ユ-300077",
        "contractors-1-since": "2026-07-01",
        "contractors-1-until": "2027-03-31",
    }
    assert officer.submit(here, added, form=form).status_code == 303
    officer.submit(f"{address}/steps/undertakings", {"correctness": "y"})
    press(officer, address, "finish")
    number = number_on(officer.page(address))
    bureau = Bureau(database, clock)
    bureau.receive(number)
    bureau.approve(number)
    page = officer.page(LIST)
    assert "承認" in page.text
    assert "2026年7月1日 から" in page.text


def test_P_Q4_a_private_unit_is_not_asked_about_contractors(app: Any, database: Any) -> None:
    client = browser(app, database, build_unit(database), "officer")
    address = start(client, "change")
    form = client.page(f"{address}/steps/change").form_with("day")
    values = [box.get("value") for box in form.element.all("input") if box.get("name") == "parts"]
    assert values == ["organisation", "people", "places"]


def test_a_department_is_ended_by_a_last_day_in_a_change(officer: Any, database: Any, unit: Any) -> None:
    build_department(database, unit, "架空雇用課")
    address = start(officer, "change")
    officer.submit(f"{address}/steps/change", {"day": "2026-07-01", "parts": ["places"]})
    form = officer.page(f"{address}/steps/places").form_with("departments-0-until")
    assert form.fields["departments-0-name"] == ["架空雇用課"]
    answer = officer.submit(f"{address}/steps/places", {"departments-0-until": "2026-06-30"}, form=form)
    assert answer.status_code == 303
    assert "利用の最後の日 2026年6月30日" in officer.page(address).text


def test_an_end_asks_for_the_last_day_and_a_reason_only(officer: Any, database: Any, clock: Any) -> None:
    address = start(officer, "end")
    answer = officer.submit(f"{address}/steps/ending", {"last_day": "きょう"})
    assert answer.status_code == 422
    assert page_in(answer).form_with("last_day").fields["last_day"] == ["きょう"]
    officer.submit(f"{address}/steps/ending", {"last_day": "2026-06-30", "reason": "事業の終了"})
    press(officer, address, "finish")
    number = number_on(officer.page(address))
    bureau = Bureau(database, clock)
    bureau.receive(number)
    bureau.approve(number)
    assert officer.get(f"{address}/letter").data.startswith(b"%PDF")


def test_another_units_application_is_like_one_that_never_was(
    app: Any, database: Any, unit: Any, officer: Any
) -> None:
    other = browser(app, database, build_unit(database), "officer")
    address = start(other, "change")
    ref = address.rsplit("/", 1)[1]
    for place in ("", "/steps/change", "/finish", "/reopen", "/discard", "/paper", "/letter"):
        theirs = shown(officer.get(f"{LIST}/{ref}{place}"), ref)
        unknown = shown(officer.get(f"{LIST}/{'A' * 22}{place}"), "A" * 22)
        assert theirs == unknown
        assert theirs.startswith("404")


def test_a_units_application_does_not_open_without_an_account(
    app: Any, client: Any, database: Any, officer: Any
) -> None:
    ref = start(officer, "change").rsplit("/", 1)[1]
    assert client.get(f"/apply/{ref}").status_code == 404
    assert officer.get(f"/apply/{ref}").status_code == 404


def test_a_form_opened_under_another_unit_changes_nothing_and_gives_back_what_was_typed(
    app: Any, database: Any, unit: Any
) -> None:
    client = app.test_client()
    member = build_member(database, unit, role="officer")
    sign_in_as(client, member.account_id)
    address = start(client, "end")
    form = client.page(f"{address}/steps/ending").form_with("last_day")
    fields = {**form.fields, "acting": "x" * 32, "last_day": "2026-06-30", "reason": "見本の 理由です"}
    answer = client.post(f"{address}/steps/ending", data=fields)
    assert answer.status_code == 409
    assert "見本の 理由です" in answer.text
    assert "見本の 理由です" not in client.page(address).text


def test_the_pages_speak_english_too(officer: Any) -> None:
    officer.set_cookie("lang", "en")
    address = start(officer, "change")
    officer.submit(
        f"{address}/steps/change",
        {"day": "2026-07-01", "parts": ["organisation", "people", "places", "contractors"]},
    )
    for step in ("change", "organisation", "people", "places", "contractors", "undertakings"):
        assert officer.get(f"{address}/steps/{step}").status_code == 200


@pytest.mark.parametrize(
    "facts",
    [
        {"valid_until": date(2026, 5, 31)},
        {"suspended_from": date(2026, 6, 1)},
        {"officer": False},
    ],
    ids=["expired", "suspended", "without an officer"],
)
def test_a_unit_that_may_not_send_can_still_prepare_its_papers(
    app: Any, database: Any, facts: dict[str, Any]
) -> None:
    closed = build_unit(database, **facts)
    client = browser(app, database, closed, "contact")
    for kind in ("renewal", "change"):
        assert client.page(start(client, kind)).h1
    assert client.page("/provider").h1
