"""Measures of a bureau: which days they hold, what a form may say, what remains after lifting."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.measure import (
    Lowered,
    Reason,
    Suspension,
    Words,
    lifted,
    lowered_of,
    read_lowered,
    read_suspension,
    read_words,
    suspension_of,
)
from portal.domain.refusal import Conflict, Invalid
from portal.domain.standing import UnitFacts, UnitStatus, limit_on, standing

ON = date(2026, 6, 15)
BREACH = {"reason": "breach"}
DAYS = st.dates(date(2026, 6, 1), date(2026, 6, 30))


def day(number: int) -> date:
    return date(2026, 6, number)


def unit(**values: Any) -> UnitFacts:
    return UnitFacts(UnitStatus.APPROVED, officer_name="見本", officer_contact="00-0000-0000", **values)


@pytest.mark.parametrize(
    ("since", "until", "found", "holds"),
    [
        (None, None, None, False),
        (day(14), None, Suspension(day(14)), True),
        (day(15), day(15), Suspension(day(15), day(15)), True),
        (day(1), day(15), Suspension(day(1), day(15)), True),
        (day(1), day(14), None, False),
        (day(16), None, Suspension(day(16)), False),
        (day(16), day(20), Suspension(day(16), day(20)), False),
    ],
)
def test_a_suspension_holds_from_its_first_to_its_last_day(
    since: date | None, until: date | None, found: Suspension | None, holds: bool
) -> None:
    facts = unit(suspended_from=since, suspended_until=until)
    assert suspension_of(facts, ON) == found
    assert (found is not None and found.holds(ON)) is holds
    assert (standing(facts, ON).reasons == ("suspended",)) is holds


@pytest.mark.parametrize(
    ("limit", "until", "found", "today"),
    [
        (None, None, None, 1000),
        (1000, None, None, 1000),
        (200, None, Lowered(200), 200),
        (0, None, Lowered(0), 0),
        (200, day(15), Lowered(200, day(15)), 200),
        (200, day(16), Lowered(200, day(16)), 200),
        (200, day(14), None, 1000),
        (5000, None, None, 1000),
    ],
)
def test_a_lowered_limit_ends_by_itself_after_its_last_day(
    limit: int | None, until: date | None, found: Lowered | None, today: int
) -> None:
    facts = unit(lowered_limit=limit, limit_until=until)
    assert lowered_of(facts, ON) == found
    assert limit_on(facts, ON) == standing(facts, ON).limit == today


@given(limit=st.none() | st.integers(0, 3000), until=st.none() | DAYS, on=DAYS)
def test_P_Q6_no_measure_ever_gives_more_than_a_thousand(
    limit: int | None, until: date | None, on: date
) -> None:
    assert 0 <= limit_on(unit(lowered_limit=limit, limit_until=until), on) <= 1000


@pytest.mark.parametrize(
    ("current", "first", "last", "read"),
    [
        (None, "", "", Suspension(ON)),
        (None, "2026-06-15", "2026-06-15", Suspension(ON, ON)),
        (None, "令和8年6月20日", "2026年7月31日", Suspension(day(20), date(2026, 7, 31))),
        # One that is to come can be put forward and off.
        (Suspension(day(20)), "", "", Suspension(ON)),
        (Suspension(day(20)), "2026-06-25", "", Suspension(day(25))),
        # One that has begun keeps its first day.
        (Suspension(day(1)), "", "", Suspension(day(1))),
        (Suspension(day(1), day(20)), "2026-06-01", "2026-06-30", Suspension(day(1), day(30))),
        (Suspension(day(1)), "", "2026-06-15", Suspension(day(1), ON)),
    ],
)
def test_a_suspension_is_read_from_a_form(
    current: Suspension | None, first: str, last: str, read: Suspension
) -> None:
    typed = {**BREACH, "suspended_from": first, "suspended_until": last}
    assert read_suspension(typed, current, ON) == (read, Words(Reason.BREACH))


@pytest.mark.parametrize(
    ("current", "first", "last", "errors"),
    [
        (None, "2026-06-14", "", {"suspended_from": ["in_past"]}),
        (None, "", "2026-06-14", {"suspended_until": ["in_past"]}),
        (None, "2026-06-20", "2026-06-19", {"suspended_until": ["before_start"]}),
        (None, "2026-06-20", "2026-06-10", {"suspended_until": ["in_past"]}),
        (None, "2066-06-15", "", {"suspended_from": ["too_far"]}),
        (None, "", "2066-06-15", {"suspended_until": ["too_far"]}),
        (None, "きのう", "", {"suspended_from": ["date_unreadable"]}),
        (None, "", "2026-06-31", {"suspended_until": ["date_impossible"]}),
        (Suspension(day(1)), "2026-06-15", "", {"suspended_from": ["already_began"]}),
        (Suspension(day(1)), "2026-06-20", "", {"suspended_from": ["already_began"]}),
        (Suspension(ON), "2026-06-16", "", {"suspended_from": ["already_began"]}),
        (Suspension(day(1)), "", "2026-06-14", {"suspended_until": ["in_past"]}),
    ],
)
def test_days_that_cannot_be_are_refused(
    current: Suspension | None, first: str, last: str, errors: dict[str, list[str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        read_suspension({**BREACH, "suspended_from": first, "suspended_until": last}, current, ON)
    assert refused.value.errors == errors


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ({"limit": "０"}, Lowered(0)),
        ({"limit": "999"}, Lowered(999)),
        ({"limit": "1", "limit_until": "2026-06-15"}, Lowered(1, ON)),
    ],
)
def test_a_lowered_limit_is_read_from_a_form(typed: dict[str, str], read: Lowered) -> None:
    assert read_lowered({**BREACH, **typed}, ON) == (read, Words(Reason.BREACH))


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"limit": "1000"}, {"limit": ["not_lower"]}),
        ({"limit": "1001"}, {"limit": ["above_limit"]}),
        ({"limit": "-1"}, {"limit": ["not_a_number"]}),
        ({"limit": ""}, {"limit": ["missing"]}),
        ({"limit": "1", "limit_until": "2026-06-14"}, {"limit_until": ["in_past"]}),
        ({"limit": "1", "limit_until": "2066-06-14"}, {"limit_until": ["too_far"]}),
    ],
)
def test_a_limit_that_is_none_is_refused(typed: dict[str, str], errors: dict[str, list[str]]) -> None:
    with pytest.raises(Invalid) as refused:
        read_lowered({**BREACH, **typed}, ON)
    assert refused.value.errors == errors


@pytest.mark.parametrize("reason", list(Reason))
def test_every_ready_reason_is_read_with_its_words(reason: Reason) -> None:
    typed = {"reason": reason.value, "tells_reason": "y", "told": "見本\r\nです", "note": " 内部 "}
    assert read_words(typed) == Words(reason, tells_reason=True, told="見本\nです", note="内部")


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"reason": ["missing"]}),
        ({"reason": "なし"}, {"reason": ["unknown_code"]}),
        ({"reason": "other"}, {"note": ["missing"]}),
        ({"reason": "breach", "tells_reason": "maybe"}, {"tells_reason": ["yes_or_no"]}),
        ({"reason": "breach", "told": "あ" * 501}, {"told": ["too_long"]}),
        ({"reason": "breach", "note": "a\0"}, {"note": ["nul"]}),
        # A text that cannot be read is not a missing one.
        ({"reason": "other", "note": "a\0"}, {"note": ["nul"]}),
    ],
)
def test_a_measure_without_a_reason_is_none(typed: dict[str, str], errors: dict[str, list[str]]) -> None:
    with pytest.raises(Invalid) as refused:
        read_words(typed)
    assert refused.value.errors == errors


@pytest.mark.parametrize(
    ("current", "left"),
    [
        (Suspension(day(14)), Suspension(day(14), day(14))),
        (Suspension(day(1), day(30)), Suspension(day(1), day(14))),
        (Suspension(ON), None),
        (Suspension(day(16), day(20)), None),
    ],
)
def test_what_is_lifted_does_not_hold_today(current: Suspension, left: Suspension | None) -> None:
    assert lifted(current, ON) == left
    assert left is None or not left.holds(ON)


def test_what_is_not_suspended_cannot_be_lifted() -> None:
    with pytest.raises(Conflict, match="not_suspended"):
        lifted(None, ON)


@given(first=DAYS, last=st.none() | DAYS, on=DAYS)
def test_after_lifting_no_later_day_is_held(first: date, last: date | None, on: date) -> None:
    if last is not None and last < first:
        return
    current = suspension_of(unit(suspended_from=first, suspended_until=last), on)
    left = None if current is None else lifted(current, on)
    assert left is None or not any(left.holds(on + timedelta(days=n)) for n in range(40))
