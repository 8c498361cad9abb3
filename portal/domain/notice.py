"""When a notice by mail goes out, when it is tried again, and when an address is given up.

A notice only says that a message waits on the site; the message itself is never delayed (seed 004 P-Q5, M-Q4: at any
time). Losing a notice is a small harm, sending one twice is noise, so a mail that may already have left is never sent
again. All hours, pauses and bounds here are our decision.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.calendar.day import JST, day_start, jst_day
from portal.domain.entry import Gathered, Typed, choice, one
from portal.domain.refusal import Invalid

MOST_ATTEMPTS = 10
LONGEST_PAUSE = timedelta(hours=4)
# A worker that has not settled a mail in this time is taken for dead; the mail may or may not have left.
CLAIM_LASTS = timedelta(minutes=10)

HOURS = 24
_HOUR = re.compile(r"[0-9]{1,2}")


class Rhythm(StrEnum):
    """How often somebody wants notices."""

    EACH = "each"  # for each message; those that wait together are one mail
    DAILY = "daily"  # once a day, in the morning
    NONE = "none"


class Quiet(StrEnum):
    """Whose quiet hours hold for somebody."""

    STANDARD = "standard"  # those of the settings
    OWN = "own"
    OFF = "off"


@dataclass(frozen=True)
class QuietHours:
    """No mail from ``begins`` until ``ends``: full hours of the Japanese day, 0 to 23; over midnight where
    begins > ends. They never cover the whole day."""

    begins: int
    ends: int

    def __post_init__(self) -> None:
        if not (0 <= self.begins < HOURS and 0 <= self.ends < HOURS) or self.begins == self.ends:
            raise ValueError("quiet hours are two different full hours of a day")

    def hold(self, at: datetime) -> bool:
        """Whether an instant lies in them; the last hour's end does not."""
        hour = at.astimezone(JST).hour
        if self.begins < self.ends:
            return self.begins <= hour < self.ends
        return hour >= self.begins or hour < self.ends


@dataclass(frozen=True)
class MailHours:
    """What the installation says: the standard quiet hours, and the hour of the morning mail (JST)."""

    quiet: QuietHours = QuietHours(21, 7)
    morning: int = 8

    def __post_init__(self) -> None:
        if not 0 <= self.morning < HOURS:
            raise ValueError("the morning is a full hour of a day")


@dataclass(frozen=True)
class Choice:
    """What somebody chose. own_hours: only with Quiet.OWN."""

    rhythm: Rhythm = Rhythm.NONE
    quiet: Quiet = Quiet.STANDARD
    own_hours: QuietHours | None = None

    def preference(self, hours: MailHours) -> "Preference":
        """The choice under the hours of the installation."""
        quiet = {Quiet.STANDARD: hours.quiet, Quiet.OWN: self.own_hours, Quiet.OFF: None}[self.quiet]
        return Preference(self.rhythm, quiet, hours.morning)


@dataclass(frozen=True)
class Preference:
    """What decides about the moment of a mail. morning: full hour, JST. quiet: None = no quiet hours."""

    rhythm: Rhythm
    quiet: QuietHours | None
    morning: int


def next_moment(now: datetime, preference: Preference, waiting_since: datetime) -> datetime | None:
    """When a notice that waits since an instant may leave, ``now`` at the earliest; None = never.

    A morning that was missed (the worker stood still) is made up for as soon as it is not quiet.
    """
    if preference.rhythm is Rhythm.NONE:
        return None
    moment = now
    if preference.rhythm is Rhythm.DAILY:
        moment = max(now, _next_hour(waiting_since, preference.morning))
    if preference.quiet is not None and preference.quiet.hold(moment):
        moment = _next_hour(moment, preference.quiet.ends)
    return moment


def _next_hour(at: datetime, hour: int) -> datetime:
    """The first instant at or after ``at`` at which it is this full hour in Japan."""
    found = day_start(jst_day(at)) + timedelta(hours=hour)
    return found if found >= at else found + timedelta(days=1)


def wait_before_retry(attempts: int) -> timedelta | None:
    """How long to wait after this many attempts that certainly failed (1, 2, …); None = give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return min(timedelta(minutes=4 ** (attempts - 1)), LONGEST_PAUSE)


def read_choice(typed: Typed) -> Choice:
    """The choice of a form: rhythm, quiet, and with own hours quiet_from and quiet_until as full hours.

    Raises Invalid ("missing", "unknown_code", "whole_day").
    """
    faults = Gathered()
    rhythm = faults.read("", choice, typed, "rhythm", tuple(Rhythm), needed=True)
    quiet = faults.read("", choice, typed, "quiet", tuple(Quiet), needed=True)
    own = None
    if quiet == Quiet.OWN:
        begins = faults.read(None, _hour, typed, "quiet_from")
        ends = faults.read(None, _hour, typed, "quiet_until")
        if begins is not None and begins == ends:
            faults.add("quiet_until", "whole_day")
        elif begins is not None and ends is not None:
            own = QuietHours(begins, ends)
    faults.settle()
    return Choice(Rhythm(rhythm), Quiet(quiet), own)


def _hour(typed: Typed, field: str) -> int:
    text = one(typed, field).strip()
    if not text:
        raise Invalid({field: ["missing"]})
    if not _HOUR.fullmatch(text) or int(text) >= HOURS:
        raise Invalid({field: ["unknown_code"]})
    return int(text)


# Answers of mail servers

# Subjects of enhanced codes (RFC 3463) that speak of the address: other or undefined, addressing, mailbox, routing.
# Not 3, 5, 6 and 7: the servers, the protocol, the content, and rules against the sender.
_OF_THE_ADDRESS = frozenset({"0", "1", "2", "4"})
_ENHANCED = re.compile(r"(?<![0-9.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9.])")
# Plain codes (RFC 5321, 7504) with which a receiver is refused for good.
_PLAIN = frozenset({521, 550, 551, 552, 553, 554, 556})


def enhanced_code(text: str) -> str:
    """The first enhanced code in a text, such as "5.1.1"; "" without one."""
    found = _ENHANCED.search(text)
    return found.group(0) if found else ""


def address_is_refused(code: int, text: str) -> bool:
    """Whether the answer to a receiver (RCPT) says that this address takes no mail, now or later.

    A refusal for reasons of the sender's (5.7.1, relaying denied) is a matter of the operator's mail server and must
    not mark everybody's address.
    """
    if not 500 <= code < 600:
        return False
    enhanced = enhanced_code(text)
    if not enhanced:
        return code in _PLAIN
    return status_names_the_address(enhanced)


def status_names_the_address(status: str) -> bool:
    """Whether an enhanced code means that the address takes no mail for good."""
    parts = status.split(".")
    return len(parts) == 3 and parts[0] == "5" and parts[1] in _OF_THE_ADDRESS
