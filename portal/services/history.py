"""The history of a registration: what was, what is, who changed it; sealed, for the office only."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.permission import Permission
from portal.services import scope
from portal.services.use_case import Trail, use_case
from portal.store import consent
from portal.store import seeker as store
from portal.store.seeker import Change

__all__ = ["Change", "history", "record"]


def record(
    session: Session,
    row: RowMapping,
    kind: str,
    trail: Trail,
    actor: Actor,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Keep a change and count it; ``row`` is the seeker's row as it was locked."""
    store.add_change(
        session,
        row["id"],
        kind,
        trail.now,
        account_id=actor.account_id,
        office_code=actor.office_code,
        before=before,
        after=after,
    )
    store.change(session, row["id"], updated_at=trail.now, version=row["version"] + 1)


def history(session: Session, clock: Clock, actor: Actor, office_id: str) -> tuple[Change, ...]:
    """Every change, newest first. Earlier identities are in it, so looking is itself recorded.

    Raises NotFound, Forbidden.
    """
    with use_case(session, clock, actor, "seeker.history.read") as trail:
        found = scope.find(session, actor, Permission.OFFICE_SEEKER_READ, office_id)
        trail.subject("seeker", found["id"])
        terms = consent.first_days(session)
        return tuple(_with_days(change, terms) for change in store.changes(session, found["id"]))


def _with_days(change: Change, terms: Mapping[str, date]) -> Change:
    """Versions of the terms by their first day instead of their code, where the version is loaded."""
    before, after = (
        {**values, "terms": terms.get(str(values["terms"]), values["terms"])} if "terms" in values else values
        for values in (change.before, change.after)
    )
    return replace(change, before=before, after=after)
