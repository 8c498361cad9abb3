"""Seekers (求職者) at their ハローワーク: registering, correcting the identity, stop and restart.

Registering and changing are done at the office, stopping by the seeker on the site (seed 004 S-Q3).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day, month_start
from portal.domain.actor import Actor, ActorKind
from portal.domain.entry import Gathered, Typed, narrow, one, ticked
from portal.domain.permission import Permission
from portal.domain.profile import Choice, read_choices, shuffle, tokens
from portal.domain.refusal import Conflict, Forbidden, Invalid, Refusal
from portal.domain.registration import Validity
from portal.domain.seeker import (
    Identity,
    Range,
    School,
    read_first_validity,
    read_identity,
    read_range,
    read_registration_number,
    read_school,
)
from portal.domain.terms import TermsText, terms_until, version_to_agree
from portal.services import code, profile, scope
from portal.services.history import record
from portal.services.use_case import Trail, query, use_case
from portal.store import alias, consent, reach
from portal.store import profile as profile_store
from portal.store import seeker as store

# Registering


@dataclass(frozen=True)
class Registered:
    """held: the kinds of text that wait for the office. blocks: how many of an earlier registration bind again."""

    office_id: str
    held: tuple[str, ...]
    blocks: int


@dataclass(frozen=True)
class _New:
    identity: Identity
    choices: tuple[Choice, ...]
    texts: Mapping[str, str]
    school: School
    range: Range
    validity: Validity
    terms: TermsText


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
        new = _read(session, typed, trail.today, default_months)
        seeker_id, office_id = _write(session, new, trail, actor, office, channel)
        trail.subject("seeker", seeker_id)
        blocks = store.revive_blocks(
            session, seeker_id, store.registration_key(session, new.identity.registration_number)
        )
        held = profile.put_texts(session, seeker_id, new.identity, new.texts, trail.now, actor.account_id)
        trail.fact(held=len(held), blocks=blocks, channel=channel)
        return Registered(scope.public_id(office_id), held, blocks)


def check(session: Session, clock: Clock, actor: Actor, typed: Typed, *, default_months: int) -> None:
    """Whether `register` would take this; changes nothing. Raises what `register` raises."""
    with query(session):
        registering_office(session, actor)
        new = _read(session, typed, jst_day(clock.now()), default_months)
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


def _read(session: Session, typed: Typed, today: date, default_months: int) -> _New:
    faults = Gathered()
    terms = _current_terms(session, today)
    identity = faults.read(None, read_identity, typed, today)
    choices = faults.read((), read_choices, typed, profile.offered(session, today))
    texts = faults.read({}, profile.read_texts, typed)
    school = faults.read(None, read_school, typed, target_schools(session), today)
    chosen = faults.read(Range(False, False), read_range, typed)
    validity = faults.read(None, read_first_validity, typed, today, default_months)
    agreed = faults.read(None, ticked, typed, "terms_agreed")
    if agreed is False:
        faults.add("terms_agreed", "must_agree")
    elif agreed and narrow(one(typed, "terms_version")) != terms.code:
        faults.add("terms_agreed", "terms_changed")
    faults.settle()
    if identity is None or school is None or validity is None:
        raise Invalid({"": ["invalid"]})
    return _New(identity, choices, texts, school, chosen, validity, terms)


def _current_terms(session: Session, today: date) -> TermsText:
    known = consent.versions(session)
    current = version_to_agree(known, today)
    if current is None:
        raise Refusal("terms_missing")
    return next(text for text in known if text.code == current.code)


def _write(
    session: Session, new: _New, trail: Trail, actor: Actor, office: str, channel: str
) -> tuple[int, bytes]:
    office_id, alias_key = os.urandom(16), alias.new_alias_key()
    seeker_id = store.add(
        session,
        {
            "office_id": office_id,
            "registration_key": store.registration_key(session, new.identity.registration_number),
            "office_code": office,
            "registered_on": new.validity.valid_from,
            "school_kind": new.school.kind,
            "school_status": new.school.status,
            "graduated_on": new.school.graduated_on,
            "created_at": trail.now,
            "updated_at": trail.now,
        },
    )
    store.put_identity(session, seeker_id, new.identity)
    month = month_start(trail.today)
    profile_store.add(
        session,
        {
            "seeker_id": seeker_id,
            "alias_key": alias_key,
            "published": True,
            "valid_from": new.validity.valid_from,
            "valid_until": new.validity.valid_until,
            "never_eligible": new.school.eligibility.never,
            "eligible_from": new.school.eligibility.eligible_from,
            "range_private": new.range.private,
            "range_municipal": new.range.municipal,
            "terms_until": terms_until(new.terms.code, consent.versions(session)),
            "month": month,
            "shuffle": shuffle(alias_key, month),
            "tokens": tokens(new.choices, profile.every(session)),
        },
    )
    profile_store.put_choices(session, seeker_id, new.choices)
    consent.add(
        session, seeker_id, new.terms, trail.now, trail.today, channel=channel, recorded_by=actor.account_id
    )
    after = {
        "identity": new.identity.texts(),
        "choices": profile.told(new.choices),
        "texts": new.texts,
        "school": told_school(new.school.kind, new.school.status, new.school.graduated_on),
        "range": told_range(new.range.private, new.range.municipal),
        "validity": told_validity(new.validity.valid_from, new.validity.valid_until),
        "terms": new.terms.code,
    }
    store.add_change(
        session,
        seeker_id,
        "registered",
        trail.now,
        account_id=actor.account_id,
        office_code=office,
        before={},
        after=after,
    )
    return seeker_id, office_id


def target_schools(session: Session) -> dict[str, bool]:
    """Each kind of school, and whether it is a 対象学校 (seed 004 S-Q1); ended kinds too, because data name them."""
    return {
        kind: row.facts.get("target") == "yes" for kind, row in code.names(session, "school_kind").items()
    }


def told_school(kind: str | None, status: str, graduated_on: date | None) -> dict[str, Any]:
    """A school as the history keeps it."""
    return {"kind": kind, "status": str(status), "graduated_on": graduated_on}


def told_range(private: bool, municipal: bool) -> dict[str, Any]:
    """A range as the history keeps it."""
    return {"private": private, "municipal": municipal}


def told_validity(valid_from: date, valid_until: date) -> dict[str, Any]:
    """A validity as the history keeps it."""
    return {"valid_from": valid_from, "valid_until": valid_until}


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
        drawn = shuffle(profile_store.row(session, seeker_id)["alias_key"], month)
        profile_store.change(session, seeker_id, stopped=False, month=month, shuffle=drawn)
        store.change(session, seeker_id, stopped_at=None)
        record(session, row, "restarted", trail, actor, before={"stopped_at": row["stopped_at"]}, after={})
