"""A unit's threads: the list, one thread, writing in it, handing it over.

Inside a unit a thread belongs to the department or contractor that opened it; officer and contact see all (ruling R13,
our decision). The scope is in the queries: another's thread is found no more than one that never existed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import day_start, jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.answer import AnswerKind, check_text
from portal.domain.letterhead import Line, read_letterhead
from portal.domain.message_screening import NOTHING_DECLARED, Declared, screen
from portal.domain.outcome import Outcome, next_outcomes
from portal.domain.refusal import Conflict, Forbidden, NotFound
from portal.domain.standing import standing
from portal.domain.template import check_fields
from portal.domain.thread import (
    Belonging,
    require_another_hand_over,
    require_hand_over,
    unit_write_refusal,
)
from portal.services.acting import QuotaView, find_acting, quota_view, require_acting
from portal.services.message_hint import Hint
from portal.services.place import UNIT_ITSELF, Place
from portal.services.relay import SEEKER_TOKEN, Content, SendResult, check_key, fingerprint, place, repeated
from portal.services.use_case import Trail, query, use_case
from portal.store import alias, message, reach, retention
from portal.store import place as store_of_places
from portal.store import thread as store
from portal.store.acting import Acting
from portal.store.message import MessageRow
from portal.store.thread import ThreadRow, UnitThread

THREAD_TOKEN = "thread"  # noqa: S105 -- what a token is for, not a secret
"""Purpose of the tokens by which threads are named to a unit; another one than in search."""

PAGE = 20
MOST_MESSAGES = 300
SNIPPET = 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHANGES_TO_OUTLAST = 5


class Shown(StrEnum):
    """Which threads a list holds."""

    ALL = "all"
    UNREAD = "unread"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class ThreadLine:
    """One line of the list. token opens the thread; code is the pseudonym to read out. place: "" = the unit itself."""

    token: str
    code: str
    last_text: str
    last_by_seeker: bool
    last_at: datetime
    unread: bool
    answer: AnswerKind | None
    outcome: Outcome
    place: str


@dataclass(frozen=True)
class ThreadList:
    """A page of threads. after: where the next page begins, "" = there is none. unread: threads with something new."""

    lines: tuple[ThreadLine, ...]
    after: str
    unread: int


@dataclass(frozen=True)
class ThreadEntry:
    """A message or, with by = "hand_over", a change of hands (text: the new place, "" = the unit itself; for the seeker
    a contractor alone, because a unit names its departments itself and nobody counts or screens that as a message).

    by: "unit", "seeker" or "hand_over". sender, place: who of the unit wrote. letterhead: () where none was shown.
    ended: the text is not shown any more, its 保存期間 (retention) is over. hint: for the seeker, of what the
    organisation wrote.
    """

    by: str
    at: datetime
    text: str
    answer: AnswerKind | None = None
    sender: str = ""
    place: str = ""
    letterhead: tuple[Line, ...] = ()
    ended: bool = False
    hint: Hint | None = None


@dataclass(frozen=True)
class OutcomeView:
    """Where the thread stands, and what the unit may record next."""

    outcome: Outcome
    steps: tuple[tuple[Outcome, date], ...]
    next: tuple[Outcome, ...]


@dataclass(frozen=True)
class ThreadPage:
    """One thread. closed: reason code why nothing can be written now, "" = something can; about the seeker it is always
    the one neutral "unreachable". profile: token for the profile. as_answer: a message would be an answer, which may
    use the unit's reserve. older: more messages exist than are shown. goes_on: from this day on the texts are gone,
    None = nothing is announced; it counts from what both sides know and tells nothing of the seeker."""

    token: str
    profile: str
    code: str
    place: str
    entries: tuple[ThreadEntry, ...]
    older: bool
    outcome: OutcomeView
    closed: str
    as_answer: bool
    quota: QuotaView
    goes_on: date | None


def threads(
    session: Session, clock: Clock, actor: Actor, *, shown: Shown = Shown.ALL, after: str = ""
) -> ThreadList:
    """The threads this member sees, the latest first. An ``after`` that nobody gave out begins at the top."""
    with query(session):
        unit = require_acting(session, actor, jst_day(clock.now()))
        narrowed = {
            Shown.ALL: (),
            Shown.UNREAD: (store.UNREAD,),
            Shown.ANSWERED: (store.ANSWERED,),
            Shown.UNANSWERED: (store.UNANSWERED,),
        }[shown]
        rows = store.unit_page(
            session, unit.unit_id, unit.member, narrowed, _place_after(unit, after), PAGE + 1
        )
        more = _cursor(unit, rows[PAGE - 1].thread) if len(rows) > PAGE else ""
        unread = store.unread_by_unit(session, unit.unit_id, unit.member)
        return ThreadList(tuple(_line(unit, row) for row in rows[:PAGE]), more, unread)


def _line(unit: Acting, row: UnitThread) -> ThreadLine:
    found = row.thread
    return ThreadLine(
        token=alias.token(unit.key, THREAD_TOKEN, found.alias_key),
        code=alias.code(unit.key, found.alias_key),
        last_text=snippet(row.last_text),
        last_by_seeker=row.last_by == "seeker",
        last_at=found.last_at,
        unread=found.unread_unit > 0,
        answer=answer_of(found.answer),
        outcome=Outcome(found.outcome),
        place=found.department or found.contractor,
    )


def thread(session: Session, clock: Clock, actor: Actor, token: str) -> ThreadPage:
    """One thread, whatever became of the seeker: the unit keeps reading (ruling R3). Raises NotFound."""
    with query(session):
        today = jst_day(clock.now())
        unit = require_acting(session, actor, today)
        row = visible_thread(session, unit, token)
        rows = message.messages(session, row.id, MOST_MESSAGES + 1)
        handed = message.hand_overs(session, row.id)
        entries = [
            *(_entry(found) for found in rows[-MOST_MESSAGES:]),
            *(ThreadEntry("hand_over", found.at, found.to_name) for found in handed),
        ]
        return ThreadPage(
            token=token,
            profile=alias.token(unit.key, SEEKER_TOKEN, row.alias_key),
            code=alias.code(unit.key, row.alias_key),
            place=row.department or row.contractor,
            entries=tuple(sorted(entries, key=lambda entry: entry.at)),
            older=len(rows) > MOST_MESSAGES,
            outcome=outcome_view(session, row),
            closed=_closed(session, unit, row, today),
            as_answer=row.answer is not None,
            quota=quota_view(session, unit, today),
            goes_on=retention.thread_goes_on(session, row.id),
        )


def _entry(row: MessageRow) -> ThreadEntry:
    return ThreadEntry(
        by=row.by,
        at=row.sent_at,
        text="" if row.ended else row.text,
        answer=answer_of(row.answer),
        sender=row.sender,
        place=row.department or row.contractor,
        letterhead=letterhead_lines(row.letterhead),
        ended=row.ended,
    )


def _closed(session: Session, unit: Acting, row: ThreadRow, today: date) -> str:
    can_be = reach.is_reachable(session, unit.unit_id, unit.unit_class, today, row.seeker_id)
    if unit.sending_closed:
        return "sending_closed"
    refusal = unit_write_refusal(standing(unit.facts, today), can_be)
    return "" if refusal is None else refusal.reason


def outcome_view(session: Session, row: ThreadRow) -> OutcomeView:
    """Where a thread stands, for the unit."""
    steps = tuple((Outcome(found.outcome), found.on_day) for found in message.outcomes(session, row.id))
    current = Outcome(row.outcome)
    return OutcomeView(current, steps, next_outcomes(current, ActorKind.MEMBER))


def mark_read(session: Session, clock: Clock, actor: Actor, token: str) -> None:
    """The unit has seen what is in the thread; leaves no audit line. Raises NotFound."""
    with use_case(session, clock, actor, "thread.read") as trail:
        trail.silent()
        unit = require_acting(session, actor, trail.today)
        store.read_by_unit(session, visible_thread(session, unit, token).id)


def write(
    session: Session,
    clock: Clock,
    actor: Actor,
    token: str,
    typed: str,
    key: str,
    *,
    declared: Declared = NOTHING_DECLARED,
) -> SendResult:
    """Write one more message in a thread. It counts like any other (ruling R1); where the seeker has ever answered it
    is an answer and may use what the unit keeps in reserve.

    declared: what the sender says about a text that is refused (ruling R7).

    Raises as `portal.services.relay.send`; NotFound for a thread this member does not see.
    """
    text = check_text(typed)
    check_key(key)
    check_fields(text)
    content = Content(text, fingerprint(session, [token], text), screen(text), declared)
    with use_case(session, clock, actor, "thread.write") as trail:
        for _ in range(_CHANGES_TO_OUTLAST):
            result = _attempt(session, clock, actor, trail, token, content, key)
            if result is not None:
                return result
            session.rollback()
        raise Conflict


def _attempt(
    session: Session, clock: Clock, actor: Actor, trail: Trail, token: str, content: Content, key: str
) -> SendResult | None:
    unit = find_acting(session, actor, key)
    if unit.earlier is not None:
        return repeated(session, trail, unit, unit.earlier, content)
    alias_key = alias.open_token(unit.key, THREAD_TOKEN, token)
    locked = reach.lock_by_alias(session, [alias_key] if alias_key is not None else [])
    trail.take_moment(clock)
    row = store.of_member(session, unit.unit_id, unit.member, alias_key or b"")
    if row is None:
        raise NotFound
    is_answer = row.answer is not None
    return place(session, trail, unit, locked, content, key, requested=1, is_answer=is_answer)


def places(session: Session, clock: Clock, actor: Actor) -> tuple[Place, ...]:
    """Where the officer or the contact may hand a thread over to, () while the unit hands none over.

    Raises Forbidden.
    """
    with query(session):
        today = jst_day(clock.now())
        unit = require_acting(session, actor, today)
        found = tuple(Place(ref, name) for ref, _, name in _places(session, unit, today))
        return found if standing(unit.facts, today).search else ()


def hand_over(session: Session, clock: Clock, actor: Actor, token: str, ref: str) -> None:
    """Give a thread to another department or contractor in force of the unit; the seeker sees a line (ruling R13).

    Only by the officer or the contact. Raises Forbidden, SendingClosed, NotFound ("not_found", "unknown_place"),
    Conflict "already_there", "too_many_hand_overs" (most).
    """
    with use_case(session, clock, actor, "thread.hand_over") as trail:
        unit = find_acting(session, actor)
        alias_key = alias.open_token(unit.key, THREAD_TOKEN, token)
        # Whose a thread is decides who may write in it: the same lock as for a send.
        reach.lock_by_alias(session, [alias_key] if alias_key is not None else [])
        trail.take_moment(clock)
        unit = require_acting(session, actor, trail.today)
        found = {ref: belongs for ref, belongs, _ in _places(session, unit, trail.today)}
        require_hand_over(standing(unit.facts, trail.today))
        row = visible_thread(session, unit, token)
        trail.subject("thread", row.id)
        if ref not in found:
            raise NotFound("unknown_place")
        after = found[ref]
        if after == row.belongs:
            raise Conflict("already_there")
        require_another_hand_over(message.hand_overs_since(session, row.id, day_start(trail.today)))
        store.change(session, row.id, department_id=after.department_id, contractor_id=after.contractor_id)
        message.add_hand_over(session, row.id, row.belongs, after, unit.membership_id, trail.now)
        trail.fact(department=after.department_id, contractor=after.contractor_id)


def _places(session: Session, unit: Acting, today: date) -> Iterable[tuple[str, Belonging, str]]:
    """The unit itself and its places in force; nobody of an ended one could read what it is given."""
    if not unit.member.sees_all:
        raise Forbidden
    every = store_of_places.every(session, unit.unit_id, today)
    in_force = [(row.ref, row.belongs, row.name) for row in every if row.current]
    return [(UNIT_ITSELF.ref, Belonging(), UNIT_ITSELF.name), *in_force]


def visible_thread(session: Session, unit: Acting, token: str) -> ThreadRow:
    """The thread behind a token, if this member sees it. Raises NotFound."""
    alias_key = alias.open_token(unit.key, THREAD_TOKEN, token)
    row = store.of_member(session, unit.unit_id, unit.member, alias_key or b"")
    if row is None:
        raise NotFound
    return row


def snippet(text: str) -> str:
    """The beginning of a message on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= SNIPPET else flat[: SNIPPET - 1] + "…"


def answer_of(word: str | None) -> AnswerKind | None:
    """The kind of an answer as it is stored."""
    return None if word is None else AnswerKind(word)


def letterhead_lines(content: str | None) -> tuple[Line, ...]:
    """A letterhead as it was shown, in lines."""
    return () if content is None else read_letterhead(content).lines()


def _cursor(unit: Acting, row: ThreadRow) -> str:
    packed = ((row.last_at - _EPOCH) // timedelta(microseconds=1)).to_bytes(8, "big")
    return alias.seal_cursor(unit.key, packed + row.id.to_bytes(8, "big"))


def _place_after(unit: Acting, text: str) -> tuple[datetime, int] | None:
    packed = alias.open_cursor(unit.key, text) if text else None
    if packed is None or len(packed) != 16:
        return None
    moment = _EPOCH + timedelta(microseconds=int.from_bytes(packed[:8], "big"))
    return moment, int.from_bytes(packed[8:], "big")
