"""The periods for which a contractor was applied for, and what a newer one leaves of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.contract_period import Period, ended, in_force, left_of
from portal.domain.membership import MembershipFacts, acting_refusal


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def period(text: str) -> Period:
    since, until = text.split("..")
    return Period(day(since), day(until))


@pytest.mark.parametrize(
    ("older", "newer", "left"),
    [
        # apart
        ("04-01..06-30", "07-01..09-30", "04-01..06-30"),
        ("04-01..06-30", "01-01..03-31", "04-01..06-30"),
        ("04-01..06-30", "08-01..09-30", "04-01..06-30"),
        # the newer one begins within the older one: from then on it says how long
        ("04-01..06-30", "06-30..09-30", "04-01..06-29"),
        ("04-01..06-30", "05-01..05-31", "04-01..04-30"),
        ("04-01..06-30", "04-02..06-30", "04-01..04-01"),
        # recorded in its place
        ("04-01..06-30", "04-01..06-30", None),
        ("04-01..06-30", "04-01..05-31", None),
        ("04-01..06-30", "04-01..12-31", None),
        ("04-01..06-30", "03-31..04-01", None),
        ("04-01..04-01", "04-01..04-01", None),
    ],
)
def test_from_its_first_day_on_the_newer_entry_says_how_long(
    older: str, newer: str, left: str | None
) -> None:
    assert left_of(period(older), period(newer)) == (left and period(left))


@pytest.mark.parametrize(
    ("last", "left"),
    [
        ("03-31", None),
        ("04-01", "04-01..04-01"),
        ("05-15", "04-01..05-15"),
        ("06-30", "04-01..06-30"),
        ("07-01", "04-01..06-30"),
    ],
)
def test_a_contract_that_ends_with_a_day_is_not_made_longer(last: str, left: str | None) -> None:
    assert ended(period("04-01..06-30"), day(last)) == (left and period(left))


@pytest.mark.parametrize(
    ("on", "acts"),
    [("03-31", False), ("04-01", True), ("06-30", True), ("07-01", False), ("08-01", True), ("09-01", False)],
)
def test_M_Q3_a_contractors_person_acts_within_any_of_its_periods_and_not_between_them(
    on: str, acts: bool
) -> None:
    facts = MembershipFacts(
        since=day("01-01"),
        contractor_since=day("08-01"),
        contractor_until=day("08-31"),
        contractor_periods=(period("04-01..06-30"),),
    )
    refusal = acting_refusal(facts, day(on))
    assert (refusal is None) is acts
    assert refusal is None or refusal.reason == "contractor_ended"


def test_a_period_that_ends_before_it_begins_is_none() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        period("04-02..04-01")


_days = st.dates(day("01-01"), day("12-31"))
_periods = st.tuples(_days, _days).map(lambda pair: Period(min(pair), max(pair)))


@given(_periods, _periods, _days)
def test_recording_a_period_takes_no_day_before_it_and_gives_none_behind_it(
    older: Period, newer: Period, on: date
) -> None:
    left = left_of(older, newer)
    counting = [each for each in (left, newer) if each is not None]
    now, before = in_force(counting, on), in_force([older], on)
    if newer.since <= on <= newer.until:
        assert now
    elif on < newer.since:
        assert now == (before and (older.since < newer.since))
    else:
        assert now == (before and older.since > newer.until)
    # Never two at once: what a page shows is unambiguous.
    assert left is None or left.until < newer.since or newer.until < left.since
