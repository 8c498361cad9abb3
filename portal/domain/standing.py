"""What a unit may do today, whoever the seeker is: search, send, read.

All of it is approved data that only the bureau's entry makes valid (seed 004 P-Q2, P-Q11, M-Q2, M-Q8); length
of validity and renewal are not in the seed, so no length is built in.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.quota import effective_limit
from portal.domain.refusal import SearchClosed, SendingClosed


class UnitStatus(StrEnum):
    """Where the 利用申請 (application) of a unit stands."""

    PENDING = "pending"
    APPROVED = "approved"
    ENDED = "ended"  # 利用停止, a paper procedure at the bureau (seed 004 P-Q2)


@dataclass(frozen=True)
class UnitFacts:
    """The approved record of a unit. All days are included ones; None = open on that side.

    suspended_from: None = not suspended; lifting a suspension sets suspended_until to the day before the
    lifting. officer_*: the 個人情報管理・苦情処理責任者 in force; officer_left_on: the first day without one, although the
    record still names whoever left. lowered_limit: messages a day, None = the seed's 1,000; limit_until: its last day,
    after which the 1,000 are back by themselves.
    """

    status: UnitStatus
    valid_from: date | None = None
    valid_until: date | None = None
    suspended_from: date | None = None
    suspended_until: date | None = None
    officer_name: str = ""
    officer_contact: str = ""
    officer_since: date | None = None
    officer_until: date | None = None
    officer_left_on: date | None = None
    lowered_limit: int | None = None
    limit_until: date | None = None


@dataclass(frozen=True)
class Standing:
    """search: find and open profiles. send: any message to a seeker. read: own threads. limit: messages a
    day.

    reasons: stable codes of what is closed and why, the weightiest first: not_approved, application_ended,
    not_yet_valid, validity_ended, suspended, officer_missing, officer_left.
    """

    search: bool
    send: bool
    read: bool
    limit: int
    reasons: tuple[str, ...] = ()

    @property
    def messages(self) -> int:
        """How many go that day: the limit, 0 where nothing goes."""
        return self.limit if self.send else 0

    def require_send(self) -> None:
        """Raise SendingClosed with the weightiest reason unless the unit may send."""
        if not self.send:
            raise SendingClosed(self.reasons[0])

    def require_search(self) -> None:
        """Raise SearchClosed with the weightiest reason unless the unit may search."""
        if not self.search:
            raise SearchClosed(self.reasons[0])


def covers(since: date | None, until: date | None, on: date) -> bool:
    """Whether a day lies in a span of included days, None being open on that side."""
    return (since is None or since <= on) and (until is None or on <= until)


def suspended(facts: UnitFacts, on: date) -> bool:
    """Whether a measure of the bureau holds the unit still on a day."""
    return facts.suspended_from is not None and covers(facts.suspended_from, facts.suspended_until, on)


def limit_on(facts: UnitFacts, on: date) -> int:
    """Messages of a day: 1,000, or what the bureau lowered it to for that day (ruling R1)."""
    return effective_limit(facts.lowered_limit if covers(None, facts.limit_until, on) else None)


def officer_recorded(facts: UnitFacts, on: date) -> bool:
    """Whether an officer with name and contact is in force on a day, as seed 004 S-Q4 needs."""
    named = bool(facts.officer_name.strip()) and bool(facts.officer_contact.strip())
    return named and covers(facts.officer_since, facts.officer_until, on)


def officer_left(facts: UnitFacts, on: date) -> bool:
    """Whether the recorded officer has left without a successor (ruling 44)."""
    return facts.officer_left_on is not None and facts.officer_left_on <= on


def standing(facts: UnitFacts, on: date) -> Standing:
    """What the unit may do on a day.

    After its validity, after its end and while suspended a unit only reads. Without an approved officer it
    searches and reads but sends nothing, because every first message must state the officer's contact (seed
    004 S-Q4); nor does it once the officer has left, because nobody answers there any more. There is no closed
    hour: messages may be sent at any time (seed 004 P-Q5, M-Q4). Before approval there is nothing to do.
    """
    reasons: list[str] = []
    if facts.status is UnitStatus.PENDING:
        reasons.append("not_approved")
    if facts.status is UnitStatus.ENDED:
        reasons.append("application_ended")
    if facts.valid_from is not None and on < facts.valid_from:
        reasons.append("not_yet_valid")
    if facts.valid_until is not None and on > facts.valid_until:
        reasons.append("validity_ended")
    if suspended(facts, on):
        reasons.append("suspended")
    search = not reasons
    if not officer_recorded(facts, on):
        reasons.append("officer_missing")
    elif officer_left(facts, on):
        reasons.append("officer_left")
    return Standing(
        search=search,
        send=not reasons,
        read=facts.status is not UnitStatus.PENDING,
        limit=limit_on(facts, on),
        reasons=tuple(reasons),
    )
