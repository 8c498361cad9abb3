"""When a notice by mail is tried again, and when it is given up.

A notice only says that a message waits on the site. Losing one is a small harm, sending one twice is noise, so a mail
that may already have left is never sent again (our decision).
"""

from datetime import timedelta

MOST_ATTEMPTS = 6
# A worker that has not settled a mail in this time is taken for dead; the mail may or may not have left.
CLAIM_LASTS = timedelta(minutes=10)


def wait_before_retry(attempts: int) -> timedelta | None:
    """How long to wait after this many failed attempts (1, 2, …); None = give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return timedelta(minutes=4 ** (attempts - 1))
