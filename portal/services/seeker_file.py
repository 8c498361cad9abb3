"""Finding a seeker at the office, and opening the file, which shows the identity and is recorded each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.eligibility import SchoolStatus
from portal.domain.entry import Typed
from portal.domain.permission import Permission
from portal.domain.profile import Choice
from portal.domain.reach import Cause, ReachFacts, UnitClass, causes
from portal.domain.refusal import NotFound
from portal.domain.seeker import Identity, read_registration_number
from portal.services import scope
from portal.services.use_case import query, use_case
from portal.store import consent, notice_care
from portal.store import profile as profile_store
from portal.store import seeker as store

PAGE = 20


@dataclass(frozen=True)
class Standing:
    """Why private and municipal organisations do not see a seeker today; empty = they do. For the office only."""

    private: frozenset[Cause]
    municipal: frozenset[Cause]


@dataclass(frozen=True)
class Line:
    """One seeker of an office's list; no name, because each reading of a name is recorded (our decision)."""

    office_id: str
    registered_on: date
    created_at: datetime
    valid_until: date
    standing: Standing
    held: bool
    activated: bool


@dataclass(frozen=True)
class Listing:
    """One page of the list. after: the cursor of the next page, None at the end."""

    lines: tuple[Line, ...]
    after: str | None


def find(session: Session, actor: Actor, typed: Typed) -> str:
    """The office's address of a seeker by registration number. Raises Invalid (registration_number), NotFound."""
    with query(session):
        office = scope.office_of(actor, Permission.OFFICE_SEEKER_READ)
        number = read_registration_number(typed)
        found = store.find_by_key(session, store.registration_key(session, number), office)
        if found is None:
            raise NotFound
        return scope.public_id(found)


def listing(
    session: Session, clock: Clock, actor: Actor, *, after: str | None = None, limit: int = PAGE
) -> Listing:
    """This office's seekers, newest first. Raises NotFound for a cursor of nobody."""
    with query(session):
        office = scope.office_of(actor, Permission.OFFICE_SEEKER_READ)
        before = scope.find(session, actor, Permission.OFFICE_SEEKER_READ, after)["id"] if after else None
        rows = store.page(session, office, before=before, limit=limit + 1)
        today = jst_day(clock.now())
        lines = tuple(_line(row, today) for row in rows[:limit])
        return Listing(lines, lines[-1].office_id if len(rows) > limit else None)


def _line(row: RowMapping, today: date) -> Line:
    return Line(
        scope.public_id(row["office_id"]),
        row["registered_on"],
        row["created_at"],
        row["valid_until"],
        standing(row, today),
        row["held"],
        row["activated"],
    )


def standing(row: RowMapping, today: date) -> Standing:
    """The rule on reach for both classes of organisation, blocks left aside."""
    columns = profile_store.reach_columns(row)
    private, municipal = (
        causes(ReachFacts(**columns, blocked=False, unit_class=unit_class), today)
        for unit_class in (UnitClass.PRIVATE, UnitClass.MUNICIPAL)
    )
    return Standing(private, municipal)


@dataclass(frozen=True)
class SeekerFile:
    """Everything the office keeps on a seeker, identity included. version: goes into every form of change."""

    office_id: str
    office_code: str
    registered_on: date
    created_at: datetime
    version: int
    identity: Identity
    choices: tuple[Choice, ...]
    texts: Mapping[str, str]
    held: Mapping[str, str]
    held_since: Mapping[str, datetime]
    school_kind: str | None
    school_status: SchoolStatus
    graduated_on: date | None
    never_eligible: bool
    eligible_from: date | None
    graduate_until: date | None
    valid_from: date
    valid_until: date
    range_private: bool
    range_municipal: bool
    stopped_at: datetime | None
    terms_until: date | None
    consents: tuple[consent.Consent, ...]
    month: date
    standing: Standing
    activated: bool
    mail_undeliverable: bool

    def working_text(self, kind: str) -> str:
        """The newest text of a kind: the one that waits, or else the published one."""
        return self.held.get(kind) or self.texts.get(kind, "")


def open_file(session: Session, clock: Clock, actor: Actor, office_id: str) -> SeekerFile:
    """Read a seeker's file; each reading of an identity by the office is an audit line.

    Raises NotFound, Forbidden.
    """
    with use_case(session, clock, actor, "seeker.identity.read") as trail:
        row = scope.find(session, actor, Permission.OFFICE_SEEKER_READ, office_id)
        seeker_id = row["id"]
        trail.subject("seeker", seeker_id)
        data = profile_store.row(session, seeker_id)
        held = profile_store.held(session, seeker_id)
        return SeekerFile(
            office_id=office_id,
            office_code=row["office_code"],
            registered_on=row["registered_on"],
            created_at=row["created_at"],
            version=row["version"],
            identity=store.identity(session, seeker_id),
            choices=profile_store.choices(session, seeker_id),
            texts=profile_store.texts(session, seeker_id),
            held={kind: waiting.text for kind, waiting in held.items()},
            held_since={kind: waiting.held_at for kind, waiting in held.items()},
            school_kind=row["school_kind"],
            school_status=SchoolStatus(row["school_status"]),
            graduated_on=row["graduated_on"],
            never_eligible=data["never_eligible"],
            eligible_from=data["eligible_from"],
            graduate_until=data["graduate_until"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            range_private=data["range_private"],
            range_municipal=data["range_municipal"],
            stopped_at=row["stopped_at"],
            terms_until=data["terms_until"],
            consents=consent.consents(session, seeker_id),
            month=data["month"],
            standing=standing(data, trail.today),
            activated=store.activated(session, seeker_id),
            mail_undeliverable=notice_care.seeker_undeliverable(session, seeker_id),
        )
