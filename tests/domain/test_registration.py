"""How long a registration is in force, and how it is extended."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calendar.day import add_months, month_end, month_start
from portal.domain.refusal import Invalid, Refusal
from portal.domain.registration import Validity, check_validity, extend, first_validity, in_force

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("applied_on", "until"),
    [
        (date(2026, 6, 1), date(2026, 8, 31)),
        (date(2026, 6, 15), date(2026, 8, 31)),
        (date(2026, 6, 30), date(2026, 8, 31)),
        (date(2026, 7, 1), date(2026, 9, 30)),
        (date(2026, 11, 30), date(2027, 1, 31)),
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 12, 1), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 4, 30)),
    ],
)
def test_a_registration_lasts_to_the_end_of_the_second_month_after_the_application(
    applied_on: date, until: date
) -> None:
    assert first_validity(applied_on) == Validity(applied_on, until)


@pytest.mark.parametrize(
    ("months", "until"), [(0, date(2026, 6, 30)), (1, date(2026, 7, 31)), (3, date(2026, 9, 30))]
)
def test_the_default_length_is_handed_in_as_data(months: int, until: date) -> None:
    assert first_validity(date(2026, 6, 15), default_months=months).valid_until == until


def test_a_negative_default_length_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        first_validity(date(2026, 6, 15), default_months=-1)


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        (date(2026, 6, 14), False),
        (date(2026, 6, 15), True),
        (date(2026, 8, 31), True),
        (date(2026, 9, 1), False),
    ],
)
def test_S_Q1_a_registration_is_in_force_from_its_first_to_its_last_day(on: date, holds: bool) -> None:
    assert in_force(date(2026, 6, 15), date(2026, 8, 31), on) is holds


@pytest.mark.parametrize(
    ("until", "on", "extended"),
    [
        (date(2026, 8, 31), date(2026, 8, 1), date(2026, 9, 30)),
        (date(2026, 8, 31), date(2026, 8, 31), date(2026, 9, 30)),
        (date(2026, 12, 31), date(2026, 12, 31), date(2027, 1, 31)),
        (date(2028, 1, 31), date(2028, 1, 31), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 31)),
        (date(2026, 8, 20), date(2026, 8, 20), date(2026, 9, 30)),
    ],
)
def test_in_its_last_month_a_registration_is_extended_by_one_month(
    until: date, on: date, extended: date
) -> None:
    assert extend(date(2025, 6, 15), until, on) == Validity(date(2025, 6, 15), extended)


def test_before_its_last_month_a_registration_is_not_extended() -> None:
    with pytest.raises(Refusal) as refused:
        extend(date(2026, 6, 15), date(2026, 8, 31), date(2026, 7, 31))
    assert refused.value.reason == "extension_too_early"
    assert refused.value.facts == {"opens_on": date(2026, 8, 1)}


def test_a_registration_is_not_extended_twice_in_a_month() -> None:
    once = extend(date(2026, 6, 15), date(2026, 8, 31), date(2026, 8, 10))
    with pytest.raises(Refusal) as refused:
        extend(once.valid_from, once.valid_until, date(2026, 8, 31))
    assert refused.value.reason == "extension_too_early"


def test_a_registration_that_has_not_begun_is_not_extended() -> None:
    with pytest.raises(Refusal) as refused:
        extend(date(2026, 6, 15), date(2026, 6, 30), date(2026, 6, 14))
    assert refused.value.reason == "registration_not_started"


@pytest.mark.parametrize(
    ("on", "until"),
    [
        (date(2026, 9, 1), date(2026, 10, 31)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2028, 1, 31), date(2028, 2, 29)),
    ],
)
def test_a_lapsed_registration_put_in_force_again_begins_anew_and_leaves_the_gap(
    on: date, until: date
) -> None:
    assert extend(date(2026, 6, 15), date(2026, 8, 31), on) == Validity(on, until, revalidated=True)


def test_a_validity_may_last_one_day_but_not_end_before_it_begins() -> None:
    check_validity(date(2026, 6, 15), date(2026, 6, 15))
    with pytest.raises(Invalid) as refused:
        check_validity(date(2026, 6, 15), date(2026, 6, 14))
    assert refused.value.errors == {"valid_until": ["before_start"]}


@given(DAYS, st.integers(0, 24))
def test_a_new_registration_is_in_force_from_today_to_the_end_of_a_month(
    applied_on: date, months: int
) -> None:
    validity = first_validity(applied_on, months)
    assert in_force(validity.valid_from, validity.valid_until, applied_on)
    assert validity.valid_until == month_end(validity.valid_until)
    assert month_start(validity.valid_until) == add_months(month_start(applied_on), months)


@given(DAYS, st.integers(0, 24), st.integers(0, 1500))
def test_an_extension_is_in_force_today_and_longer_than_before_by_at_most_a_month_from_now(
    applied_on: date, months: int, later: int
) -> None:
    before = first_validity(applied_on, months)
    on = applied_on + timedelta(days=later)
    try:
        after = extend(before.valid_from, before.valid_until, on)
    except Refusal as refused:
        opens_on = refused.facts["opens_on"]
        assert isinstance(opens_on, date)
        assert extend(before.valid_from, before.valid_until, opens_on).valid_until > before.valid_until
        return
    assert in_force(after.valid_from, after.valid_until, on)
    assert after.valid_until > before.valid_until
    assert month_start(after.valid_until) == add_months(month_start(on), 1)
    assert after.revalidated == (not in_force(before.valid_from, before.valid_until, on))
