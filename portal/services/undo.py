"""Taking the last change of a range or a period back (元に戻す), at the office, on the day it was made.

History keeps both: the change, and that it was taken back. Nothing is taken back that something later rests on: only
the newest change of its kind, only while what it made still stands, and no taking back itself. Our own decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict
from portal.domain.registration import why_not_taken_back
from portal.services import scope
from portal.services.history import record
from portal.services.new_seeker import told_range, told_validity
from portal.services.use_case import query, use_case
from portal.store import profile as profile_store
from portal.store import seeker as seeker_store

KINDS = ("range", "validity")


@dataclass(frozen=True)
class Undoable:
    """A change that can be taken back, and what would be again: a range or the days of a registration."""

    kind: str
    private: bool | None = None
    municipal: bool | None = None
    valid_from: date | None = None
    valid_until: date | None = None


def undoable(session: Session, clock: Clock, actor: Actor, office_id: str) -> dict[str, Undoable]:
    """By kind, what can be taken back now. Holds no identity. Raises NotFound, Forbidden."""
    with query(session):
        row = scope.find(session, actor, Permission.OFFICE_SEEKER_CHANGE, office_id)
        today = jst_day(clock.now())
        data = profile_store.row(session, row["id"])
        found = [(kind, _before(session, row["id"], kind, data, today)) for kind in KINDS]
        return {kind: _undoable(kind, before) for kind, (before, why) in found if not why}


def undo(
    session: Session, clock: Clock, actor: Actor, office_id: str, kind: str, *, seen: int | None = None
) -> None:
    """Put back what was before the last change of this kind, as a change of its own.

    Raises NotFound, Forbidden, ValueError for another kind, and Conflict: "conflict" (somebody was faster), or as
    `portal.domain.registration.why_not_taken_back`.
    """
    if kind not in KINDS:
        raise ValueError(kind)
    with use_case(session, clock, actor, f"seeker.{kind}.undo") as trail:
        row = scope.lock(session, actor, Permission.OFFICE_SEEKER_CHANGE, office_id, seen)
        seeker_id = row["id"]
        trail.subject("seeker", seeker_id)
        data = profile_store.row(session, seeker_id)
        before, why = _before(session, seeker_id, kind, data, trail.today)
        if why:
            raise Conflict(why)
        again = _undoable(kind, before)
        if kind == "range":
            profile_store.change(
                session, seeker_id, range_private=again.private, range_municipal=again.municipal
            )
        else:
            profile_store.change(
                session, seeker_id, valid_from=again.valid_from, valid_until=again.valid_until
            )
        now = profile_store.row(session, seeker_id)
        record(
            session,
            row,
            kind,
            trail,
            actor,
            before=_told(kind, data),
            after=_told(kind, now) | {"act": "undone"},
        )


def _before(
    session: Session, seeker_id: int, kind: str, data: RowMapping, today: date
) -> tuple[Mapping[str, Any], str]:
    """What was before the newest change of a kind, and why that may not be taken back ("" = it may)."""
    newest = seeker_store.newest_change(session, seeker_id, kind)
    if newest is None or not newest.before:
        return {}, why_not_taken_back(None, today, stands=False, taken_back=False)
    made = {name: value for name, value in newest.after.items() if name != "act"}
    stands = made == {name: _kept(value) for name, value in _told(kind, data).items()}
    taken_back = newest.after.get("act") == "undone"
    why = why_not_taken_back(jst_day(newest.at), today, stands=stands, taken_back=taken_back)
    return newest.before, why


def _told(kind: str, data: RowMapping) -> dict[str, Any]:
    if kind == "range":
        return told_range(data["range_private"], data["range_municipal"])
    return told_validity(data["valid_from"], data["valid_until"])


def _kept(value: Any) -> Any:
    """As the history keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def _undoable(kind: str, before: Mapping[str, Any]) -> Undoable:
    if kind == "range":
        return Undoable(kind, private=before["private"], municipal=before["municipal"])
    return Undoable(
        kind,
        valid_from=date.fromisoformat(before["valid_from"]),
        valid_until=date.fromisoformat(before["valid_until"]),
    )
