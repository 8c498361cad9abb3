"""The wait after failures: none at first, then growing, never without end."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.sign_in import PER_ADDRESS, PER_NAME, Failures, allowed_at, must_wait_until

NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(0, None), (4, None), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (10_000, 900)],
)
def test_the_wait_doubles_from_half_a_minute_to_a_quarter_of_an_hour(count: int, seconds: int | None) -> None:
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert allowed_at(PER_NAME, Failures(count, NOW if count else None)) == expected


def test_an_address_has_more_room_than_a_name() -> None:
    assert allowed_at(PER_ADDRESS, Failures(49, NOW)) is None
    assert allowed_at(PER_ADDRESS, Failures(50, NOW)) == NOW + timedelta(seconds=30)


def test_the_wait_is_over_at_its_very_end() -> None:
    five = Failures(5, NOW)
    assert must_wait_until(NOW + timedelta(seconds=29), five, None) == NOW + timedelta(seconds=30)
    assert must_wait_until(NOW + timedelta(seconds=30), five, None) is None


def test_the_longer_of_two_waits_counts_and_a_known_address_has_none() -> None:
    name, address = Failures(5, NOW), Failures(55, NOW)
    assert must_wait_until(NOW, name, address) == NOW + timedelta(minutes=15)
    assert must_wait_until(NOW, name, None) == NOW + timedelta(seconds=30)
    assert must_wait_until(NOW, Failures(0, None), None) is None
