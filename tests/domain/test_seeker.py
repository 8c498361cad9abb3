"""Reading who somebody is, the school, the range and the days of a registration."""

from datetime import date
from typing import Any

import pytest

from portal.domain.eligibility import SchoolStatus
from portal.domain.refusal import Invalid
from portal.domain.registration import Validity
from portal.domain.seeker import (
    Range,
    read_birth_date,
    read_first_validity,
    read_identity,
    read_range,
    read_registration_number,
    read_school,
    read_validity,
)

TODAY = date(2026, 6, 15)
TARGET = {"high": True, "university": False, "specialised": False, "technical_college": False}


def errors(reader: Any, *given: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        reader(*given)
    return refused.value.errors


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("13999-00012345", "13999-00012345"),
        ("１３９９９－０００１２３４５", "13999-00012345"),
        ("1399900012345", "13999-00012345"),
        (" 13999 - 000123 ", "13999-000123"),
        ("13999ー0001234", "13999-0001234"),
    ],
)
def test_a_registration_number_is_read_in_one_form(text: str, read: str) -> None:
    assert read_registration_number({"registration_number": text}) == read


@pytest.mark.parametrize(
    "text",
    ["1399-00012345", "13999-12345", "13999-123456789", "13999", "abc", "13999-０００x"],
)
def test_what_is_no_registration_number_is_refused(text: str) -> None:
    assert errors(read_registration_number, {"registration_number": text}) == {
        "registration_number": ["bad_registration_number"]
    }


def test_everything_wrong_in_an_identity_is_told_at_once() -> None:
    typed = {
        "registration_number": "",
        "name": "山\0田",
        "kana": "山田",
        "birth_date": "S99.1.1",
        "sex": "?",
        "phone": "x",
        "mail": "x",
        "residence": "あ" * 201,
        "employer": "会\n社",
        "school": "🌸",
    }
    assert errors(read_identity, typed, TODAY) == {
        "registration_number": ["missing"],
        "name": ["nul"],
        "kana": ["bad_kana"],
        "birth_date": ["era_range"],
        "sex": ["unknown_code"],
        "phone": ["bad_phone"],
        "mail": ["bad_mail"],
        "residence": ["too_long"],
        "employer": ["line_break"],
        "school": ["emoji"],
    }


@pytest.mark.parametrize("text", ["1990-01-01", "平成2年1月1日", "H2.1.1", "１９９０／１／１", "19900101"])
def test_a_birth_date_is_read_in_western_and_japanese_years(text: str) -> None:
    assert read_birth_date({"birth_date": text}, TODAY) == date(1990, 1, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-06-15", "in_future"),
        ("2027-01-01", "in_future"),
        ("1900-01-01", "too_long_ago"),
        ("1990-02-30", "date_impossible"),
        ("", "date_missing"),
        ("昨日", "date_unreadable"),
    ],
)
def test_an_impossible_birth_date_is_refused(text: str, code: str) -> None:
    assert errors(read_birth_date, {"birth_date": text}, TODAY) == {"birth_date": [code]}


def test_S_Q1_a_school_is_compiled_into_the_days_it_leaves_out() -> None:
    graduate = {"school_status": "graduated", "school_kind": "high", "graduated_on": "2026-03-01"}
    read = read_school(graduate, TARGET, TODAY)
    assert (read.kind, read.status, read.graduated_on) == ("high", SchoolStatus.GRADUATED, date(2026, 3, 1))
    assert (read.eligibility.never, read.eligibility.eligible_from) == (False, date(2026, 7, 1))
    assert read_school({"school_status": "student", "school_kind": "high"}, TARGET, TODAY).eligibility.never
    for kind in ("university", "technical_college", "specialised"):
        eligible = read_school({"school_status": "student", "school_kind": kind}, TARGET, TODAY).eligibility
        assert eligible.covers(TODAY)
    assert read_school({"school_status": "none"}, TARGET, TODAY).kind is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, {"school_status": ["missing"]}),
        ({"school_status": "x"}, {"school_status": ["unknown_code"]}),
        ({"school_status": "student"}, {"school_kind": ["missing"]}),
        ({"school_status": "student", "school_kind": "x"}, {"school_kind": ["unknown_code"]}),
        ({"school_status": "none", "school_kind": "high"}, {"school_kind": ["not_needed"]}),
        ({"school_status": "graduated", "school_kind": "high"}, {"graduated_on": ["missing"]}),
        (
            {"school_status": "graduated", "school_kind": "high", "graduated_on": "2027-03-01"},
            {"graduated_on": ["in_future"]},
        ),
        (
            {"school_status": "student", "school_kind": "high", "graduated_on": "2026-03-01"},
            {"graduated_on": ["not_a_graduate"]},
        ),
    ],
)
def test_a_school_that_contradicts_itself_is_refused(
    typed: dict[str, str], expected: dict[str, list[str]]
) -> None:
    assert errors(read_school, typed, TARGET, TODAY) == expected


def test_S_Q3_the_range_is_private_municipal_or_both_but_never_neither() -> None:
    assert read_range({"range_private": "y"}) == Range(True, False)
    assert read_range({"range_municipal": "はい", "range_private": "いいえ"}) == Range(False, True)
    assert errors(read_range, {}) == {"range_private": ["range_missing"]}


def test_a_registration_without_an_end_gets_the_default_length() -> None:
    assert read_first_validity({"registered_on": "2026-06-10"}, TODAY, 2) == Validity(
        date(2026, 6, 10), date(2026, 8, 31)
    )
    typed = {"registered_on": "2026-06-10", "valid_until": "令和8年7月31日"}
    assert read_first_validity(typed, TODAY, 2).valid_until == date(2026, 7, 31)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, {"registered_on": ["date_missing"]}),
        ({"registered_on": "2026-06-16"}, {"registered_on": ["in_future"]}),
        ({"registered_on": "2026-03-31"}, {"registered_on": ["not_in_force"]}),
        ({"registered_on": "2026-06-01", "valid_until": "2026-06-14"}, {"valid_until": ["not_in_force"]}),
        ({"registered_on": "2026-06-01", "valid_until": "2026-05-01"}, {"valid_until": ["before_start"]}),
        ({"registered_on": "2026-06-01", "valid_until": "2926-06-01"}, {"valid_until": ["too_far"]}),
        ({"registered_on": "2026-06-01", "valid_until": "x"}, {"valid_until": ["date_unreadable"]}),
    ],
)
def test_S_Q1_only_a_registration_in_force_can_begin(
    typed: dict[str, str], expected: dict[str, list[str]]
) -> None:
    assert errors(read_first_validity, typed, TODAY, 2) == expected


def test_the_days_of_a_registration_are_read() -> None:
    typed = {"valid_from": "R8.6.1", "valid_until": "2027-06-30"}
    assert read_validity(typed, TODAY) == Validity(date(2026, 6, 1), date(2027, 6, 30))
    assert errors(read_validity, {**typed, "valid_from": "2026-07-01"}, TODAY) == {
        "valid_from": ["in_future"]
    }
    assert errors(read_validity, {"valid_from": "", "valid_until": "2026-02-30"}, TODAY) == {
        "valid_from": ["date_missing"],
        "valid_until": ["date_impossible"],
    }
