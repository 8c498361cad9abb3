"""Announcements (お知らせ) for whoever reads them, and those that the portal makes by itself.

Reading leaves a mark of the account, so that it is not counted as new again, and for a unit the mark that somebody of
it has opened it: how many units have, the author sees; who or when, nobody (our decision, said on the pages).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.announcement import SHOWN_DAYS, FactValue, Kind, check_facts
from portal.domain.permission import Permission, may
from portal.domain.refusal import Forbidden, NotFound
from portal.services import code, public_id
from portal.services.use_case import Trail, query
from portal.store import announcement as store
from portal.store import outbox
from portal.store.announcement import Reader, Row

PAGE = 30
"""Announcements on one page."""

_MAY_READ = {
    ActorKind.SEEKER: Permission.SEEKER_ANNOUNCEMENT_READ,
    ActorKind.MEMBER: Permission.UNIT_ANNOUNCEMENT_READ,
    ActorKind.OFFICE: Permission.OFFICE_ANNOUNCEMENT_READ,
    ActorKind.BUREAU: Permission.BUREAU_ANNOUNCEMENT_READ,
}


@dataclass(frozen=True)
class Announcement:
    """One announcement to whoever reads it. title, text: "" where the portal made it by itself (kind and facts).

    to_unit: to this unit alone. author: "operator", "bureau" (bureau: its names) or "system". changed_at: since when
    it reads as it does; changed: whether it once read otherwise.
    """

    ref: str
    kind: Kind
    title: str
    text: str
    facts: Mapping[str, FactValue]
    to_unit: bool
    author: str
    bureau: code.Choice | None
    shown_from: date
    shown_until: date | None
    changed_at: datetime
    changed: bool
    read: bool


@dataclass(frozen=True)
class Listing:
    """One page of announcements, unread ones first. number: of this page, from 1; more: whether there is another."""

    lines: tuple[Announcement, ...]
    number: int
    more: bool
    unread: int


def tell_unit(session: Session, trail: Trail, unit_id: int, kind: Kind | str, **facts: FactValue) -> None:
    """Inside a use case: tell a unit what has happened, from today on.

    Officer and contact who want notices by mail get one, without content. facts: numbers, days and names of the unit's
    own parts, from which the page makes a sentence (portal.domain.announcement.NEEDED says which must be there).
    """
    kind = Kind(kind)
    check_facts(kind, facts)
    store.add(
        session,
        trail.now,
        public_id=os.urandom(16),
        author="system",
        audience="unit",
        unit_id=unit_id,
        kind=kind,
        facts=facts,
        shown_from=trail.today,
        shown_until=trail.today + timedelta(days=SHOWN_DAYS),
    )
    outbox.add(session, store.officers(unit_id, trail.today), trail.now, outbox.ANNOUNCEMENT)


def reader_of(actor: Actor) -> Reader:
    """Who reads. Raises Forbidden for whoever has no announcements."""
    permission = _MAY_READ.get(actor.kind)
    if permission is None or actor.account_id is None or not may(actor, permission):
        raise Forbidden
    return Reader(actor.account_id, actor.unit_id if actor.kind is ActorKind.MEMBER else None)


def unread(session: Session, clock: Clock, actor: Actor) -> int:
    """How many are new, for pages that make no statement in which it could be a column. Raises Forbidden."""
    with query(session):
        return store.count_unread(session, reader_of(actor), jst_day(clock.now()))


def listing(session: Session, clock: Clock, actor: Actor, number: int = 1) -> Listing:
    """What is shown to somebody today. Raises Forbidden."""
    reader, today = reader_of(actor), jst_day(clock.now())
    with query(session):
        rows = store.page(session, reader, today, offset=(number - 1) * PAGE, limit=PAGE + 1)
        bureaus = code.names(session, "bureau")
        new = store.count_unread(session, reader, today)
    lines = tuple(_shown(row, bureaus) for row in rows[:PAGE])
    return Listing(lines, number, len(rows) > PAGE, new)


def one(session: Session, clock: Clock, actor: Actor, ref: str) -> Announcement:
    """One announcement. NotFound for those of other units, of other days, and those withdrawn. Raises Forbidden."""
    with query(session):
        row = store.find(session, reader_of(actor), jst_day(clock.now()), _key(ref))
        if row is None:
            raise NotFound
        return _shown(row, code.names(session, "bureau"))


def mark_read(session: Session, clock: Clock, actor: Actor, ref: str | None = None) -> int:
    """Mark one as read, or all that are shown today; how many were new. Too dull for the audit trail.

    Raises Forbidden; an unknown ref marks nothing.
    """
    reader, today = reader_of(actor), jst_day(clock.now())
    done = store.mark(session, reader, today, None if ref is None else _key(ref))
    session.commit()
    return done


def _key(ref: str) -> bytes:
    """For anything that is no reference a key that no announcement has, so that both answer alike."""
    return public_id.read(ref) or b""


def _shown(row: Row, bureaus: Mapping[str, code.Choice]) -> Announcement:
    return Announcement(
        ref=public_id.shown(row.public_id),
        kind=row.kind,
        title=row.title,
        text=row.text,
        facts=row.facts,
        to_unit=row.unit_id is not None,
        author=row.author,
        bureau=None if row.author_bureau is None else bureaus.get(row.author_bureau),
        shown_from=row.shown_from,
        shown_until=row.shown_until,
        changed_at=row.changed_at,
        changed=row.revision > 1,
        read=row.read,
    )
