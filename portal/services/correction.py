"""Corrections through the office: the seeker says what is wrong, the registering office answers (seed 004 S-Q3).

The request changes nothing by itself: the office checks who asks and corrects the registration in its own pages.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.correction import Part, State, check_answer, check_request
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, NotFound
from portal.services import public_id, scope
from portal.services.own import seeker_of
from portal.services.use_case import query, use_case
from portal.store import correction as store
from portal.store import reach

LONGEST_LIST = 200
LATELY = timedelta(days=30)
"""How long an answer is news to the seeker, and how long the office's list shows what it has answered."""


@dataclass(frozen=True)
class OwnCorrection:
    """A request as its seeker sees it. answered_at: None while it waits. No name of anybody at the office."""

    part: Part
    text: str
    asked_at: datetime
    state: State
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Waiting:
    """One line of the office's list, without the words: each reading of them is recorded. state: open or settled."""

    ref: str
    part: Part
    asked_at: datetime
    state: State
    answered_at: datetime | None


@dataclass(frozen=True)
class Asked:
    """One request as the office reads it. office_id: opens the file of whoever asked."""

    ref: str
    office_id: str
    part: Part
    text: str
    asked_at: datetime
    state: State
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Desk:
    """What waits at an office, oldest first, and what it has answered lately."""

    open: tuple[Waiting, ...]
    settled: tuple[Waiting, ...]


def ask(session: Session, clock: Clock, actor: Actor, part: str, text: str) -> None:
    """Say what is wrong. The same words about the same thing while they wait change nothing (a second click).

    Raises Invalid (part, text), Refusal "corrections_full", Forbidden.
    """
    with use_case(session, clock, actor, "seeker.correction.ask") as trail:
        seeker_id = seeker_of(actor, Permission.SEEKER_CORRECTION_ASK)
        trail.subject("seeker", seeker_id)
        reach.lock_profile(session, [seeker_id])
        mine = [one for one in store.of_seeker(session, seeker_id, LONGEST_LIST) if one.state == State.OPEN]
        checked, words = check_request(part, text, waiting=0)
        if any((one.part, one.text) == (checked, words) for one in mine):
            trail.silent()
            return
        check_request(part, text, waiting=len(mine))
        trail.fact(part=checked)
        store.add(session, seeker_id, secrets.token_bytes(16), checked, words, trail.now)


def own(session: Session, actor: Actor) -> tuple[OwnCorrection, ...]:
    """The requests of the seeker who asks, newest first. Raises Forbidden."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_CORRECTION_ASK)
        return tuple(
            OwnCorrection(
                Part(one.part), one.text, one.asked_at, State(one.state), one.answer, one.decided_at
            )
            for one in store.of_seeker(session, seeker_id, LONGEST_LIST)
        )


def answered_lately(session: Session, clock: Clock, actor: Actor) -> int:
    """How many answers of the office are news to the seeker, for the start page. Raises Forbidden."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_CORRECTION_ASK)
        return store.answered_since(session, seeker_id, clock.now() - LATELY)


def count_open(session: Session, actor: Actor) -> int:
    """How many requests wait at the office, for its menu. Raises Forbidden."""
    with query(session):
        return store.count_open(session, scope.office_of(actor, Permission.OFFICE_CORRECTION_ANSWER))


def desk(session: Session, clock: Clock, actor: Actor) -> Desk:
    """The office's list. Raises Forbidden."""
    with query(session):
        office = scope.office_of(actor, Permission.OFFICE_CORRECTION_ANSWER)
        return Desk(
            tuple(
                Waiting(
                    public_id.shown(row["public_id"]), Part(row["part"]), row["asked_at"], State.OPEN, None
                )
                for row in store.waiting(session, office, LONGEST_LIST)
            ),
            tuple(
                Waiting(
                    public_id.shown(row["public_id"]),
                    Part(row["part"]),
                    row["asked_at"],
                    State(row["state"]),
                    row["decided_at"],
                )
                for row in store.settled(session, office, clock.now() - LATELY, LONGEST_LIST)
            ),
        )


def read(session: Session, clock: Clock, actor: Actor, ref: str) -> Asked:
    """One request; reading it is recorded and told to the seeker. Raises NotFound, Forbidden."""
    with use_case(session, clock, actor, "seeker.correction.read") as trail:
        found = _find(session, actor, ref)
        trail.subject("seeker", found.seeker_id)
        trail.fact(part=found.part)
        return Asked(
            ref,
            scope.public_id(found.office_id),
            Part(found.part),
            found.text,
            found.asked_at,
            State(found.state),
            found.answer,
            found.decided_at,
        )


def answer(session: Session, clock: Clock, actor: Actor, ref: str, decision: str, text: str) -> State:
    """Say what became of a request: corrected, or not with the reason. The seeker reads it on the site.

    Raises Invalid (decision, text), Conflict when it was answered already, NotFound, Forbidden.
    """
    with use_case(session, clock, actor, "seeker.correction.answer") as trail:
        found = _find(session, actor, ref)
        trail.subject("seeker", found.seeker_id)
        reach.lock_profile(session, [found.seeker_id])
        state, words = check_answer(State(found.state), decision, text)
        trail.fact(part=found.part, state=state)
        settled = store.answer(
            session,
            found,
            state,
            words,
            trail.now,
            decided_by=actor.account_id,
            office_code=actor.office_code,
        )
        if not settled:
            raise Conflict
        return state


def _find(session: Session, actor: Actor, ref: str) -> store.Correction:
    office = scope.office_of(actor, Permission.OFFICE_CORRECTION_ANSWER)
    raw = public_id.read(ref)
    found = None if raw is None else store.find(session, raw, office)
    if found is None:
        raise NotFound
    return found
