"""Cutting all sessions of a unit at once, for a machine that may be infected or somebody who left (ruling 48).

What an organisation does beyond that is a matter of its own security policy (seed 004 P-Q10, M-Q7): no duty to report
is built in. A cut signs people out; it changes no password.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission, may
from portal.domain.refusal import Forbidden, NotFound
from portal.services.acting import require_acting
from portal.services.unit import authorised
from portal.services.use_case import Trail, query, use_case
from portal.services.web_session import id_hash
from portal.store import session_cut as store

SHOWN = 20
"""So many of the last cuts are shown."""


@dataclass(frozen=True)
class Cut:
    """One cut, newest first. by: a person of the unit, "" = the operator. spared_own: their own session went on."""

    at: datetime
    by: str
    sessions: int
    people: int
    spared_own: bool


def cut_unit(
    session: Session, clock: Clock, actor: Actor, unit_id: int | None = None, *, spare: str | None = None
) -> Cut:
    """End the sessions of everybody of a unit now, whatever they act for; all but that of the cookie ``spare``.

    Officer (個人情報管理・苦情処理責任者) and contact (連絡責任者) cut their own unit, the operator any. Raises Forbidden.
    """
    with use_case(session, clock, actor, "unit.cut_sessions") as trail:
        wanted = _whose(session, trail, actor, unit_id)
        trail.subject("unit", wanted)
        ended = store.cut(session, wanted, trail.today, but=None if spare is None else id_hash(spare))
        done = Cut(trail.now, "", len(ended), len(set(ended)), spare is not None)
        store.record(
            session,
            wanted,
            trail.now,
            actor.account_id,
            sessions=done.sessions,
            people=done.people,
            spared_own=done.spared_own,
        )
        trail.fact(sessions=done.sessions, people=done.people, spared_own=done.spared_own)
        return done


def cut_named(session: Session, clock: Clock, actor: Actor, unit: str) -> Cut:
    """The operator cuts the sessions of a unit by its number. Raises Forbidden, NotFound ("unknown_unit")."""
    with query(session):
        unit_id = authorised(session, actor, unit).id
    return cut_unit(session, clock, actor, unit_id)


def _whose(session: Session, trail: Trail, actor: Actor, unit_id: int | None) -> int:
    if actor.kind is ActorKind.OPERATOR:
        if unit_id is None:
            raise NotFound
        return unit_id
    if not may(actor, Permission.UNIT_SESSION_CUT) or unit_id not in (None, actor.unit_id):
        raise Forbidden
    unit = require_acting(session, actor, trail.today)
    if not unit.member.sees_all:
        raise Forbidden
    return unit.unit_id


def cuts(session: Session, clock: Clock, actor: Actor) -> tuple[Cut, ...]:
    """The last cuts of the acting unit. Raises Forbidden."""
    with query(session):
        unit = require_acting(session, actor, jst_day(clock.now()))
        if not may(actor, Permission.UNIT_SESSION_CUT) or not unit.member.sees_all:
            raise Forbidden
        return tuple(
            Cut(row.at, row.by, row.sessions, row.people, row.spared_own)
            for row in store.newest(session, unit.unit_id, SHOWN)
        )
