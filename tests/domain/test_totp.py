"""Second factor: the test values of RFC 6238, drift, and that a step counts once."""

import hmac
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from portal.domain.totp import accepted_step, recovery_code, step_at, typed_code

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NOW = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)


def code_at(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


def accepted(code: str, now: datetime = NOW, last: int | None = None) -> int | None:
    return accepted_step(code, now, last, code_at, hmac.compare_digest)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert accepted(code, now) == step_at(now)


def test_a_clock_half_a_minute_off_is_forgiven_and_more_is_not() -> None:
    present = step_at(NOW)
    assert [accepted(code_at(present + shift)) is not None for shift in (-2, -1, 0, 1, 2)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_step_never_counts_twice_and_none_before_it_either() -> None:
    present = step_at(NOW)
    assert accepted(code_at(present), last=present) is None
    assert accepted(code_at(present - 1), last=present) is None
    assert accepted(code_at(present + 1), last=present) == present + 1
    assert accepted(code_at(present + 1), NOW + timedelta(seconds=30), last=present) == present + 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("１２３ー４５６", "123456"),
        ("12345", None),
        ("12345a", None),
    ],
)
def test_six_digits_however_they_are_typed(typed: str, code: str | None) -> None:
    assert typed_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("abcde-12345", "ABCDE12345"),
        ("ＡＢＣＤＥ－１２３４５", "ABCDE12345"),
        ("oilu0-12345", "011V012345"),
        ("abcde1234", None),
        ("abcde-1234!", None),
        ("123456", None),
        ("\0" * 10, None),
    ],
)
def test_recovery_codes_however_they_are_typed(typed: str, code: str | None) -> None:
    assert recovery_code(typed) == code


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        step_at(datetime(2026, 6, 15))  # noqa: DTZ001 -- the naive one is the point
