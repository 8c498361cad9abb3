"""When a mail notice is tried again."""

from datetime import timedelta

import pytest

from portal.domain.notice import MOST_ATTEMPTS, wait_before_retry


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 4), (3, 16), (4, 64), (5, 256)])
def test_each_failed_attempt_waits_four_times_as_long(attempts: int, minutes: int) -> None:
    assert wait_before_retry(attempts) == timedelta(minutes=minutes)


def test_after_the_last_attempt_a_notice_is_given_up() -> None:
    assert wait_before_retry(MOST_ATTEMPTS - 1) is not None
    assert wait_before_retry(MOST_ATTEMPTS) is None
