"""Blocking organisations (seed 004 S-Q5): from a message or before any contact, at once, and back again at any time.

The organisation is never told; it sees what it sees after a stop or an expiry (ruling R3). After a block is confirmed
nothing of that unit is stored any more, because block and send lock the same row first (ruling R14).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.block import also_offer, corporation_key
from portal.domain.folding import compact
from portal.domain.permission import Permission
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid, NotFound
from portal.services import public_id
from portal.services.own import seeker_of
from portal.services.use_case import query, use_case
from portal.store import block as store
from portal.store import directory, reach, thread
from portal.store.directory import ListedUnit

PAGE = 20
MOST_AT_ONCE = 50
LONGEST_WORD = 100


@dataclass(frozen=True)
class Organisation:
    """One organisation as a seeker sees it. ref: what stands for it in addresses. blocked_at: None = not blocked."""

    ref: str
    name: str
    kana: str
    unit_class: UnitClass
    contractors: tuple[str, ...]
    blocked_at: datetime | None


@dataclass(frozen=True)
class DirectoryPage:
    """Organisations by name. found: how many in all; page counts from 1."""

    organisations: tuple[Organisation, ...]
    found: int
    page: int
    pages: int


@dataclass(frozen=True)
class BlockOffer:
    """What the dialog asks. also: other registrations of the same company, by 法人番号 (our offer, not the seed's)."""

    organisation: Organisation
    also: tuple[Organisation, ...]


def block(session: Session, clock: Clock, actor: Actor, refs: Iterable[str]) -> tuple[Organisation, ...]:
    """Block these organisations together; blocking twice changes nothing. Returns them as they are now.

    Raises Forbidden, NotFound when one of them does not exist, Invalid (refs: "missing", "too_many").
    """
    with use_case(session, clock, actor, "seeker.block.add") as trail:
        seeker_id = seeker_of(actor, Permission.SEEKER_BLOCK_CHANGE)
        trail.subject("seeker", seeker_id)
        wanted = _wanted(refs)
        reach.lock_profile(session, [seeker_id])
        trail.take_moment(clock)
        units = _all(session, seeker_id, wanted, clock)
        new = store.add(session, seeker_id, [unit.unit_id for unit in units], trail.now)
        trail.fact(units=_told(new))
        if not new:
            trail.silent()
        return tuple(map(organisation, _all(session, seeker_id, wanted, clock)))


def unblock(session: Session, clock: Clock, actor: Actor, refs: Iterable[str]) -> tuple[Organisation, ...]:
    """Lift the blocks of these organisations. Nothing that could not be sent meanwhile is delivered.

    Raises as ``block``.
    """
    with use_case(session, clock, actor, "seeker.block.remove") as trail:
        seeker_id = seeker_of(actor, Permission.SEEKER_BLOCK_CHANGE)
        trail.subject("seeker", seeker_id)
        wanted = _wanted(refs)
        reach.lock_profile(session, [seeker_id])
        trail.take_moment(clock)
        units = _all(session, seeker_id, wanted, clock)
        gone = store.remove(session, seeker_id, [unit.unit_id for unit in units])
        trail.fact(units=_told(gone))
        if not gone:
            trail.silent()
        return tuple(map(organisation, _all(session, seeker_id, wanted, clock)))


def blocks(session: Session, clock: Clock, actor: Actor) -> tuple[Organisation, ...]:
    """Everything this seeker blocks, on one page, the last one first."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_BLOCK_CHANGE)
        return tuple(map(organisation, directory.blocked(session, seeker_id, jst_day(clock.now()))))


def find_organisations(
    session: Session,
    clock: Clock,
    actor: Actor,
    typed: str = "",
    page: int = 1,
    *,
    unit_class: UnitClass | None = None,
) -> DirectoryPage:
    """Organisations of a class whose name or kana holds what was typed, in any spelling; all of them without a word.

    A contractor (受託団体) is found under its own name too, at the body it acts for. A page that does not exist is
    the nearest one that does.
    """
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_DIRECTORY_READ)
        on, folded = jst_day(clock.now()), compact(typed[:LONGEST_WORD])
        found = directory.count(session, folded, on, unit_class)
        pages = max(1, -(-found // PAGE))
        page = min(max(1, page), pages)
        units = directory.page(
            session, seeker_id, folded, on, unit_class, offset=(page - 1) * PAGE, limit=PAGE
        )
        return DirectoryPage(tuple(map(organisation, units)), found, page, pages)


def offer(session: Session, clock: Clock, actor: Actor, ref: str) -> BlockOffer:
    """What to ask before blocking. NotFound without such an organisation."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_BLOCK_CHANGE)
        on = jst_day(clock.now())
        (target,) = _all(session, seeker_id, _wanted([ref]), clock)
        known = directory.identity(session, target.unit_id)
        acting = thread.contractor_number(session, seeker_id, target.unit_id)
        numbers = {corporation_key(known.corporation_number), corporation_key(acting)} - {""}
        others = directory.of_corporations(session, numbers) if numbers else ()
        ids = also_offer(known, others, store.blocked_units(session, seeker_id), acting)
        also = directory.by_id(session, seeker_id, ids, on)
        return BlockOffer(organisation(target), tuple(map(organisation, also)))


def organisation(unit: ListedUnit) -> Organisation:
    """As it is shown."""
    return Organisation(
        public_id.shown(unit.public_id),
        unit.name,
        unit.kana,
        unit.unit_class,
        unit.contractors,
        unit.blocked_at,
    )


def _wanted(refs: Iterable[str]) -> list[bytes]:
    wanted = list(dict.fromkeys(refs))
    if not wanted:
        raise Invalid({"refs": ["missing"]})
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid({"refs": ["too_many"]}, count=len(wanted), most=MOST_AT_ONCE)
    read = [public_id.read(ref) for ref in wanted]
    found = [raw for raw in read if raw is not None]
    if len(found) != len(wanted):
        raise NotFound
    return found


def _all(session: Session, seeker_id: int, wanted: list[bytes], clock: Clock) -> list[ListedUnit]:
    found = directory.by_public_id(session, seeker_id, wanted, jst_day(clock.now()))
    if len(found) != len(wanted):
        raise NotFound
    return found


def _told(unit_ids: list[int]) -> str:
    return " ".join(map(str, unit_ids))
