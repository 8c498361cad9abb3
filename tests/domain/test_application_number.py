"""The number on the paper: made, read in every spelling, and wrong digits told."""

from datetime import date

import pytest

from portal.domain.application_number import case_number, fiscal_year, read_case_number, same_bodies
from portal.domain.refusal import Invalid


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (date(2026, 3, 31), 2025),
        (date(2026, 4, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
        (date(2028, 2, 29), 2027),
    ],
)
def test_a_year_of_numbers_begins_on_the_first_of_april(on: date, year: int) -> None:
    assert fiscal_year(on) == year


@pytest.mark.parametrize(
    ("year", "bureau", "serial", "begins"),
    [
        (2026, "24", 17, "R08-24-00017-"),
        (2019, "13", 1, "H31-13-00001-"),  # 1 April 2019 was still Heisei
        (2020, "01", 99999, "R02-01-99999-"),
        (2026, "47", 100000, "R08-47-100000-"),
    ],
)
def test_a_number_says_year_bureau_and_serial(year: int, bureau: str, serial: int, begins: str) -> None:
    number = case_number(year, bureau, serial)
    assert number.startswith(begins)
    assert read_case_number({"n": number}, "n") == number


@pytest.mark.parametrize(
    "change", ["R08-24-00017-{}", "r08 24 00017 {}", "Ｒ０８－２４－０００１７－{}", "R082400017{}"]
)
def test_every_spelling_of_a_number_is_the_same(change: str) -> None:
    number = case_number(2026, "24", 17)
    assert read_case_number({"n": change.format(number[-1])}, "n") == number


def test_every_single_wrong_digit_is_told() -> None:
    number = case_number(2026, "24", 17)
    for place in (place for place, letter in enumerate(number) if letter.isdigit()):
        for digit in "0123456789".replace(number[place], ""):
            with pytest.raises(Invalid) as refused:
                read_case_number({"n": number[:place] + digit + number[place + 1 :]}, "n")
            assert refused.value.errors == {"n": ["wrong_check_digit"]}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "missing"),
        ("  ", "missing"),
        ("R8-24-17-3", "bad_application_number"),
        ("R08-24-00017", "bad_application_number"),
        ("見本", "bad_application_number"),
        ("R08-24-00017-3" * 9, "bad_application_number"),
    ],
)
def test_what_is_no_number_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_case_number({"n": typed}, "n")
    assert refused.value.errors == {"n": [code]}


@pytest.mark.parametrize(
    ("number", "spellings"),
    [
        ("13101", {"13101", "131016"}),
        ("131016", {"13101", "131016"}),
        ("131017", {"131017"}),  # wrong check digit: something else
        ("13", {"13", "13000", "130001"}),
        ("130001", {"13", "13000", "130001"}),
        ("24-ユ-300001", {"24-ユ-300001"}),
        ("KO-1", {"KO-1"}),
        ("", {""}),
    ],
)
def test_M_Q5_a_public_body_is_one_whether_its_code_carries_a_check_digit_or_not(
    number: str, spellings: set[str]
) -> None:
    assert same_bodies(number)[0] == number
    assert set(same_bodies(number)) == spellings
