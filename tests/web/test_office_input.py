"""Bad input on the pages of the office: told in place, what was typed kept, nothing half-done, never a 500."""

from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from portal.domain.actor import Actor
from portal.services import seeker_file
from portal.store.tables import seeker as seeker_table
from tests.registrations import FORM, build_office_clerk, prepare, register
from tests.web.page_client import page_of
from tests.web.signing import sign_in_as


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


@pytest.fixture
def desk(client: Any, clerk: Actor) -> Any:
    """The browser of a clerk who is signed in."""
    sign_in_as(client, clerk.account_id)
    return client


@pytest.fixture
def number(database: Any, clock: Any, clerk: Actor) -> str:
    """The address of a registered seeker."""
    return f"/office/seekers/{register(database, clock, clerk).office_id}"


def registration(**changes: Any) -> dict[str, Any]:
    """The form as a browser sends it: an empty box is not sent at all."""
    filled = {**FORM, "terms_version": "2026-04", **changes}
    return {name: value for name, value in filled.items() if value}


def read(database: Any, clock: Any, clerk: Actor, address: str) -> seeker_file.SeekerFile:
    with database.write() as session:
        return seeker_file.open_file(session, clock, clerk, address.rpartition("/")[2])


def everybody(database: Any) -> list[Any]:
    with database.read() as session:
        return list(session.execute(select(seeker_table)).mappings())


LONG = "あ" * 1200
NASTY = {
    "too long": LONG,
    "emoji": "🌸👨‍👩‍👧",
    "markup": "<script>alert(1)</script>' OR 1=1 --",
    "wrong kind": "％＄＃＠",
    "full width": "９９９９９９９９９９９９９９９９９９９",
    "invisible": "山\u200b\u202e田",
    "line breaks": "一行目\r\n二行目",
}
TEXT_FIELDS = [
    "registration_number",
    "name",
    "kana",
    "birth_date",
    "phone",
    "mail",
    "residence",
    "employer",
    "school",
    "place_1",
    "place_5",
    "pr",
    "experience_text",
    "graduated_on",
    "registered_on",
    "valid_until",
]
CHOICE_FIELDS = [
    "sex",
    "occupation_1",
    "occupation_3",
    "employment",
    "times",
    "wage_month",
    "wage_hour",
    "experience_1",
    "experience_years_1",
    "education",
    "licences",
    "school_status",
    "school_kind",
    "terms_version",
]


@pytest.mark.parametrize("kind", NASTY)
def test_bad_text_in_every_field_is_told_in_place_and_kept(desk: Any, database: Any, kind: str) -> None:
    bad = dict.fromkeys(TEXT_FIELDS + CHOICE_FIELDS, NASTY[kind])
    answer = desk.submit("/office/seekers/new", registration(**bad))
    assert answer.status_code == 422
    page = page_of(answer)
    assert "入力内容をご確認ください" in page.text
    fields = page.form_with("registration_number").fields
    for name in TEXT_FIELDS:
        kept = fields[name][0].replace("\n", "").replace("\r", "")
        assert kept == NASTY[kind].replace("\r\n", ""), name
    assert everybody(database) == []


@pytest.mark.parametrize("name", ["name", "place_1", "occupation_1"])
def test_nul_is_refused_with_a_page_and_half_a_character_never_arrives(
    desk: Any, database: Any, name: str
) -> None:
    form = desk.page("/office/seekers/new").form_with("registration_number")
    for text, statuses in (("山\0田", {400}), ("山\ud800田", {303, 422})):
        data = {**form.fields, **registration(**{name: text})}
        body = "&".join(_encoded(field, value) for field, value in data.items())
        answer = desk.post("/office/seekers/new", data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in statuses
        if answer.status_code != 303:
            assert everybody(database) == []


def _encoded(name: str, value: Any) -> str:
    values = [value] if isinstance(value, str) else value
    return "&".join(f"{name}={quote(each.encode('utf-8', 'surrogatepass'))}" for each in values)


@pytest.mark.parametrize("page", ["identity", "data", "school", "range", "validity", "terms"])
@pytest.mark.parametrize("kind", NASTY)
def test_bad_text_in_every_field_of_a_change_changes_nothing(
    desk: Any, database: Any, clock: Any, clerk: Actor, number: str, page: str, kind: str
) -> None:
    form = desk.page(f"{number}/{page}").form_with("version")
    before = read(database, clock, clerk, number)
    # Pressed is the button of the form, not the one that keeps a draft.
    bad = dict.fromkeys(form.names - {"csrf_token", "keeper", "draft", "keep_draft"}, NASTY[kind])
    answer = desk.submit(f"{number}/{page}", bad, form=form)
    assert answer.status_code == 422
    assert "入力内容をご確認ください" in page_of(answer).text
    assert read(database, clock, clerk, number) == before


def test_a_form_without_anything_is_refused_in_place(desk: Any, number: str) -> None:
    token = desk.page("/office/").form_with("registration_number").fields["csrf_token"]
    for address in (
        "/office/seekers/new",
        "/office/find",
        f"{number}/identity",
        f"{number}/data",
        f"{number}/school",
    ):
        assert desk.post(address, data={"csrf_token": token}).status_code == 422
