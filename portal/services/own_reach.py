"""Whether organisations see the seeker today, why not, and how many do: told to the seeker and to nobody else.

A unit never learns a cause (ruling R3); whoever the data belong to learns every one of them, and what to do about it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.eligibility import CompiledEligibility
from portal.domain.permission import Permission
from portal.domain.profile import Named
from portal.domain.reach import Cause, ReachFacts, UnitClass, causes
from portal.domain.terms import NEVER_AGREED, version_to_agree
from portal.services import code
from portal.services.own import seeker_of
from portal.services.use_case import query
from portal.store import consent
from portal.store import own_reach as store
from portal.store import profile as profile_store
from portal.store import seeker as seeker_store

# In this order a page tells them: what the seeker did first, then what a term or a rule does.
_TOLD = (Cause.STOPPED, Cause.REGISTRATION, Cause.SCHOOL, Cause.TERMS, Cause.NO_PROFILE)


@dataclass(frozen=True)
class ClassReach:
    """One kind of organisation. units: how many see the profile today."""

    in_range: bool
    units: int


@dataclass(frozen=True)
class TermsToAgree:
    """A newer version waits. agree_by: last day on which the present agreement suffices, None without one."""

    code: str
    agree_by: date | None


@dataclass(frozen=True)
class OwnReach:
    """How a seeker stands today. hindrances: what keeps the profile from everybody, the weightiest first.

    excluded_until: last day of the school rule (seed 004 S-Q1), None when it does not apply or has no end yet.
    held: kinds of text that wait for the office. office: where the registration is kept. blocks: units blocked.
    """

    hindrances: tuple[Cause, ...]
    private: ClassReach
    municipal: ClassReach
    valid_from: date
    valid_until: date
    excluded_until: date | None
    stopped_at: datetime | None
    terms: TermsToAgree | None
    held: tuple[str, ...]
    office: Named
    blocks: int

    @property
    def shown(self) -> bool:
        """Whether nothing keeps the profile from organisations in range."""
        return not self.hindrances


def own_reach(session: Session, clock: Clock, actor: Actor) -> OwnReach:
    """How the seeker who asks stands today. Raises Forbidden. Sources: seed 004 S-Q1, S-Q3, S-Q5; rulings R3, R10."""
    with query(session):
        seeker_id = seeker_of(actor, Permission.SEEKER_HOME_READ)
        today = jst_day(clock.now())
        row, data = seeker_store.row(session, seeker_id), profile_store.row(session, seeker_id)
        columns = profile_store.reach_columns(data)
        found = {
            unit_class: causes(ReachFacts(**columns, blocked=False, unit_class=unit_class), today)
            for unit_class in UnitClass
        }
        units = store.units(session, seeker_id, today)
        by_class = {
            unit_class: ClassReach(Cause.RANGE not in against, 0 if against else units[unit_class])
            for unit_class, against in found.items()
        }
        eligibility = CompiledEligibility(data["eligible_from"], data["never_eligible"])
        return OwnReach(
            hindrances=tuple(c for c in _TOLD if all(c in against for against in found.values())),
            private=by_class[UnitClass.PRIVATE],
            municipal=by_class[UnitClass.MUNICIPAL],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            excluded_until=None if eligibility.covers(today) else eligibility.excluded_until,
            stopped_at=row["stopped_at"],
            terms=_terms(session, seeker_id, data["terms_until"], today),
            held=tuple(profile_store.held(session, seeker_id)),
            office=_office(session, row["office_code"]),
            blocks=store.blocks(session, seeker_id),
        )


def _terms(session: Session, seeker_id: int, until: date | None, today: date) -> TermsToAgree | None:
    newest = version_to_agree(consent.versions(session), today)
    last = next(iter(consent.consents(session, seeker_id)), None)
    if newest is None or (last is not None and last.given and last.version == newest.code):
        return None
    return TermsToAgree(newest.code, None if until == NEVER_AGREED else until)


def _office(session: Session, office_code: str) -> Named:
    row = code.names(session, "office").get(office_code)
    return Named(office_code, row.name_ja, row.name_en) if row else Named(office_code, "")
