"""The sheet a seeker takes home: a one-time code to open the account, or to get back into it.

The office hands it out at the counter, after having seen who stands there; an earlier sheet stops working.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict
from portal.services import code, scope
from portal.services.access_code import REISSUE_DAYS, IssuedCode, Purpose, make
from portal.services.use_case import query, use_case
from portal.store import account as accounts
from portal.store import complaint_people as people
from portal.store import outbox
from portal.store import seeker as store

__all__ = ["IssuedSheet", "Purpose", "SheetStanding", "issue", "standing"]


@dataclass(frozen=True)
class IssuedSheet:
    """What is printed, this one time. number_end: the last three digits of the registration number.

    line: where the registration stood in a file, on a sheet of a stack.
    """

    purpose: Purpose
    code: IssuedCode
    number_end: str
    office_name: str
    issued_on: date
    at: datetime
    line: int | None = None


@dataclass(frozen=True)
class SheetStanding:
    """Which sheet can be handed out, and what became of the last one.

    last_purpose, issued_at, last_day, used_at, revoked_at: of the newest code, None when there was none.
    """

    offers: tuple[Purpose, ...]
    last_purpose: Purpose | None = None
    issued_at: datetime | None = None
    last_day: date | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    failures: int = 0


def standing(session: Session, actor: Actor, office_id: str) -> SheetStanding:
    """What can be handed out to a seeker of this office. Raises NotFound, Forbidden."""
    with query(session):
        row = scope.find(session, actor, Permission.OFFICE_CODE_ISSUE, office_id)
        offers = _offers(session, row["id"])
        last = store.newest_code(session, row["id"])
        if last is None:
            return SheetStanding(offers)
        return SheetStanding(
            offers,
            Purpose(last["purpose"]),
            last["issued_at"],
            # The code ends with the midnight after its last day.
            date.fromordinal(jst_day(last["expires_at"]).toordinal() - 1),
            last["used_at"],
            last["revoked_at"],
            last["failures"],
        )


def issue(
    session: Session, clock: Clock, actor: Actor, office_id: str, purpose: Purpose, *, activation_days: int
) -> IssuedSheet:
    """A new code; earlier ones for the same thing stop working. ``activation_days``: how long a first code works.

    Raises Conflict when this kind of sheet is not (or no longer) what the seeker needs, NotFound, Forbidden.
    """
    with use_case(session, clock, actor, "seeker.code.issue") as trail:
        row = scope.find(session, actor, Permission.OFFICE_CODE_ISSUE, office_id)
        seeker_id = row["id"]
        trail.subject("seeker", seeker_id)
        trail.fact(purpose=purpose.value)
        if purpose not in _offers(session, seeker_id):
            raise Conflict
        if purpose is Purpose.ACTIVATION:
            made = make(
                session, trail.now, actor, purpose, days=activation_days, seeker_id=seeker_id, with_link=True
            )
        else:
            account = accounts.of_seeker(session, seeker_id)
            made = make(
                session,
                trail.now,
                actor,
                purpose,
                days=REISSUE_DAYS,
                account_id=account.id if account else None,
            )
            if account is not None:
                outbox.add(session, people.account_of_seeker(seeker_id), trail.now, outbox.ACCOUNT)
        trail.fact(last_day=made.last_day)
        office = code.names(session, "office").get(row["office_code"])
        return IssuedSheet(
            purpose,
            made,
            store.registration_number(session, seeker_id)[-3:],
            office.name_ja if office else row["office_code"],
            trail.today,
            trail.now,
        )


def _offers(session: Session, seeker_id: int) -> tuple[Purpose, ...]:
    account = accounts.of_seeker(session, seeker_id)
    if account is None:
        return (Purpose.ACTIVATION,)
    if account.closed_at is not None:
        return ()
    return (Purpose.PASSWORD, Purpose.SECOND_FACTOR) if account.has_second_factor else (Purpose.PASSWORD,)
