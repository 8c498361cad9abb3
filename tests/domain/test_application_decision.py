"""What the bureau enters when it decides: days, reasons, and what approving would do."""

from datetime import date, timedelta

import pytest

from portal.domain.application import Kind
from portal.domain.application_decision import (
    MOST_LINES,
    Decision,
    Way,
    pack,
    paragraphs,
    read_approval,
    read_reason,
    renewed,
    unpack,
    way_of,
)
from portal.domain.refusal import Invalid
from portal.domain.unit import LONGEST_REASON

TODAY = date(2026, 6, 15)
DAYS = {"valid_from": "2026-07-01", "valid_until": "令和9年3月31日"}


@pytest.mark.parametrize(
    ("kind", "known", "ours", "in_force", "way"),
    [
        (Kind.USE, False, False, False, Way.NEW),
        (Kind.USE, True, True, False, Way.CONTINUES),
        (Kind.USE, True, True, True, Way.JOINS),
        (Kind.USE, True, False, False, Way.ELSEWHERE),
        (Kind.USE, True, False, True, Way.ELSEWHERE),
        (Kind.CHANGE, True, True, True, Way.KNOWN),
        (Kind.RENEWAL, True, True, False, Way.KNOWN),
        (Kind.END, True, True, True, Way.KNOWN),
    ],
)
def test_what_approving_would_do(kind: Kind, known: bool, ours: bool, in_force: bool, way: Way) -> None:
    assert way_of(kind, known=known, ours=ours, in_force=in_force) is way


