"""When a mail notice goes out, when it is tried again, and which answers speak of the address."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calendar.day import JST
from portal.domain.notice import (
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    Choice,
    MailHours,
    Preference,
    Quiet,
    QuietHours,
    Rhythm,
    address_is_refused,
    enhanced_code,
    next_moment,
    read_choice,
    wait_before_retry,
)
from portal.domain.refusal import Invalid

NIGHT = QuietHours(21, 7)
NOON = QuietHours(12, 14)


def at(text: str) -> datetime:
    """An instant, written as it is in Japan: "15 20:59" is a day of June 2026."""
    return datetime.strptime(f"2026-06-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=JST)


@pytest.mark.parametrize(
    ("rhythm", "quiet", "since", "now", "leaves"),
    [
        # for each message, no quiet hours: at any time
        (Rhythm.EACH, None, "15 03:00", "15 03:00", "15 03:00"),
        # for each message, quiet from nine in the evening to seven in the morning
        (Rhythm.EACH, NIGHT, "15 20:59", "15 20:59", "15 20:59"),
        (Rhythm.EACH, NIGHT, "15 21:00", "15 21:00", "16 07:00"),
        (Rhythm.EACH, NIGHT, "15 23:59", "15 23:59", "16 07:00"),
        (Rhythm.EACH, NIGHT, "16 00:00", "16 00:00", "16 07:00"),
        (Rhythm.EACH, NIGHT, "16 06:59", "16 06:59", "16 07:00"),
        (Rhythm.EACH, NIGHT, "16 07:00", "16 07:00", "16 07:00"),
        # quiet hours inside one day
        (Rhythm.EACH, NOON, "15 11:59", "15 11:59", "15 11:59"),
        (Rhythm.EACH, NOON, "15 12:00", "15 12:00", "15 14:00"),
        (Rhythm.EACH, NOON, "15 13:59", "15 13:59", "15 14:00"),
        (Rhythm.EACH, NOON, "15 14:00", "15 14:00", "15 14:00"),
        # quiet hours that begin or end at midnight
        (Rhythm.EACH, QuietHours(0, 6), "15 23:59", "15 23:59", "15 23:59"),
        (Rhythm.EACH, QuietHours(0, 6), "16 00:00", "16 00:00", "16 06:00"),
        (Rhythm.EACH, QuietHours(22, 0), "15 23:59", "15 23:59", "16 00:00"),
        (Rhythm.EACH, QuietHours(22, 0), "16 00:00", "16 00:00", "16 00:00"),
        # a retry that falls into the night waits for the morning too
        (Rhythm.EACH, NIGHT, "15 20:00", "15 22:25", "16 07:00"),
        # once a day, at eight
        (Rhythm.DAILY, NIGHT, "15 07:59", "15 07:59", "15 08:00"),
        (Rhythm.DAILY, NIGHT, "15 08:00", "15 08:00", "15 08:00"),
        (Rhythm.DAILY, NIGHT, "15 08:01", "15 08:01", "16 08:00"),
        (Rhythm.DAILY, NIGHT, "15 23:30", "15 23:30", "16 08:00"),
        (Rhythm.DAILY, NIGHT, "16 00:30", "16 00:30", "16 08:00"),
        (Rhythm.DAILY, NIGHT, "15 10:00", "16 08:00", "16 08:00"),
        # a morning that was missed is made up for, but not at night
        (Rhythm.DAILY, NIGHT, "15 10:00", "16 15:00", "16 15:00"),
        (Rhythm.DAILY, NIGHT, "15 10:00", "16 21:30", "17 07:00"),
        # a morning that lies in somebody's own quiet hours
        (Rhythm.DAILY, QuietHours(22, 10), "15 12:00", "15 12:00", "16 10:00"),
        (Rhythm.DAILY, QuietHours(22, 10), "15 12:00", "16 10:00", "16 10:00"),
        # not at all
        (Rhythm.NONE, None, "15 12:00", "15 12:00", None),
    ],
)
def test_a_notice_leaves_when_the_person_wants_it(
    rhythm: Rhythm, quiet: QuietHours | None, since: str, now: str, leaves: str | None
) -> None:
    found = next_moment(at(now), Preference(rhythm, quiet, 8), at(since))
    assert found == (None if leaves is None else at(leaves))


HOURS = st.integers(0, 23)
INSTANTS = st.integers(0, 3 * 366 * 86400).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n)
)
QUIET = st.one_of(
    st.none(), st.tuples(HOURS, HOURS).filter(lambda two: two[0] != two[1]).map(lambda two: QuietHours(*two))
)


@given(st.sampled_from([Rhythm.EACH, Rhythm.DAILY]), QUIET, HOURS, INSTANTS, INSTANTS)
def test_the_moment_is_never_earlier_never_quiet_at_most_two_days_away_and_holds_when_it_comes(
    rhythm: Rhythm, quiet: QuietHours | None, morning: int, one: datetime, other: datetime
) -> None:
    since, now = sorted((one, other))
    preference = Preference(rhythm, quiet, morning)
    moment = next_moment(now, preference, since)
    assert moment is not None
    assert now <= moment <= now + timedelta(days=2)
    assert quiet is None or not quiet.hold(moment)
    assert next_moment(moment, preference, since) == moment


def test_standard_hours_come_from_the_installation_and_own_hours_from_the_person() -> None:
    hours = MailHours(QuietHours(20, 6), 9)
    assert Choice(Rhythm.EACH).preference(hours) == Preference(Rhythm.EACH, QuietHours(20, 6), 9)
    assert Choice(Rhythm.EACH, Quiet.OWN, NOON).preference(hours).quiet == NOON
    assert Choice(Rhythm.EACH, Quiet.OFF).preference(hours).quiet is None


@pytest.mark.parametrize(("begins", "ends"), [(7, 7), (24, 7), (-1, 7), (7, 24)])
def test_quiet_hours_are_two_different_hours_of_a_day(begins: int, ends: int) -> None:
    with pytest.raises(ValueError, match="two different full hours"):
        QuietHours(begins, ends)


GOOD = {"rhythm": "daily", "quiet": "own", "quiet_from": "22", "quiet_until": "6"}


def test_a_choice_is_read_from_a_form() -> None:
    assert read_choice(GOOD) == Choice(Rhythm.DAILY, Quiet.OWN, QuietHours(22, 6))
    assert read_choice(GOOD | {"quiet": "standard"}) == Choice(Rhythm.DAILY, Quiet.STANDARD)


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"rhythm": ""}, {"rhythm": ["missing"]}),
        ({"rhythm": "hourly"}, {"rhythm": ["unknown_code"]}),
        ({"quiet": ""}, {"quiet": ["missing"]}),
        ({"quiet": "\0"}, {"quiet": ["unknown_code"]}),
        ({"quiet_from": ""}, {"quiet_from": ["missing"]}),
        ({"quiet_from": "24"}, {"quiet_from": ["unknown_code"]}),
        ({"quiet_from": "-1"}, {"quiet_from": ["unknown_code"]}),
        ({"quiet_from": "１２"}, {"quiet_from": ["unknown_code"]}),
        ({"quiet_until": "9" * 5000}, {"quiet_until": ["unknown_code"]}),
        ({"quiet_from": "6"}, {"quiet_until": ["whole_day"]}),
        ({"rhythm": "x", "quiet_until": "25"}, {"rhythm": ["unknown_code"], "quiet_until": ["unknown_code"]}),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused_field_by_field(
    change: dict[str, str], errors: dict[str, list[str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        read_choice(GOOD | change)
    assert refused.value.errors == errors


# Trying again


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 4), (3, 16), (4, 64), (5, 240), (9, 240)])
def test_each_failed_attempt_waits_four_times_as_long_up_to_four_hours(attempts: int, minutes: int) -> None:
    assert wait_before_retry(attempts) == timedelta(minutes=minutes) <= LONGEST_PAUSE


def test_after_the_last_attempt_a_notice_is_given_up() -> None:
    assert wait_before_retry(MOST_ATTEMPTS - 1) is not None
    assert wait_before_retry(MOST_ATTEMPTS) is None


# Answers of mail servers


@pytest.mark.parametrize(
    ("code", "text", "refused"),
    [
        (550, "5.1.1 no such user", True),
        (550, "No such user here", True),
        (553, "mailbox name not allowed", True),
        (556, "domain does not accept mail", True),
        (552, "5.2.2 mailbox full", True),
        (550, "5.4.4 no host", True),
        (554, "5.7.1 relay access denied", False),
        (550, "5.7.26 unauthenticated mail is not accepted", False),
        (550, "5.3.0 system trouble", False),
        (501, "syntax error", False),
        (530, "authentication required", False),
        (450, "4.2.0 greylisted", False),
        (450, "5.1.1 a server that contradicts itself", False),
        (421, "closing", False),
        (250, "2.1.5 ok", False),
        # an address, a host name or a version is no enhanced code
        (550, "rejected by mx5.1.1.2.example", True),
    ],
)
def test_only_answers_about_the_address_mark_it(code: int, text: str, refused: bool) -> None:
    assert address_is_refused(code, text) is refused


@pytest.mark.parametrize(
    ("text", "code"), [("5.1.1 x", "5.1.1"), ("x", ""), ("192.0.2.1", ""), ("a (5.2.1)", "5.2.1")]
)
def test_enhanced_codes_are_found_in_texts(text: str, code: str) -> None:
    assert enhanced_code(text) == code
