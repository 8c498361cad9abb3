"""Sign-in names: how they are spelled and when two are the same."""

from datetime import UTC, datetime

import pytest

from portal.domain.account import TooManyAttempts, checked_name, folded_name
from portal.domain.refusal import Invalid


@pytest.mark.parametrize("typed", ["taro-7", " Taro-7 ", "ＴＡＲＯ－７", "TARO-7"])
def test_full_width_capitals_and_blanks_make_no_other_name(typed: str) -> None:
    assert folded_name(typed) == "taro-7"


@pytest.mark.parametrize(
    "typed", ["", "ab", "-abc", "a b c", "やまだ", "a" * 41, "abc\0", "ab\ud800c", "x" * 10_000]
)
def test_what_can_be_nobody_s_name_folds_to_nothing(typed: str) -> None:
    assert folded_name(typed) == ""


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "missing"),
        ("　", "missing"),
        ("ab", "name_length"),
        ("a" * 41, "name_length"),
        ("やまだ", "name_character"),
        ("a@example.jp", "name_character"),
        (".abc", "name_character"),
        ("abc\0d", "name_character"),
        ("ab\ud800c", "name_character"),
        ("ab🐈cd", "name_character"),
    ],
)
def test_a_name_that_cannot_be_kept_says_why(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_name(typed)
    assert refused.value.errors == {"sign_in_name": [code]}


def test_a_name_keeps_its_capitals() -> None:
    assert checked_name(" Ｔaro.Yama_1 ") == "Taro.Yama_1"


def test_the_time_that_pages_show_is_never_too_early() -> None:
    refused = TooManyAttempts(datetime(2026, 6, 15, 1, 0, 30, tzinfo=UTC))
    assert refused.facts["retry_at"] == datetime(2026, 6, 15, 1, 1, tzinfo=UTC)
    assert refused.retry_at.second == 30
    full = datetime(2026, 6, 15, 1, 2, tzinfo=UTC)
    assert TooManyAttempts(full).facts["retry_at"] == full
