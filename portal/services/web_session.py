"""Sessions of browsers: who is behind a cookie, what pages keep for them, and how sessions end.

The cookie holds a random id and nothing else. Who it is, and for whom they may act, is read anew on each request.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.account import AccountKind, Stage
from portal.domain.actor import Actor, ActorKind
from portal.domain.maintenance import Plan, idle_since
from portal.domain.refusal import Conflict, NotFound
from portal.domain.sign_in import KEPT_FOR
from portal.services.use_case import query, use_case
from portal.store import maintenance
from portal.store import sign_in as attempts
from portal.store import web_session as store

PENDING = {Stage.SECOND_FACTOR: timedelta(minutes=10), Stage.ENROL: timedelta(minutes=30)}
"""How long somebody may take for the code of the second factor, and for setting it up."""

SEEN_EVERY = timedelta(minutes=1)
"""Use of a session is noted at most this often."""


@dataclass(frozen=True)
class Lifetime:
    """idle: a session unused for so long ends. absolute: it ends in any case so long after signing in."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True)
class Visit:
    """Somebody's living session: who it is, and as whom they act at this moment.

    `actor` is PUBLIC until signing in is complete. `unit_lost`: the chosen membership is no longer in force.
    `has_another_unit`: besides the chosen one there is another to switch to.
    `stale`: using it should be noted. `ends_at`: when the session ends if nothing more is asked for, this request
    counted; `latest`: when it ends in any case.
    """

    account_id: int
    kind: AccountKind
    stage: Stage
    actor: Actor
    sign_in_name: str
    display_name: str
    language: str
    has_second_factor: bool
    data: Mapping[str, Any]
    unit_lost: bool
    has_another_unit: bool
    stale: bool
    ends_at: datetime
    latest: datetime

    @property
    def signed_in(self) -> bool:
        """Whether signing in is complete."""
        return self.stage is Stage.SIGNED_IN


@dataclass(frozen=True)
class UnitChoice:
    """A unit (利用申請の単位) a person may act for; `key` stands for it in forms.

    contractor: as whose person (受託団体), "" = the unit's own.
    """

    key: str
    name: str
    number_shown: str
    unit_class: str
    role: str
    contractor: str


def new_token() -> str:
    """A random id for a cookie, 256 bits."""
    return secrets.token_urlsafe(32)


