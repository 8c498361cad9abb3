"""Bad input, every field by itself: told at its field, nothing stored, never anything but a refusal."""

from typing import Any

import pytest
from sqlalchemy import func, select

from portal.domain.actor import Actor
from portal.domain.refusal import Invalid
from portal.domain.registration_file import COLUMNS
from portal.services import seeker
from portal.store.tables import seeker as seeker_table
from tests.registrations import FORM, build_office_clerk, prepare


@pytest.fixture
def engine_kind() -> str:
    return "sqlite"


BAD = {
    "too long": "あ" * 5000,
    "far too long": "9" * 300_000,
    "emoji": "🌸👨‍👩‍👧",
    "nul": "山\0田",
    "half a character": "山\ud800田",
    "line breaks": "一行目\r\n二行目",
    "control": "山\x1b[31m田",
    "invisible": "\u200b\u202e",
    "blanks only": " \u3000\t",
    "markup": "<script>alert(1)</script>",
    "quotes": "' OR 1=1 --",
    "template": "{{ 7*7 }} %(name)s",
    "number": "-1",
    "full-width digits": "９９９９９９９９９９９９９９９９９",
    "many parts": ";".join("x" * 1500),
    "impossible day": "2026-02-30",
    "wrong era": "昭和99年1月1日",
    "year nought": "0000-00-00",
}
# What these texts may be: a name or an address of somebody, or a sentence.
FREE = {"name", "residence", "employer", "school", "pr", "experience_text"}


@pytest.mark.parametrize("field", list(COLUMNS))
def test_no_bad_text_gets_past_its_field(database: Any, clock: Any, field: str) -> None:
    prepare(database, clock)
    clerk = build_office_clerk(database)
    for kind, text in BAD.items():
        for value in (text, [text], [text, text]):
            errors = _errors(database, clock, clerk, {**FORM, field: value})
            assert errors.keys() <= COLUMNS.keys(), (field, kind, errors)
            if not errors:
                spoken = field.startswith(("range_", "terms_agreed"))
                assert FORM.get(field, "") == "" or field in FREE or spoken or not text.strip(), (field, kind)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(seeker_table)) == 0


def test_nothing_at_all_is_told_field_by_field(database: Any, clock: Any) -> None:
    prepare(database, clock)
    assert set(_errors(database, clock, build_office_clerk(database), {})) == {
        "registration_number",
        "name",
        "kana",
        "birth_date",
        "occupation_1",
        "place_1",
        "employment",
        "school_status",
        "range_private",
        "registered_on",
        "terms_agreed",
    }


def _errors(database: Any, clock: Any, clerk: Actor, typed: dict[str, Any]) -> dict[str, list[str]]:
    with database.read() as session:
        try:
            seeker.check(session, clock, clerk, typed, default_months=2)
        except Invalid as refused:
            return refused.errors
    return {}
