"""What decides who may see a seeker: validity, school, range; changed at the office (seed 004 S-Q3).

Each change locks the profile first (ruling R14), keeps what was, and holds from the moment it is confirmed.
"""

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain import registration
from portal.domain.actor import Actor
from portal.domain.entry import Typed
from portal.domain.permission import Permission
from portal.domain.registration import Validity
from portal.domain.seeker import read_range, read_school, read_validity
from portal.services import scope
from portal.services.history import record
from portal.services.new_seeker import (
    graduate_schools,
    last_graduate_day,
    target_schools,
    told_range,
    told_school,
    told_validity,
)
from portal.services.use_case import use_case
from portal.store import profile as profile_store
from portal.store import seeker as seeker_store


def extend(
    session: Session, clock: Clock, actor: Actor, office_id: str, *, seen: int | None = None
) -> Validity:
    """One more month.

    Raises Refusal "extension_too_early" (opens_on), "registration_not_started", NotFound, Conflict.
    """
    with use_case(session, clock, actor, "seeker.validity.extend") as trail:
        row = scope.lock(session, actor, Permission.OFFICE_SEEKER_CHANGE, office_id, seen)
        seeker_id = row["id"]
        trail.subject("seeker", seeker_id)
        data = profile_store.row(session, seeker_id)
        new = registration.extend(data["valid_from"], data["valid_until"], trail.today)
        profile_store.change(session, seeker_id, valid_from=new.valid_from, valid_until=new.valid_until)
        record(
            session,
            row,
            "validity",
            trail,
            actor,
            before=told_validity(data["valid_from"], data["valid_until"]),
            after=told_validity(new.valid_from, new.valid_until)
            | {"act": "revalidated" if new.revalidated else "extended"},
        )
        trail.fact(valid_until=new.valid_until, revalidated=new.revalidated)
        return new


def change_validity(
    session: Session, clock: Clock, actor: Actor, office_id: str, typed: Typed, *, seen: int | None = None
) -> Validity:
    """Correct the days of a registration, for example when it ends early. Raises Invalid, NotFound, Conflict."""
    with use_case(session, clock, actor, "seeker.validity.change") as trail:
        row = scope.lock(session, actor, Permission.OFFICE_SEEKER_CHANGE, office_id, seen)
        seeker_id = row["id"]
        trail.subject("seeker", seeker_id)
        new = read_validity(typed, trail.today)
        data = profile_store.row(session, seeker_id)
        before = told_validity(data["valid_from"], data["valid_until"])
        after = told_validity(new.valid_from, new.valid_until)
        if before == after:
            trail.silent()
            return new
        profile_store.change(session, seeker_id, valid_from=new.valid_from, valid_until=new.valid_until)
        record(session, row, "validity", trail, actor, before=before, after=after | {"act": "corrected"})
        trail.fact(valid_until=new.valid_until)
        return new


def change_school(
    session: Session, clock: Clock, actor: Actor, office_id: str, typed: Typed, *, seen: int | None = None
) -> None:
    """Record the school status; the days on which the school rule leaves the seeker out follow from it.

    Raises Invalid, NotFound, Conflict.
    """
    with use_case(session, clock, actor, "seeker.school.change") as trail:
        row = scope.lock(session, actor, Permission.OFFICE_SEEKER_CHANGE, office_id, seen)
        seeker_id = row["id"]
        trail.subject("seeker", seeker_id)
        new = read_school(typed, target_schools(session), trail.today)
        seeker_store.change(
            session,
            seeker_id,
            school_kind=new.kind,
            school_status=new.status,
            graduated_on=new.graduated_on,
        )
        profile_store.change(
            session,
            seeker_id,
            never_eligible=new.eligibility.never,
            eligible_from=new.eligibility.eligible_from,
            graduate_until=last_graduate_day(new, graduate_schools(session)),
        )
        record(
            session,
            row,
            "school",
            trail,
            actor,
            before=told_school(row["school_kind"], row["school_status"], row["graduated_on"]),
            after=told_school(new.kind, new.status, new.graduated_on),
        )
        trail.fact(never=new.eligibility.never, eligible_from=new.eligibility.eligible_from)


def change_range(
    session: Session, clock: Clock, actor: Actor, office_id: str, typed: Typed, *, seen: int | None = None
) -> None:
    """Change to whom the data are shown. Narrowing takes effect at once and freezes the threads of the dropped class.

    Raises Invalid (neither: then one is not in the service), NotFound, Conflict.
    """
    with use_case(session, clock, actor, "seeker.range.change") as trail:
        row = scope.lock(session, actor, Permission.OFFICE_SEEKER_CHANGE, office_id, seen)
        seeker_id = row["id"]
        trail.subject("seeker", seeker_id)
        new = read_range(typed)
        data = profile_store.row(session, seeker_id)
        before = told_range(data["range_private"], data["range_municipal"])
        after = told_range(new.private, new.municipal)
        if before == after:
            trail.silent()
            return
        profile_store.change(session, seeker_id, range_private=new.private, range_municipal=new.municipal)
        record(session, row, "range", trail, actor, before=before, after=after)
        trail.fact(private=new.private, municipal=new.municipal)
