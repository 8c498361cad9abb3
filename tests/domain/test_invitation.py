"""The activation code on the sheet from the office."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.invitation import (
    ALPHABET,
    CODE_LENGTH,
    InvitationFacts,
    closed_because,
    code_from,
    grouped,
    last_day,
    normalise_code,
)
from portal.domain.refusal import Invalid

CODES = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
ISSUED = InvitationFacts(issued_on=date(2026, 6, 1), valid_days=14)


def test_the_alphabet_has_32_characters_and_none_that_are_mixed_up() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 32
    assert not set("ILOU") & set(ALPHABET)


@pytest.mark.parametrize(
    ("random", "code"),
    [
        (bytes(8), "000000000000"),
        (b"\xff" * 8, "ZZZZZZZZZZZZ"),
        ((1).to_bytes(8), "000000000001"),
        ((32).to_bytes(8), "000000000010"),
        (b"\xf0" + bytes(7), "000000000000"),
        (b"\x0f" + bytes(7), "Y00000000000"),
        (b"\xff" * 8 + b"more", "ZZZZZZZZZZZZ"),
    ],
)
def test_a_code_is_made_of_60_of_the_random_bits_given(random: bytes, code: str) -> None:
    assert code_from(random) == code


def test_too_few_random_bytes_make_no_code() -> None:
    with pytest.raises(ValueError, match="too few"):
        code_from(bytes(7))


@given(st.integers(0, 2**60 - 1), st.integers(0, 2**60 - 1))
def test_different_random_bits_make_different_codes(one: int, other: int) -> None:
    assert (code_from(one.to_bytes(8)) == code_from(other.to_bytes(8))) == (one == other)


def test_a_code_is_printed_in_three_groups_of_four() -> None:
    assert grouped("0123456789AB") == "0123-4567-89AB"


@pytest.mark.parametrize(
    "typed",
    [
        "A1B0-C2D3-E4F5",
        "a1b0-c2d3-e4f5",
        "A1B0C2D3E4F5",
        " A1B0 C2D3 E4F5 ",
        "A1B0\u3000C2D3\u3000E4F5\n",
        "Ａ１Ｂ０－Ｃ２Ｄ３－Ｅ４Ｆ５",
        "ａ１ｂ０ーｃ２ｄ３ーｅ４ｆ５",
        "A1B0ｰC2D3ｰE4F5",
        "A1B0−C2D3–E4F5",
        "A1B0.C2D3_E4F5",
        "AIBO-C2D3-E4F5",
        "aLbo-c2d3-e4f5",
        "ａｌｂｏ－ｃ２ｄ３－ｅ４ｆ５",
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert normalise_code(typed) == "A1B0C2D3E4F5"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "missing"),
        (" - \u3000", "missing"),
        ("A1B0-C2D3-E4F", "code_length"),
        ("A1B0-C2D3-E4F55", "code_length"),
        ("A" * 101, "code_length"),
        ("A1B0-C2D3-E4F!", "code_character"),
        ("A1B0-C2D3-E4Fあ", "code_character"),
        ("A1B0-C2D3-E4F\x00", "code_character"),
        ("A1B0-C2D3-E4F\ud800", "code_character"),
        ("A1B0-C2D3-E4F🗾", "code_character"),
        ("A1B0-C2D3-E4F٥", "code_character"),
    ],
)
def test_what_cannot_be_a_code_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        normalise_code(typed)
    assert refused.value.errors == {"code": [reason]}


@given(CODES)
def test_a_printed_code_typed_in_small_letters_with_o_and_l_for_nought_and_one_comes_back(code: str) -> None:
    assert normalise_code(grouped(code)) == code
    assert normalise_code(grouped(code).lower().replace("0", "o").replace("1", "l")) == code


@given(st.text(max_size=120))
def test_any_text_is_either_a_code_or_refused(typed: str) -> None:
    try:
        code = normalise_code(typed)
    except Invalid as refused:
        code = ""
        codes = refused.errors["code"]
    else:
        codes = []
        assert normalise_code(code) == code
        assert len(code) == CODE_LENGTH
    assert set(codes) <= {"missing", "code_length", "code_character"}


@pytest.mark.parametrize(
    ("on", "closed"),
    [
        (date(2026, 5, 31), "code_expired"),
        (date(2026, 6, 1), None),
        (date(2026, 6, 15), None),
        (date(2026, 6, 16), "code_expired"),
    ],
)
def test_a_code_for_14_days_opens_on_the_14th_day_after_its_issue_and_not_on_the_15th(
    on: date, closed: str | None
) -> None:
    assert closed_because(ISSUED, on) == closed


@pytest.mark.parametrize(
    ("issued_on", "days", "last"),
    [
        (date(2026, 6, 1), 1, date(2026, 6, 2)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2026, 2, 28), 1, date(2026, 3, 1)),
    ],
)
def test_the_day_of_issue_is_not_counted(issued_on: date, days: int, last: date) -> None:
    assert last_day(issued_on, days) == last


def test_a_code_valid_for_no_day_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        last_day(date(2026, 6, 1), 0)


@pytest.mark.parametrize(
    ("attempts", "closed"), [(0, None), (4, None), (5, "code_locked"), (6, "code_locked")]
)
def test_after_five_wrong_birth_dates_a_code_opens_no_more(attempts: int, closed: str | None) -> None:
    facts = replace(ISSUED, attempts=attempts, attempts_limit=5)
    assert closed_because(facts, date(2026, 6, 2)) == closed


def test_a_code_opens_once_and_not_after_it_was_issued_anew() -> None:
    on = date(2026, 6, 2)
    assert closed_because(replace(ISSUED, used=True), on) == "code_used"
    assert closed_because(replace(ISSUED, replaced=True), on) == "code_replaced"
    assert closed_because(replace(ISSUED, used=True), date(2027, 1, 1)) == "code_used"
