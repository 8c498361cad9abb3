"""What can be announced, and on which days it is shown: both sides of each day."""

from datetime import date, timedelta

import pytest

from portal.domain.announcement import (
    BUREAU_MAY,
    NEEDED,
    OPERATOR_MAY,
    Kind,
    To,
    check_facts,
    read_content,
    read_to,
    read_unit_numbers,
    shown,
)
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "withdrawn", "expected"),
    [
        (TODAY, None, False, True),
        (TODAY + DAY, None, False, False),
        (TODAY, TODAY, False, True),
        (TODAY - DAY, TODAY - DAY, False, False),
        (TODAY, TODAY, True, False),
    ],
)
def test_it_is_shown_from_its_first_to_its_last_day_unless_withdrawn(
    first: date, last: date | None, withdrawn: bool, expected: bool
) -> None:
    assert shown(first, last, TODAY, withdrawn=withdrawn) is expected


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"title": ["missing"], "text": ["missing"]}),
        ({"title": "あ" * 81, "text": "本文"}, {"title": ["too_long"]}),
        ({"title": "題", "text": "あ" * 4001}, {"text": ["too_long"]}),
        ({"title": "題", "text": "本文", "shown_from": "2026-06-14"}, {"shown_from": ["in_past"]}),
        ({"title": "題", "text": "本文", "shown_until": "令和8年6月14日"}, {"shown_until": ["before_start"]}),
        (
            {"title": "題", "text": "本文", "shown_from": "2026-06-20", "shown_until": "2026-06-19"},
            {"shown_until": ["before_start"]},
        ),
        ({"title": "題", "text": "本文", "shown_from": "2036-06-20"}, {"shown_from": ["too_far"]}),
        ({"title": "題", "text": "本文", "shown_until": "いつか"}, {"shown_until": ["date_unreadable"]}),
    ],
)
def test_everything_that_is_wrong_is_told_at_once(
    typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        read_content(typed, TODAY)
    assert refused.value.errors == errors


def test_without_a_first_day_it_is_shown_from_today_on_and_until_it_is_withdrawn() -> None:
    found = read_content({"title": " 題 ", "text": "一行目\r\n二行目\r\n"}, TODAY)
    assert (found.title, found.text) == ("題", "一行目\n二行目")
    assert (found.shown_from, found.shown_until) == (TODAY, None)


def test_one_that_began_keeps_its_first_day_and_cannot_get_an_earlier_one() -> None:
    typed = {"title": "題", "text": "本文", "shown_from": "2026-06-01"}
    assert read_content(typed, TODAY, began=date(2026, 6, 1)).shown_from == date(2026, 6, 1)
    with pytest.raises(Invalid):
        read_content(typed, TODAY, began=date(2026, 6, 2))


@pytest.mark.parametrize("to", list(To))
def test_a_bureau_cannot_speak_to_everybody_R15(to: To) -> None:
    assert read_to({"to": to.value}, OPERATOR_MAY) is to
    if to is To.EVERYBODY:
        with pytest.raises(Invalid):
            read_to({"to": to.value}, BUREAU_MAY)
    else:
        assert read_to({"to": to.value}, BUREAU_MAY) is to


def test_a_number_is_read_in_each_class_in_which_it_can_be_one() -> None:
    assert read_unit_numbers({"number": "13-ユ-300001"}) == {
        UnitClass.PRIVATE: "13-ユ-300001",
        UnitClass.MUNICIPAL: "13-ユ-300001",
    }
    assert read_unit_numbers({"number": "131016"}) == {UnitClass.MUNICIPAL: "131016"}
    with pytest.raises(Invalid):
        read_unit_numbers({"number": "?"})


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_is_told_of_which_no_sentence_can_be_made(kind: Kind) -> None:
    if kind is Kind.TEXT:
        with pytest.raises(ValueError, match="needs"):
            check_facts(kind, {})
        return
    check_facts(kind, dict.fromkeys([*NEEDED[kind], "more"], 1))
    for name in NEEDED[kind]:
        with pytest.raises(ValueError, match="needs"):
            check_facts(kind, dict.fromkeys(NEEDED[kind] - {name}, 1))
