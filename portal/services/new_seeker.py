"""A new seeker: everything typed is read, then everything is written; one or many at a time, by the same statements.

The pages of the office write one, a file some hundred in one transaction. Whoever calls has decided on the right to
register, opens the transaction, and leaves the audit line of each.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.calendar.day import month_start
from portal.domain.actor import Actor
from portal.domain.entry import Gathered, Typed, narrow, one, ticked
from portal.domain.graduate import GraduateFacts, graduate_until, is_graduate
from portal.domain.profile import Book, Choice, Places, read_choices, shuffle, tokens
from portal.domain.rarity import order_key
from portal.domain.refusal import Invalid, Refusal
from portal.domain.registration import Validity
from portal.domain.screening import screen
from portal.domain.screening.finding import Finding
from portal.domain.seeker import (
    Identity,
    Range,
    School,
    read_first_validity,
    read_identity,
    read_range,
    read_school,
)
from portal.domain.terms import TermsText, terms_until, version_to_agree
from portal.services import code, profile, rarity
from portal.store import alias, consent
from portal.store import profile as profile_store
from portal.store import rarity as rarity_store
from portal.store import seeker as store


@dataclass(frozen=True)
class Tables:
    """What reading needs to know of the database; the same for everybody who is registered in one transaction.

    schools: each kind of school, and whether it is a 対象学校. graduate_schools: those of a 新規大学卒業者等.
    until: last day on which the terms agreed to suffice.
    """

    terms: TermsText
    until: date | None
    offered: Book
    every: Book
    places: Places
    schools: Mapping[str, bool]
    graduate_schools: frozenset[str]


def tables(session: Session, today: date) -> Tables:
    """Everything `read` and `write` ask about. Raises Refusal "terms_missing" when there are no terms to agree to."""
    known = consent.versions(session)
    current = version_to_agree(known, today)
    if current is None:
        raise Refusal("terms_missing")
    terms = next(text for text in known if text.code == current.code)
    offered = profile.offered(session, today)
    return Tables(
        terms,
        terms_until(terms.code, known),
        offered,
        profile.every(session),
        Places(offered),
        target_schools(session),
        graduate_schools(session),
    )


def target_schools(session: Session) -> dict[str, bool]:
    """Each kind of school, and whether it is a 対象学校 (seed 004 S-Q1); ended kinds too, because data name them."""
    return {
        kind: row.facts.get("target") == "yes" for kind, row in code.names(session, "school_kind").items()
    }


def graduate_schools(session: Session) -> frozenset[str]:
    """The kinds of school of a 新規大学卒業者等 (seed 004 P-Q8; which they are is our decision)."""
    kinds = code.names(session, "school_kind")
    return frozenset(kind for kind, row in kinds.items() if row.facts.get("graduate") == "yes")


def last_graduate_day(school: School, kinds: frozenset[str]) -> date | None:
    """Until when somebody with this school is one, as `portal.domain.graduate.graduate_until` says it."""
    return graduate_until(GraduateFacts(school.kind in kinds, school.status, school.graduated_on))


@dataclass(frozen=True)
class New:
    """Everything that was typed, read and found good."""

    identity: Identity
    choices: tuple[Choice, ...]
    texts: Mapping[str, str]
    school: School
    range: Range
    validity: Validity

    def findings(self) -> dict[str, tuple[Finding, ...]]:
        """What in each text may tell who wrote it; a text with a finding waits for the office (ruling R3)."""
        known = profile.known(self.identity)
        return {kind: screen(text, known) for kind, text in self.texts.items() if text}


def read(typed: Typed, known: Tables, today: date, default_months: int) -> New:
    """Raises Invalid with everything wrong at once."""
    faults = Gathered()
    identity = faults.read(None, read_identity, typed, today)
    choices = faults.read((), read_choices, typed, known.offered, places=known.places)
    texts = faults.read({}, profile.read_texts, typed)
    school = faults.read(None, read_school, typed, known.schools, today)
    chosen = faults.read(Range(False, False), read_range, typed)
    validity = faults.read(None, read_first_validity, typed, today, default_months)
    if identity and validity and validity.valid_from < identity.birth_date:
        faults.add("registered_on", "before_birth")
    agreed = faults.read(None, ticked, typed, "terms_agreed")
    if agreed is False:
        faults.add("terms_agreed", "must_agree")
    elif agreed and narrow(one(typed, "terms_version")) != known.terms.code:
        faults.add("terms_agreed", "terms_changed")
    faults.settle()
    if identity is None or school is None or validity is None:
        raise Invalid({"": ["invalid"]})
    return New(identity, choices, texts, school, chosen, validity)


@dataclass(frozen=True)
class Written:
    """One seeker who is registered now. held: the kinds of text that wait. blocks: how many bind again."""

    seeker_id: int
    office_id: bytes
    held: tuple[str, ...]
    blocks: int
    channel: str

    def facts(self) -> dict[str, int | str]:
        """As the audit line tells it."""
        return {"held": len(self.held), "blocks": self.blocks, "channel": self.channel}


def write(
    session: Session,
    new: Sequence[New],
    known: Tables,
    *,
    at: datetime,
    on: date,
    actor: Actor,
    office: str,
    channel: str,
) -> list[Written]:
    """Store them, in this order. Raises Invalid (registration_number: "already_registered") when one is there."""
    office_ids = [os.urandom(16) for _ in new]
    keys = [store.registration_key(session, person.identity.registration_number) for person in new]
    ids = store.add(
        session,
        [
            {
                "office_id": office_id,
                "registration_key": key,
                "office_code": office,
                "registered_on": person.validity.valid_from,
                "school_kind": person.school.kind,
                "school_status": person.school.status,
                "graduated_on": person.school.graduated_on,
                "created_at": at,
                "updated_at": at,
            }
            for person, office_id, key in zip(new, office_ids, keys, strict=True)
        ],
    )
    both = list(zip(ids, new, strict=True))
    store.add_identities(session, ((seeker_id, person.identity) for seeker_id, person in both))
    month = month_start(on)
    placings = rarity.place(
        session,
        [rarity.Newcomer(seeker_id, _key(person, known, on), person.choices) for seeker_id, person in both],
        known.every,
    )
    profile_store.add(
        session,
        [_profile(seeker_id, person, known, month, placings[seeker_id]) for seeker_id, person in both],
    )
    profile_store.add_choices(
        session, ((seeker_id, person.choices, placings[seeker_id].shown) for seeker_id, person in both)
    )
    rarity_store.add_placings(session, {seeker_id: placings[seeker_id].names for seeker_id, _ in both})
    consent.add(session, ids, known.terms, at, on, channel=channel, recorded_by=actor.account_id)
    store.add_changes(
        session,
        ((seeker_id, {}, _told(person, known)) for seeker_id, person in both),
        "registered",
        at,
        account_id=actor.account_id,
        office_code=office,
    )
    blocks = store.revive_blocks(session, dict(zip(keys, ids, strict=True)))
    held = _put_texts(session, both, at)
    return [
        Written(seeker_id, office_id, held[seeker_id], blocks.get(seeker_id, 0), channel)
        for seeker_id, office_id in zip(ids, office_ids, strict=True)
    ]


def _key(new: New, known: Tables, on: date) -> tuple[bool, bool, bool]:
    until = last_graduate_day(new.school, known.graduate_schools)
    return (new.range.private, new.range.municipal, is_graduate(until, on))


def _profile(seeker_id: int, new: New, known: Tables, month: date, placing: rarity.Placing) -> dict[str, Any]:
    alias_key = alias.new_alias_key()
    found_by = tokens(new.choices if placing.shown is None else placing.shown, known.every)
    return {
        "seeker_id": seeker_id,
        "alias_key": alias_key,
        "published": True,
        "valid_from": new.validity.valid_from,
        "valid_until": new.validity.valid_until,
        "never_eligible": new.school.eligibility.never,
        "eligible_from": new.school.eligibility.eligible_from,
        "graduate_until": last_graduate_day(new.school, known.graduate_schools),
        "range_private": new.range.private,
        "range_municipal": new.range.municipal,
        "terms_until": known.until,
        "month": month,
        "shuffle": shuffle(alias_key if placing.names is None else order_key(found_by), month),
        "tokens": found_by,
    }


def _put_texts(session: Session, new: Iterable[tuple[int, New]], at: datetime) -> dict[int, tuple[str, ...]]:
    shown, waiting, kinds = [], [], {}
    for seeker_id, person in new:
        findings = person.findings()
        for kind, found in findings.items():
            if found:
                waiting.append((seeker_id, kind, person.texts[kind], found))
            else:
                shown.append((seeker_id, kind, person.texts[kind]))
        kinds[seeker_id] = tuple(kind for kind, found in findings.items() if found)
    profile_store.add_texts(session, shown, at)
    profile_store.hold(session, waiting, at)
    return kinds


def _told(new: New, known: Tables) -> dict[str, Any]:
    return {
        "identity": new.identity.texts(),
        "choices": profile.told(new.choices),
        "texts": new.texts,
        "school": told_school(new.school.kind, new.school.status, new.school.graduated_on),
        "range": told_range(new.range.private, new.range.municipal),
        "validity": told_validity(new.validity.valid_from, new.validity.valid_until),
        "terms": known.terms.code,
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
