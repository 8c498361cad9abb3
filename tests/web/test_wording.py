"""Every code that a rule can say no with has words."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from wtforms import Form, StringField

from portal.domain.refusal import Invalid, LimitReached, Refusal
from portal.web.field_wording import FIELDS, field_text, show_in
from portal.web.rendering import form_errors
from portal.web.wording import REFUSALS, words_of

ROOT = Path(__file__).resolve().parent.parent.parent / "portal"
# Only the operator's commands meet these; they are told there.
ON_THE_COMMAND_LINE = (
    "/code.py",
    "/code_change.py",
    "/terms.py",
    "/registration_file.py",
    "/file_encoding.py",
    "domain/rarity.py",
    "services/keys.py",
    "services/membership.py",
    "services/retention.py",
    "services/seal.py",
    "services/separation.py",
    "services/unit.py",
)
OF_THE_OPERATOR = {
    "account_closed",
    "last_operator",
    "maintenance_overlaps",
    "maintenance_runs",
    "name_an_operator",
    "no_maintenance",
    "no_operator",
    "no_second_factor",
    "not_a_demo_database",
    "one_place",
    "operator_exists",
    "sending_is_closed",
    "sending_is_open",
    "signs_in_nowhere",
    "tables_missing",
    "unknown_account",
    "unknown_operator",
    "wrong_installation",
}
SOURCES = [
    path.read_text(encoding="utf-8")
    for room in ("domain", "services", "calendar")
    for path in sorted((ROOT / room).rglob("*.py"))
    if not str(path).endswith(ON_THE_COMMAND_LINE)
]


def _said(pattern: str) -> set[str]:
    return {code for source in SOURCES for code in re.findall(pattern, source)}


def test_every_reason_of_a_refusal_has_words() -> None:
    reasons = _said(r'(?:Refusal|Forbidden|Conflict|Closed|NotFound)\("([a-z_]+)"')
    reasons |= _said(r'default_reason = "([a-z_]+)"')
    assert len(reasons) > 15
    assert reasons - set(REFUSALS) - OF_THE_OPERATOR == set()


def test_every_code_of_a_field_has_words() -> None:
    codes = _said(r'Invalid\(\{[^}]*\["([a-z_]+)"\]') | _said(r'(?:codes|faults)\.append\("([a-z_]+)"\)')
    codes |= _said(r'yield "([a-z_]+)"$') | _said(r'UnreadableDay\("([a-z_]+)"\)')
    assert len(codes) > 20
    codes |= _said(r'faults\.add\([^"\n]*(?:"[a-z_]+")?, "([a-z_]+)"\)')
    assert codes - set(FIELDS) - OF_THE_OPERATOR == set()


@pytest.fixture
def spoken(app: Flask) -> Any:
    with app.test_request_context("/"):
        yield


@pytest.mark.usefixtures("spoken")
def test_an_unknown_code_gets_a_general_sentence_and_never_the_code() -> None:
    assert "some_new_code" not in words_of(Refusal("some_new_code")).sentence
    assert field_text("some_new_code", {}) == "内容をご確認ください。"


@pytest.mark.usefixtures("spoken")
def test_numbers_and_days_are_put_in_as_people_read_them(clock: Any) -> None:
    words = words_of(LimitReached(1000, 1000, 1, clock.now()))
    assert "1日1,000件" in words.sentence
    assert "2026年6月15日 10:00 に数え直します" in words.advice


@pytest.mark.usefixtures("spoken")
def test_a_sentence_whose_fact_is_not_known_is_left_out() -> None:
    assert words_of(Refusal("extension_too_early")).advice == ""
    assert field_text("too_long", {}) == "長すぎます。短くしてください。"
    assert "500文字以内" in field_text("too_long", {"longest": "500", "length": "612"})


@pytest.mark.usefixtures("spoken")
def test_every_text_can_be_said_in_both_languages() -> None:
    facts = dict.fromkeys(
        ("limit", "resets_at", "today", "previous_on", "valid_from", "opens_on", "retry_at"), "1"
    ) | {"longest": "2", "shortest": "3", "length": "4", "most": "5", "count": "6"}
    facts |= {"line": "11", "sent_at": "7", "fits": "8", "number": "9", "left": "10"}
    facts |= dict.fromkeys(
        ("again_at", "accepted_on", "consented_on", "withdrawn_on", "at", "made_on", "from_day", "days"), "12"
    )
    for language in ("ja", "en"):
        with force_locale(language):
            for entry in (*REFUSALS.values(), *FIELDS.values()):
                assert str(entry[0]) % facts
                assert all(str(text) % facts for text in entry if text)


@pytest.mark.usefixtures("spoken")
def test_a_refusal_is_shown_beside_its_field_and_what_has_no_field_in_the_summary() -> None:
    class Sheet(Form):
        name = StringField("氏名")

    form = Sheet()
    form.validate()
    show_in(form, Invalid({"name": ["missing"], "elsewhere": ["in_future"]}))
    assert [(error.anchor, error.text) for error in form_errors(form)] == [
        ("", "今日までの日を入力してください。"),
        ("name", "入力または選択してください。"),
    ]
