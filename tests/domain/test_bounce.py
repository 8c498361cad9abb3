"""Mail that came back, read from what different servers send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.bounce import Bounce, read_bounce

KEY = "0123456789abcdef0123456789abcdef"


def report(
    *,
    status: str = "Final-Recipient: rfc822; hanako@seeker.example\nAction: failed\nStatus: 5.1.1",
    returned: str = f"Message-ID: <{KEY}@portal.example>\nSubject: x",
    returned_type: str = "text/rfc822-headers",
    outer: str = "multipart/report; report-type=delivery-status",
) -> bytes:
    """A delivery status notification; every person in it is invented."""
    return f"""From: MAILER-DAEMON@mx.example
To: no-reply@portal.example
Subject: Undelivered Mail
Content-Type: {outer}; boundary="b"

--b
Content-Type: text/plain

hanako@seeker.example could not be reached. 550 5.1.1

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{status}

--b
Content-Type: {returned_type}

{returned}

text
--b--
""".replace("\n", "\r\n").encode()


def test_a_report_names_the_mail_and_the_status_and_nobody() -> None:
    assert read_bounce(report()) == Bounce((KEY,), "5.1.1", for_good=True)


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822-headers", "message/rfc822"])
def test_the_returned_mail_is_found_whole_or_as_headers_only(kind: str) -> None:
    assert read_bounce(report(returned_type=kind)) == Bounce((KEY,), "5.1.1", for_good=True)


@pytest.mark.parametrize(
    ("status", "code", "for_good"),
    [
        ("Action: failed\nStatus: 5.2.2", "5.2.2", True),
        ("action:  FAILED\nstatus:  5.1.10 (unknown)", "5.1.10", True),
        ("Action: delayed\nStatus: 4.4.1", "", False),
        ("Action: failed\nStatus: 4.4.7", "4.4.7", False),
        ("Action: failed\nStatus: 5.7.1", "5.7.1", False),
        ("Action: delivered\nStatus: 2.0.0", "", False),
        ("Action: failed", "", False),
        ("Action: failed\nStatus: nonsense", "", False),
        # forwarded to two: one failed because of a rule, one because nobody is there
        ("Action: failed\nStatus: 5.7.1\n\nAction: failed\nStatus: 5.1.1", "5.1.1", True),
    ],
)
def test_only_a_failure_for_good_that_speaks_of_the_address_counts(
    status: str, code: str, for_good: bool
) -> None:
    assert read_bounce(report(status=status)) == Bounce((KEY,), code, for_good)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\xff\xfe",
        b"From: a@b.example\r\n\r\nout of office",
        report(outer="multipart/mixed"),
        report(returned="Message-ID: <other@elsewhere.example>"),
        report(returned=f"Message-ID: <{KEY[:-1]}@portal.example>"),
        report(returned=f"X-Note: <{KEY}@portal.example>"),
        report(returned_type="text/plain"),
        # a mail whose prose quotes a report
        b"Content-Type: text/plain\r\n\r\n" + report(),
    ],
)
def test_anything_else_is_no_bounce(data: bytes) -> None:
    assert read_bounce(data) is None


@given(st.binary(max_size=400), st.integers(0, 700))
def test_no_mail_breaks_the_reader(noise: bytes, place: int) -> None:
    good = report()
    for data in (noise, good[:place] + noise + good[place:], good[:place]):
        read_bounce(data)


def test_a_mail_nested_without_end_is_read_in_no_time_and_says_nothing() -> None:
    depth = 3000
    data = b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n" + (
        b"Content-Type: message/rfc822\r\n\r\n" * depth
    )
    assert read_bounce(data) is None
