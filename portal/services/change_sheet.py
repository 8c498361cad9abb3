"""What the change sheet shows: for the seeker who prints it at home, and for the counter."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.permission import Permission
from portal.domain.profile import ProfileView
from portal.domain.refusal import Forbidden
from portal.services import code, scope
from portal.services.profile import whole_view
from portal.services.use_case import query
from portal.store import profile as profile_store
from portal.store import seeker as seeker_store


@dataclass(frozen=True)
class ChangeSheetData:
    """Nothing of the identity: the sheet is printed without it."""

    view: ProfileView
    range_private: bool
    range_municipal: bool
    valid_until: date
    office_name: str
    on: date
    at: datetime


def own_change_sheet(session: Session, clock: Clock, actor: Actor) -> ChangeSheetData:
    """For the seeker who asks. Raises Forbidden for everybody else."""
    if actor.kind is not ActorKind.SEEKER or actor.seeker_id is None:
        raise Forbidden
    with query(session):
        return _data(session, clock, actor.seeker_id)


def office_change_sheet(session: Session, clock: Clock, actor: Actor, office_id: str) -> ChangeSheetData:
    """For a seeker of this office. Raises NotFound, Forbidden."""
    with query(session):
        row = scope.find(session, actor, Permission.OFFICE_SEEKER_READ, office_id)
        return _data(session, clock, row["id"])


def _data(session: Session, clock: Clock, seeker_id: int) -> ChangeSheetData:
    data = profile_store.row(session, seeker_id)
    office_code = seeker_store.row(session, seeker_id)["office_code"]
    office = code.names(session, "office").get(office_code)
    now = clock.now()
    return ChangeSheetData(
        whole_view(session, seeker_id, alias=""),
        data["range_private"],
        data["range_municipal"],
        data["valid_until"],
        office.name_ja if office else office_code,
        jst_day(now),
        now,
    )
