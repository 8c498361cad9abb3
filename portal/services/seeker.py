"""Seekers (求職者) at their ハローワーク: registering, correcting the identity, stop and restart.

Registering and changing are done at the office, stopping by the seeker on the site (seed 004 S-Q3).
"""

from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day, month_start
from portal.domain.actor import Actor, ActorKind
from portal.domain.entry import Typed
from portal.domain.permission import Permission
from portal.domain.profile import shuffle
from portal.domain.rarity import order_key
from portal.domain.refusal import Conflict, Forbidden, Invalid
from portal.domain.seeker import read_identity, read_registration_number
from portal.services import code, new_seeker, profile, scope
from portal.services.history import record
from portal.services.use_case import Trail, query, use_case
from portal.store import profile as profile_store
from portal.store import rarity as rarity_store
from portal.store import reach
from portal.store import seeker as store

# Registering


@dataclass(frozen=True)
class Registered:
    """held: the kinds of text that wait for the office. blocks: how many of an earlier registration bind again."""

    office_id: str
    held: tuple[str, ...]
    blocks: int


def register(
    session: Session,
    clock: Clock,
    actor: Actor,
    typed: Typed,
    *,
    default_months: int,
    channel: str = "office",
) -> Registered:
    """Register a seeker of the actor's office: identity, data, school, range, validity and consent, all or nothing.

    ``default_months``: length of a registration without an end typed, in months (our decision, kept as data).
    Raises Invalid with everything wrong at once ("already_registered" on registration_number), Forbidden,
    Refusal "terms_missing" when there are no terms to agree to.
    """
    with use_case(session, clock, actor, "seeker.register") as trail:
        office = registering_office(session, actor)
        tables = new_seeker.tables(session, trail.today)
        new = new_seeker.read(typed, tables, trail.today, default_months)
        if store.taken(session, store.registration_key(session, new.identity.registration_number)):
            raise Invalid({"registration_number": ["already_registered"]})
        (written,) = new_seeker.write(
            session, [new], tables, at=trail.now, on=trail.today, actor=actor, office=office, channel=channel
        )
        trail.subject("seeker", written.seeker_id)
        trail.fact(**written.facts())
        return Registered(scope.public_id(written.office_id), written.held, written.blocks)


def check(session: Session, clock: Clock, actor: Actor, typed: Typed, *, default_months: int) -> None:
    """Whether `register` would take this; changes nothing. Raises what `register` raises."""
    with query(session):
        registering_office(session, actor)
        today = jst_day(clock.now())
        new = new_seeker.read(typed, new_seeker.tables(session, today), today, default_months)
        if store.taken(session, store.registration_key(session, new.identity.registration_number)):
            raise Invalid({"registration_number": ["already_registered"]})


def registered_already(session: Session, actor: Actor, typed: Typed) -> bool:
    """Whether this office has a registration with this number; False for a number that cannot be read."""
    with query(session):
        office = scope.office_of(actor, Permission.OFFICE_SEEKER_REGISTER)
        try:
            number = read_registration_number(typed)
        except Invalid:
            return False
        return store.find_by_key(session, store.registration_key(session, number), office) is not None


def registering_office(session: Session, actor: Actor) -> str:
    """The office that registers. Raises Forbidden, and Invalid (office: "unknown") for one no table names."""
    office = scope.office_of(actor, Permission.OFFICE_SEEKER_REGISTER)
    if actor.kind is ActorKind.OPERATOR and office not in code.names(session, "office"):
        raise Invalid({"office": ["unknown"]})
    return office


# Changing


def change_identity(
    session: Session, clock: Clock, actor: Actor, office_id: str, typed: Typed, *, seen: int | None = None
) -> tuple[str, ...]:
    """Correct the identity. Published texts in which the new one is found go back to the office; gives their kinds.

    Raises Invalid ("already_registered"), NotFound, Conflict.
    """
    with use_case(session, clock, actor, "seeker.identity.change") as trail:
        row = scope.lock(session, actor, Permission.OFFICE_SEEKER_CHANGE, office_id, seen)
        seeker_id = row["id"]
        trail.subject("seeker", seeker_id)
        new = read_identity(typed, trail.today)
        old = store.identity(session, seeker_id)
        if new == old:
            trail.silent()
            return ()
        store.change_key(session, seeker_id, store.registration_key(session, new.registration_number))
        store.put_identity(session, seeker_id, new)
        taken = profile.screen_again(session, seeker_id, new, trail.now)
        before, after = old.texts(), new.texts()
        changed = [field for field in after if before[field] != after[field]]
        record(
            session,
            row,
            "identity",
            trail,
            actor,
            before={field: before[field] for field in changed},
            after={field: after[field] for field in changed} | ({"held": taken} if taken else {}),
        )
        trail.fact(fields=len(changed), held=len(taken))
        return taken


# Stop and restart


def stop(session: Session, clock: Clock, actor: Actor) -> None:
    """The seeker stops: at once, without a reason (seed 004 S-Q3). Stopping twice changes nothing.

    After this is confirmed nothing is stored for the seeker any more (ruling R14). Blocks stay.
    """
    with use_case(session, clock, actor, "seeker.stop") as trail:
        if actor.kind is not ActorKind.SEEKER or actor.seeker_id is None:
            raise Forbidden
        trail.subject("seeker", actor.seeker_id)
        reach.lock_profile(session, [actor.seeker_id])
        _stop(session, store.row(session, actor.seeker_id), trail, actor)


def stop_at_office(
    session: Session, clock: Clock, actor: Actor, office_id: str, *, seen: int | None = None
) -> None:
    """The same at the counter, for a seeker who asks for it there. Raises NotFound, Conflict."""
    with use_case(session, clock, actor, "seeker.stop") as trail:
        row = scope.lock(session, actor, Permission.OFFICE_SEEKER_CHANGE, office_id, seen)
        trail.subject("seeker", row["id"])
        _stop(session, row, trail, actor)


def _stop(session: Session, row: RowMapping, trail: Trail, actor: Actor) -> None:
    if row["stopped_at"] is not None:
        trail.silent()
        return
    profile_store.change(session, row["id"], stopped=True)
    store.change(session, row["id"], stopped_at=trail.now)
    record(session, row, "stopped", trail, actor, before={}, after={"stopped_at": trail.now})


def restart(session: Session, clock: Clock, actor: Actor, office_id: str, *, seen: int | None = None) -> None:
    """Begin again after a stop; at the office only, as registering is done there (seed 004 S-Q3). Blocks stay.

    The month of publication is the present one. Raises Conflict when the seeker has not stopped, NotFound.
    """
    with use_case(session, clock, actor, "seeker.restart") as trail:
        row = scope.lock(session, actor, Permission.OFFICE_SEEKER_CHANGE, office_id, seen)
        seeker_id = row["id"]
        trail.subject("seeker", seeker_id)
        if row["stopped_at"] is None:
            raise Conflict
        month = month_start(trail.today)
        data = profile_store.row(session, seeker_id)
        placed = rarity_store.is_placed(session, seeker_id)
        drawn = shuffle(order_key(data["tokens"]) if placed else data["alias_key"], month)
        profile_store.change(session, seeker_id, stopped=False, month=month, shuffle=drawn)
        store.change(session, seeker_id, stopped_at=None)
        record(session, row, "restarted", trail, actor, before={"stopped_at": row["stopped_at"]}, after={})
