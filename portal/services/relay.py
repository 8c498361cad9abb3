"""The relay: a unit's messages to seekers, one or up to a thousand at a time, never a 1,001st in a Japanese day.

The promise rests on four things, each enough by itself in its case: the unit's counter is raised by one conditional
update in the transaction that stores the messages; each message carries its number of the day, which the database
keeps unique and between 1 and 1,000; the key of a send is unique within the unit, so that a retry stores nothing; and
a refusal of any kind rolls everything back.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.answer import check_text
from portal.domain.membership import acting_refusal
from portal.domain.message_screening import (
    NOTHING_DECLARED,
    Declared,
    Found,
    Mark,
    TextRefused,
    judge,
    marks,
    screen,
)
from portal.domain.quota import LIMIT_PER_DAY, decide_place
from portal.domain.refusal import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    SendingClosed,
    Unreachable,
)
from portal.domain.standing import standing
from portal.domain.template import check_fields
from portal.services.acting import QuotaView, find_acting, quota_after, quota_view, require_room
from portal.services.letter import letters
from portal.services.use_case import Trail, query, use_case
from portal.store import alias, quota, reach, relay, safe_message
from portal.store.acting import Acting, Earlier
from portal.store.keyring import keyring
from portal.store.quota import Book
from portal.store.reach import Locked
from portal.store.relay import Order, Stored

SEEKER_TOKEN = "seeker"  # noqa: S105 -- what a token is for, not a secret
"""Purpose of the tokens by which search results, profiles and recipients are named to a unit."""

LONGEST_KEY = 64
_CHANGES_TO_OUTLAST = 5


@dataclass(frozen=True)
class SendResult:
    """What became of a send; sent + unreachable + elsewhere = requested. Counts are people.

    unreachable: cannot be written to now, whatever the cause. elsewhere: their thread belongs to another department
    or contractor of the unit (ruling R13). repeated: the key was known, this is the first result and nothing was done.
    """

    requested: int
    sent: int
    unreachable: int
    elsewhere: int
    sent_at: datetime
    repeated: bool
    quota: QuotaView


@dataclass(frozen=True)
class Content:
    """What is sent. fingerprint: stands for text and recipients, as they came from whoever sends.

    found: what stands in the text, looked for before anything is locked; declared: what the sender says about it.
    """

    text: str
    fingerprint: bytes
    found: tuple[Found, ...]
    declared: Declared


def fingerprint(session: Session, tokens: Iterable[str], text: str) -> bytes:
    """Keyed hash of a text and to whom it goes; in whatever order they are named."""
    return keyring(session).blind("send.fingerprint", json.dumps([sorted(tokens), text]))


def send(
    session: Session,
    clock: Clock,
    actor: Actor,
    tokens: Sequence[str],
    typed: str,
    key: str,
    *,
    seen: str | None = None,
    declared: Declared = NOTHING_DECLARED,
) -> SendResult:
    """Send one text to the people behind these tokens, to all that can be reached or to nobody.

    Fields in the text (portal.domain.template) are filled in for each of them.

    One person who cannot be reached is a refusal (Unreachable); of several the rest is written to and the others are
    a number. The same ``key`` of the same unit again, with the same text to the same people, returns the first
    result, whatever happened in between; with anything else it is a Conflict, "key_taken".

    The moment of the send is taken after the recipients are locked: a transaction that waited over midnight in Japan
    counts on the new day, and messages to one person are dated in the order in which they are stored. The count, the
    day and the instant come from that one moment, so they cannot contradict each other.

    ``seen`` stands for the letterhead that the sender looked at (`portal.services.relay_preview`): with another one in
    force nothing is sent.

    ``declared``: what the sender says about a text in which something is found that a rule refuses (ruling R7); it is
    kept with a mark when the text goes.

    Raises TextRefused, Invalid (text, recipients: "missing", "too_many"; key), Forbidden ("membership_ended",
    "department_ended", "contractor_ended", "thread_elsewhere"), NotFound, SendingClosed, Unreachable, LimitReached
    (of the unit, or PlaceLimitReached of the sender's department or contractor), and Conflict
    ("key_taken", "letterhead_changed", or "conflict" when the unit is being changed all the time). Sources: seed 004
    P-Q3 to P-Q8, M-Q4, M-Q5, S-Q4, S-Q5; rulings R1, R3, R7, R13, R14.
    """
    text = check_text(typed)
    wanted = named_recipients(tokens)
    check_key(key)
    check_fields(text)
    content = Content(text, fingerprint(session, wanted, text), screen(text), declared)
    with use_case(session, clock, actor, "relay.send") as trail:
        trail.fact(requested=len(wanted))
        for _ in range(_CHANGES_TO_OUTLAST):
            result = _attempt(session, clock, actor, trail, wanted, content, key, seen)
            if result is not None:
                return result
            session.rollback()
        raise Conflict


def _attempt(
    session: Session,
    clock: Clock,
    actor: Actor,
    trail: Trail,
    wanted: list[str],
    content: Content,
    key: str,
    seen: str | None,
) -> SendResult | None:
    """One try; None when the unit was changed while it was under way."""
    unit = find_acting(session, actor, key)
    if unit.earlier is not None:
        return repeated(session, trail, unit, unit.earlier, content)
    if seen is not None and seen != unit.letterhead.digest().hex():
        raise Conflict("letterhead_changed")
    keys = {alias.open_token(unit.key, SEEKER_TOKEN, token) for token in wanted} - {None}
    locked = reach.lock_by_alias(session, [found for found in keys if found is not None])
    trail.take_moment(clock)
    return place(session, trail, unit, locked, content, key, requested=len(wanted), is_answer=False)


def place(
    session: Session,
    trail: Trail,
    unit: Acting,
    locked: Locked,
    content: Content,
    key: str,
    *,
    requested: int,
    is_answer: bool,
) -> SendResult | None:
    """Decide and store a send to locked seekers; part of the use cases that send. None: try again."""
    require_may_send(unit, trail)
    kept = require_text(unit, trail, content)
    bodies = letters(session, unit.key, locked.seekers, content.text)
    stored = relay.store(session, _order(unit, trail, locked.ids, content, key, requested, is_answer, bodies))
    if not stored.current:
        return None
    refusal = _refusal(stored, requested)
    if not stored.complete or refusal is not None:
        earlier = relay.accepted(session, unit.unit_id, key)
        if earlier is not None and earlier.id != stored.send_id:
            # Another transaction with this key was faster: its result is the answer, and ours is undone.
            session.rollback()
            return repeated(session, trail, unit, earlier, content)
        if refusal is not None:
            raise refusal
        require_room(session, unit, stored.own, trail.today, is_answer=is_answer)
        # Not reached: what was used never becomes less.
        raise Conflict
    of_place = _require_place(session, trail, unit, stored)
    elsewhere = stored.reached - stored.own
    unreachable = requested - stored.reached
    assert stored.send_id is not None  # noqa: S101 -- complete says so
    trail.subject("send", stored.send_id)
    safe_message.add_marks(
        session, stored.send_id, unit.unit_id, unit.membership_id, kept, content.declared, trail.now
    )
    trail.fact(sent=stored.own, unreachable=unreachable, elsewhere=elsewhere, number=stored.number)
    if stored.number is None:
        view = quota_view(session, unit, trail.today)
    else:
        view = quota_after(unit, stored.number, of_place, trail.today)
    return SendResult(requested, stored.own, unreachable, elsewhere, trail.now, repeated=False, quota=view)


def require_may_send(unit: Acting, trail: Trail) -> None:
    """Raise unless this person may send for this unit now; says nothing about any seeker."""
    refusal = acting_refusal(unit.membership, trail.today)
    if refusal is not None:
        raise refusal
    if unit.sending_closed:
        raise SendingClosed
    standing(unit.facts, trail.today).require_send()


def require_text(unit: Acting, trail: Trail, content: Content) -> tuple[Mark, ...]:
    """What is to be kept about the text when it goes. Raises TextRefused; says nothing about any seeker.

    By the rules of the day on which it goes: a rule that begins at midnight binds the send after it.
    """
    try:
        kept = marks(judge(content.found, unit.unit_class, trail.today), content.declared)
    except TextRefused as refused:
        trail.fact(found=_codes(each.kind for each in refused.findings))
        raise
    if kept:
        trail.fact(found=_codes(mark.kind for mark in kept))
    if passed := [mark.passed for mark in kept if mark.passed is not None]:
        trail.fact(passed=_codes(passed))
    return kept


def _codes(several: Iterable[str]) -> str:
    return " ".join(sorted(set(several)))


def _order(
    unit: Acting,
    trail: Trail,
    seekers: list[int],
    content: Content,
    key: str,
    requested: int,
    is_answer: bool,
    bodies: dict[int, str] | None,
) -> Order:
    limit = standing(unit.facts, trail.today).limit
    kind = "answer" if is_answer else "single" if requested == 1 else "batch"
    return Order(
        unit_id=unit.unit_id,
        unit_class=unit.unit_class,
        revision=unit.revision,
        member=unit.member,
        membership_id=unit.membership_id,
        kind=kind,
        key=key,
        requested=requested,
        seekers=seekers,
        body=content.text,
        bodies=bodies,
        fingerprint=content.fingerprint,
        digest=unit.letterhead.digest().hex(),
        letterhead=unit.letterhead.canonical(),
        ceiling=limit if is_answer else max(0, limit - unit.reserve),
        now=trail.now,
        today=trail.today,
    )


def _refusal(stored: Stored, requested: int) -> Refusal | None:
    """To one person a send happens or is refused; to several it happens to those who can be reached."""
    if requested > 1 or stored.own:
        return None
    return Forbidden("thread_elsewhere") if stored.reached else Unreachable()


def _require_place(session: Session, trail: Trail, unit: Acting, stored: Stored) -> int:
    """What the person's place has sent today with this send. Raises PlaceLimitReached, which undoes it.

    Exact because the unit's counter of the day is locked until the commit by the statement before: every other send
    of the unit is either committed, and seen by this new statement, or waits. Where the unit gave the place no limit
    nothing is asked (0).
    """
    if unit.place_limit is None or not stored.own:
        return 0
    used = quota.used_by_place(session, unit.unit_id, unit.member.belongs, trail.today)
    limit = standing(unit.facts, trail.today).limit
    decide_place(unit.place_limit, limit, used - stored.own, stored.own, trail.today).require()
    return used


def repeated(session: Session, trail: Trail, unit: Acting, earlier: Earlier, content: Content) -> SendResult:
    """The first result of a key that was used before; the repetition leaves no line.

    Raises Conflict "key_taken" (sent_at: of the first) when it was used for something else.
    """
    if earlier.fingerprint not in (None, content.fingerprint):
        raise Conflict("key_taken", sent_at=earlier.sent_at)
    trail.silent()
    return _first_result(earlier, quota_view(session, unit, trail.today))


def _first_result(earlier: Earlier, view: QuotaView) -> SendResult:
    counts = (earlier.requested, earlier.sent, earlier.unreachable, earlier.elsewhere)
    return SendResult(*counts, earlier.sent_at, repeated=True, quota=view)


def named_recipients(tokens: Iterable[str]) -> list[str]:
    """Each person once. Raises Invalid (recipients: "missing", "too_many": more than a day's messages)."""
    wanted = list(dict.fromkeys(tokens))
    if not wanted:
        raise Invalid({"recipients": ["missing"]})
    if len(wanted) > LIMIT_PER_DAY:
        raise Invalid({"recipients": ["too_many"]}, count=len(wanted), most=LIMIT_PER_DAY)
    return wanted


def check_key(key: str) -> None:
    """Raise Invalid (key) unless the key of a send or an answer is 1 to 64 visible ASCII characters."""
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid({"key": ["key_character"]})


def result_of(session: Session, clock: Clock, actor: Actor, key: str) -> SendResult:
    """What became of the send with this key, for the page that people see after it. NotFound without one."""
    with query(session):
        unit = find_acting(session, actor, key)
        if unit.earlier is None:
            raise NotFound
        return _first_result(unit.earlier, quota_view(session, unit, jst_day(clock.now())))


def quota_now(session: Session, clock: Clock, actor: Actor) -> QuotaView:
    """The acting unit's messages of today, for the head of every page of a unit."""
    with query(session):
        unit = find_acting(session, actor)
        return quota_view(session, unit, jst_day(clock.now()))


@dataclass(frozen=True)
class Check:
    """Whether the books of the relay agree. books: units and days looked at; wrong: those that do not agree."""

    books: int
    messages: int
    wrong: tuple[Book, ...]


def check(session: Session) -> Check:
    """Compare counter, stored messages, their highest number and the accepted sends of every unit and day.

    They can only differ after somebody wrote into the database past the portal.
    """
    with query(session):
        found = list(quota.books(session))
    return Check(len(found), sum(book.messages for book in found), tuple(b for b in found if not b.agrees))