@pytest.mark.parametrize(
    ("kind", "way", "open_items", "typed", "errors"),
    [
        (Kind.USE, Way.NEW, 0, DAYS, {}),
        (Kind.USE, Way.NEW, 1, DAYS, {"open_reason": ["missing"]}),
        (Kind.USE, Way.NEW, 1, {**DAYS, "open_reason": "電話で確認した"}, {}),
        (Kind.USE, Way.CONTINUES, 0, {}, {"valid_from": ["date_missing"], "valid_until": ["date_missing"]}),
        (Kind.USE, Way.JOINS, 0, {}, {"join_reason": ["missing"]}),
        (Kind.USE, Way.JOINS, 2, {}, {"join_reason": ["missing"], "open_reason": ["missing"]}),
        (Kind.RENEWAL, Way.KNOWN, 0, {}, {"valid_from": ["date_missing"], "valid_until": ["date_missing"]}),
        (Kind.CHANGE, Way.KNOWN, 0, {}, {}),
        (Kind.END, Way.KNOWN, 0, {}, {}),
        (Kind.USE, Way.NEW, 0, {**DAYS, "valid_until": "2026-06-30"}, {"valid_until": ["before_start"]}),
        (
            Kind.USE,
            Way.NEW,
            0,
            {"valid_from": "2026-01-01", "valid_until": "2026-06-14"},
            {"valid_until": ["validity_over"]},
        ),
        (Kind.USE, Way.NEW, 0, {"valid_from": "2026-01-01", "valid_until": "2026-06-15"}, {}),
        (Kind.USE, Way.NEW, 0, {**DAYS, "valid_until": "2027-02-29"}, {"valid_until": ["date_impossible"]}),
        (Kind.USE, Way.NEW, 0, {**DAYS, "valid_until": "令和10年2月29日"}, {}),
    ],
)
def test_an_approval_names_its_days_and_its_reasons(
    kind: Kind, way: Way, open_items: int, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    if not errors:
        assert read_approval(typed, kind, way, open_items=open_items, on=TODAY).way is way
        return
    with pytest.raises(Invalid) as refused:
        read_approval(typed, kind, way, open_items=open_items, on=TODAY)
    assert refused.value.errors == errors


@pytest.mark.parametrize(
    ("days_from", "days_until", "wrong"),
    [
        (-366, 3660, {}),
        (-367, 3660, {"valid_from": ["too_long_ago"]}),
        (-366, 3661, {"valid_until": ["too_far"]}),
        (-366, 0, {}),
        (-366, -1, {"valid_until": ["validity_over"]}),
    ],
)
def test_a_validity_far_from_today_is_a_slip_of_the_pen(
    days_from: int, days_until: int, wrong: dict[str, list[str]]
) -> None:
    typed = {
        "valid_from": (TODAY + timedelta(days=days_from)).isoformat(),
        "valid_until": (TODAY + timedelta(days=days_until)).isoformat(),
    }
    if not wrong:
        assert read_approval(typed, Kind.RENEWAL, Way.KNOWN, open_items=0, on=TODAY).valid_until is not None
        return
    with pytest.raises(Invalid) as refused:
        read_approval(typed, Kind.RENEWAL, Way.KNOWN, open_items=0, on=TODAY)
    assert refused.value.errors == wrong


def test_a_change_gives_no_validity_whatever_was_typed() -> None:
    read = read_approval(DAYS, Kind.CHANGE, Way.KNOWN, open_items=0, on=TODAY)
    assert (read.valid_from, read.valid_until) == (None, None)


@pytest.mark.parametrize(
    ("until", "first", "kept"),
    [
        (date(2027, 3, 31), date(2027, 4, 1), True),  # the day after: no gap
        (date(2027, 3, 31), date(2027, 4, 2), False),
        (date(2027, 3, 31), date(2026, 12, 1), True),
        (date(2028, 2, 28), date(2028, 3, 1), False),  # a leap year: 29 February lies between
        (date(2028, 2, 29), date(2028, 3, 1), True),
    ],
)
def test_a_renewal_without_a_gap_keeps_the_first_day(until: date, first: date, kept: bool) -> None:
    since, last, after_it = date(2026, 4, 1), date(2030, 3, 31), until + timedelta(days=1)
    assert renewed(since, until, first, last, after_it) == (since if kept else first, last)


@pytest.mark.parametrize(
    ("first", "last", "on", "wrong"),
    [
        (date(2026, 8, 1), date(2029, 7, 31), date(2026, 7, 31), {}),
        (date(2026, 8, 2), date(2029, 7, 31), date(2026, 7, 31), {"valid_from": ["renewal_gap"]}),
        (date(2026, 8, 2), date(2029, 7, 31), date(2026, 8, 1), {}),  # over already: the gap is there
        (date(2026, 7, 1), date(2026, 7, 31), date(2026, 6, 15), {"valid_until": ["renewal_shorter"]}),
        (date(2026, 7, 1), date(2026, 8, 1), date(2026, 6, 15), {}),
        (
            date(2027, 1, 1),
            date(2026, 7, 15),
            date(2026, 6, 15),
            {"valid_from": ["renewal_gap"], "valid_until": ["renewal_shorter"]},
        ),
    ],
)
def test_a_renewal_neither_cuts_off_nor_shortens_what_is_valid_still(
    first: date, last: date, on: date, wrong: dict[str, list[str]]
) -> None:
    since, until = date(2026, 4, 1), date(2026, 7, 31)
    if not wrong:
        assert renewed(since, until, first, last, on)[1] == last
        return
    with pytest.raises(Invalid) as refused:
        renewed(since, until, first, last, on)
    assert refused.value.errors == wrong


def test_a_refusal_gives_its_reason() -> None:
    with pytest.raises(Invalid) as refused:
        read_reason({"reason": " \n "})
    assert refused.value.errors == {"reason": ["missing"]}
    assert read_reason({"reason": "番号が違います。\r\n\n 写しがありません。 "}).reason == (
        "番号が違います。\n写しがありません。"
    )


def test_a_text_has_so_many_lines_of_so_many_letters() -> None:
    assert paragraphs({"r": ["あ"] * MOST_LINES}, "r").count("\n") == MOST_LINES - 1
    for typed, code in (
        (["あ"] * (MOST_LINES + 1), "too_many_lines"),
        ("あ" * (LONGEST_REASON + 1), "too_long"),
        ("見\0本", "nul"),
    ):
        with pytest.raises(Invalid) as refused:
            paragraphs({"r": typed}, "r")
        assert refused.value.errors == {"r": [code]}
    assert paragraphs({"r": "あ" * LONGEST_REASON}, "r") == "あ" * LONGEST_REASON


def test_a_decision_is_kept_as_it_is() -> None:
    for decision in (
        Decision(reason="見本"),
        Decision("見本", date(2026, 7, 1), date(2027, 3, 31), Way.JOINS, "例外", "確認"),
    ):
        assert unpack(pack(decision)) == decision