def id_hash(token: str) -> bytes:
    """Under which a session is kept."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).digest()


def open_session(
    session: Session,
    now: datetime,
    account_id: int,
    stage: Stage,
    lifetime: Lifetime,
    *,
    old_token: str | None = None,
) -> str:
    """Inside a use case: a session under a fresh id; the one before it is gone. Returns what the cookie holds.

    Whoever belongs to exactly one unit acts for it at once; of several one is chosen.
    """
    if old_token is not None:
        store.end(session, id_hash(old_token))
    token = new_token()
    choices = store.choices(session, account_id, jst_day(now)) if stage is Stage.SIGNED_IN else []
    store.add(
        session,
        id_hash(token),
        account_id,
        stage,
        now,
        now + min(PENDING.get(stage, lifetime.absolute), lifetime.absolute),
        choices[0].membership_id if len(choices) == 1 else None,
    )
    return token


def find(
    session: Session,
    clock: Clock,
    token: str,
    lifetime: Lifetime,
    *,
    request_id: str = "",
    pauses: Iterable[Plan] = (),
) -> Visit | None:
    """Who is behind a cookie; None when the session ended, was never there, or its staff post has ended.

    One statement. pauses: maintenance of late, in which no use could be noted.
    """
    now = clock.now()
    with query(session):
        found = store.find(session, id_hash(token), now, idle_since(now, lifetime.idle, pauses), jst_day(now))
    if found is None or (found.kind is AccountKind.STAFF and found.role is None):
        return None
    stale = found.seen_at <= now - SEEN_EVERY
    return Visit(
        account_id=found.account_id,
        kind=found.kind,
        stage=found.stage,
        actor=_actor(found, request_id),
        sign_in_name=found.sign_in_name,
        display_name=found.display_name,
        language=found.language,
        has_second_factor=found.has_second_factor,
        data=found.data,
        unit_lost=found.chosen_membership_id is not None and found.membership_id is None,
        has_another_unit=found.has_another_unit,
        stale=stale,
        ends_at=min((now if stale else found.seen_at) + lifetime.idle, found.ends_at),
        latest=found.ends_at,
    )


def _actor(found: store.Found, request_id: str) -> Actor:
    if found.stage is not Stage.SIGNED_IN:
        return Actor(ActorKind.PUBLIC, request_id=request_id)
    if found.kind is AccountKind.SEEKER:
        return Actor(
            ActorKind.SEEKER, account_id=found.account_id, seeker_id=found.seeker_id, request_id=request_id
        )
    if found.kind is AccountKind.MEMBER:
        return Actor(
            ActorKind.MEMBER,
            account_id=found.account_id,
            unit_id=found.unit_id,
            membership_id=found.membership_id,
            department_id=found.department_id,
            contractor_id=found.contractor_id,
            role=found.role,
            request_id=request_id,
        )
    return Actor(
        ActorKind.BUREAU if found.bureau_code is not None else ActorKind.OFFICE,
        account_id=found.account_id,
        role=found.role,
        office_code=found.office_code,
        bureau_code=found.bureau_code,
        request_id=request_id,
    )


def touch(session: Session, clock: Clock, token: str) -> None:
    """Note that a session is in use; not worth an audit line, nor waiting for a busy database."""
    now = clock.now()
    try:
        store.touch(session, id_hash(token), now, now - SEEN_EVERY)
        session.commit()
    except OperationalError:
        session.rollback()


def keep(session: Session, token: str, data: Mapping[str, Any]) -> bool:
    """Keep what pages put into a session; not worth an audit line.

    False when the session was ended meanwhile, or the database is busy: by now the page's own act is done, and a
    lost message on the next page is better than the claim that it failed.
    """
    try:
        kept = store.keep(session, id_hash(token), data)
        session.commit()
    except OperationalError:
        session.rollback()
        return False
    return kept


def end(session: Session, clock: Clock, actor: Actor, token: str) -> None:
    """Sign out. Doing it twice changes nothing."""
    with use_case(session, clock, actor, "account.sign_out") as trail:
        account_id = store.end(session, id_hash(token))
        if account_id is None:
            trail.silent()
        else:
            trail.subject("account", account_id)


def unit_choices(session: Session, clock: Clock, actor: Actor) -> tuple[UnitChoice, ...]:
    """The units somebody may act for now."""
    with query(session):
        return tuple(
            UnitChoice(
                choice.public_id.hex(),
                choice.name,
                choice.number_shown,
                choice.unit_class,
                choice.role,
                choice.contractor,
            )
            for choice in _choices(session, clock.now(), actor)
        )


def choose_unit(session: Session, clock: Clock, actor: Actor, token: str, key: str) -> None:
    """Act for one of the own units from now on (ruling R2: one at a time, never inside a thread).

    Raises NotFound for a unit that is not one's own, Conflict when the session was ended meanwhile.
    """
    with use_case(session, clock, actor, "account.choose_unit") as trail:
        chosen = {c.public_id.hex(): c for c in _choices(session, trail.now, actor)}.get(key)
        if chosen is None:
            raise NotFound
        if not store.choose(session, id_hash(token), chosen.membership_id):
            raise Conflict
        trail.subject("membership", chosen.membership_id)


def _choices(session: Session, now: datetime, actor: Actor) -> list[store.UnitChoice]:
    if actor.kind is not ActorKind.MEMBER or actor.account_id is None:
        return []
    return store.choices(session, actor.account_id, jst_day(now))


def forget_ended(session: Session, clock: Clock, actor: Actor, lifetime: Lifetime) -> tuple[int, int]:
    """Delete sessions that are over, and attempts to sign in older than 30 days; how many of each.

    For the clock worker, once a day; may be run twice and on two machines.
    """
    with use_case(session, clock, actor, "account.forget_ended") as trail:
        pauses = maintenance.since(session, trail.now - lifetime.absolute)
        sessions = store.forget(session, trail.now, idle_since(trail.now, lifetime.idle, pauses))
        old = attempts.forget(session, trail.now - KEPT_FOR)
        trail.fact(sessions=sessions, attempts=old)
        return sessions, old
