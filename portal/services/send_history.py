"""What a unit has sent and what came of it, for those who may see it; and what answers one text to many may expect.

A member sees the own sends and those of the own department or contractor, officer and contact all of the unit (our
reading of ruling R13, said on the page). Whom a send did not reach is a number there too.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.answer_rate import LOOKS_BACK, MANY, TIME_TO_ANSWER, AnswerRate, rate
from portal.domain.permission import Permission, may
from portal.domain.quota import LIMIT_PER_DAY
from portal.domain.refusal import Forbidden, NotFound
from portal.domain.thread import Belonging
from portal.services.acting import require_acting
from portal.services.thread import snippet
from portal.services.use_case import query
from portal.store import alias
from portal.store import send as store
from portal.store import thread as threads
from portal.store.acting import Acting
from portal.store.condition import Condition, all_of

PAGE = 20
# Enough to tell a rate by, and few enough to count while a page is waited for.
_SENDS_TO_MANY = 20
_SENDS_TO_ONE = 200


class Kind(StrEnum):
    """Which sends a list holds."""

    GUIDANCE = "guidance"
    ALL = "all"


@dataclass(frozen=True)
class SendLine:
    """One send. Counts are people: requested = sent + unreachable + elsewhere; of sent, answered so far, and of these
    who wished to use the service. ref: for addresses. place: "" = the unit itself. text: its beginning, as the first
    recipient got it."""

    ref: str
    is_answer: bool
    sent_at: datetime
    by: str
    place: str
    text: str
    requested: int
    sent: int
    unreachable: int
    elsewhere: int
    answered: int
    use_wished: int


@dataclass(frozen=True)
class Choice:
    """By whom or from where a list can be narrowed. ref: for addresses."""

    ref: str
    name: str


@dataclass(frozen=True)
class SendList:
    """A page of sends. after: where the next one begins, "" = there is none. senders, places: what it can be narrowed
    to; () for who sees only one."""

    lines: tuple[SendLine, ...]
    after: str
    senders: tuple[Choice, ...]
    places: tuple[Choice, ...]


@dataclass(frozen=True)
class Expected:
    """What came of earlier texts, apart for those to one person and those to many."""

    to_one: AnswerRate
    to_many: AnswerRate


def sends(
    session: Session,
    clock: Clock,
    actor: Actor,
    *,
    kind: Kind = Kind.GUIDANCE,
    sender: str = "",
    place: str = "",
    after: str = "",
) -> SendList:
    """The sends this person sees, the latest first; as many statements for one as for a thousand.

    What narrows it and where it goes on are taken from an address: what nobody gave out is left aside. Raises
    Forbidden, NotFound.
    """
    with query(session):
        unit = _reading(session, clock, actor)
        seen = store.seen_by(unit.unit_id, unit.membership_id, unit.member)
        people = store.senders(session, seen)
        places = threads.places(session, unit.unit_id) if unit.member.sees_all else []
        narrowed: list[Condition] = [store.is_guidance()] if kind is Kind.GUIDANCE else []
        senders = {_ref(unit, "sender", each.membership_id): each for each in people}
        parts = {"unit": None} | {f"place-{n}": found for n, found in enumerate(places, 1)}
        if sender in senders:
            narrowed.append(store.by_member(senders[sender].membership_id))
        if places and place in parts:
            part = parts[place]
            narrowed.append(store.at_place(part[0]) if part else store.at_place(Belonging()))
        rows = store.page(session, all_of(seen, *narrowed), _number(unit, "after", after), PAGE + 1)
        more = _ref(unit, "after", rows[PAGE - 1].id) if len(rows) > PAGE else ""
        shown = _with_results(session, unit, rows[:PAGE])
        return SendList(
            tuple(shown),
            more,
            tuple(Choice(ref, each.name) for ref, each in senders.items()) if len(senders) > 1 else (),
            tuple(Choice(ref, part[1] if part else "") for ref, part in parts.items()) if places else (),
        )


def send(session: Session, clock: Clock, actor: Actor, ref: str) -> SendLine:
    """One send with its whole text. Raises Forbidden, and NotFound for what this person does not see."""
    with query(session):
        unit = _reading(session, clock, actor)
        seen = store.seen_by(unit.unit_id, unit.membership_id, unit.member)
        # Nobody has the number 0: what cannot be read is looked for like anything else.
        row = store.one(session, seen, _number(unit, "send", ref) or 0)
        if row is None:
            raise NotFound
        return _with_results(session, unit, [row], whole=True)[0]


def expected(session: Session, clock: Clock, actor: Actor) -> Expected:
    """What answers the texts of one's own department or contractor had in the last 90 days. Raises Forbidden."""
    with query(session):
        unit = _reading(session, clock, actor)
        until = clock.now() - TIME_TO_ANSWER
        return Expected(
            to_one=_rate(session, unit, until, 1, 1, _SENDS_TO_ONE),
            to_many=_rate(session, unit, until, MANY, LIMIT_PER_DAY, _SENDS_TO_MANY),
        )


def _rate(session: Session, unit: Acting, until: datetime, fewest: int, most: int, limit: int) -> AnswerRate:
    seen = store.seen_by(unit.unit_id, unit.membership_id, unit.member)
    found = store.newest(session, seen, until - LOOKS_BACK, until, fewest, most, limit)
    days, numbers = [day for _, day, _ in found], [number for number, _, _ in found]
    came = store.results(session, unit.unit_id, days, numbers)
    return rate((sent, came.get(number, store.Result()).answered) for number, _, sent in found)


def _reading(session: Session, clock: Clock, actor: Actor) -> Acting:
    if not may(actor, Permission.UNIT_SEND_READ):
        raise Forbidden
    return require_acting(session, actor, jst_day(clock.now()))


def _with_results(
    session: Session, unit: Acting, rows: list[store.Row], *, whole: bool = False
) -> list[SendLine]:
    came = store.results(session, unit.unit_id, [row.day for row in rows], [row.id for row in rows])
    return [_line(unit, row, came.get(row.id, store.Result()), whole=whole) for row in rows]


def _line(unit: Acting, row: store.Row, result: store.Result, *, whole: bool) -> SendLine:
    return SendLine(
        ref=_ref(unit, "send", row.id),
        is_answer=row.kind not in store.GUIDANCE,
        sent_at=row.sent_at,
        by=row.by,
        place=row.department or row.contractor,
        text=row.text if whole else snippet(row.text),
        requested=row.requested,
        sent=row.sent,
        unreachable=row.unreachable,
        elsewhere=row.elsewhere,
        answered=result.answered,
        use_wished=result.use_wished,
    )


def _ref(unit: Acting, purpose: str, number: int) -> str:
    """An inside number, readable by nobody but the portal and useless at another unit or for another purpose."""
    return alias.seal_cursor(unit.key, purpose.encode() + b"\0" + number.to_bytes(8, "big"))


def _number(unit: Acting, purpose: str, ref: str) -> int | None:
    packed = alias.open_cursor(unit.key, ref) if ref else None
    before = purpose.encode() + b"\0"
    if packed is None or not packed.startswith(before) or len(packed) != len(before) + 8:
        return None
    return int.from_bytes(packed[len(before) :], "big")
