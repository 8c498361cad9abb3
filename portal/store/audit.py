"""Writing and reading the audit trail."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.domain.actor import Actor
from portal.store.bulk import insert_all
from portal.store.tables import audit

# Built once: every use case adds a line, and building the statement costs more than running it.
_ADD = insert(audit)


def record(
    session: Session,
    at: datetime,
    actor: Actor,
    kind: str,
    *,
    subject: tuple[str, int] | None = None,
    reason: str | None = None,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Add one line. A ``reason`` means the act was refused.

    Facts hold numbers, days and codes, never names or texts.
    """
    session.execute(_ADD, _line(at, actor, kind, subject, reason, facts or {}))


def record_done(
    session: Session,
    at: datetime,
    actor: Actor,
    kind: str,
    done: Iterable[tuple[tuple[str, int], Mapping[str, object]]],
) -> None:
    """Add one line for each of several acts of one kind that were done: subject and facts."""
    insert_all(session, audit, [_line(at, actor, kind, subject, None, facts) for subject, facts in done])


def _line(
    at: datetime,
    actor: Actor,
    kind: str,
    subject: tuple[str, int] | None,
    reason: str | None,
    facts: Mapping[str, object],
) -> dict[str, object]:
    return {
        "at": at,
        "actor_kind": actor.kind,
        "account_id": actor.account_id,
        "unit_id": actor.unit_id,
        "membership_id": actor.membership_id,
        "office_code": actor.office_code,
        "bureau_code": actor.bureau_code,
        "kind": kind,
        "subject_kind": subject[0] if subject else None,
        "subject_id": subject[1] if subject else None,
        "outcome": "refused" if reason else "done",
        "reason": reason,
        "facts": json.dumps(dict(facts), default=str, sort_keys=True),
        "request_id": actor.request_id,
    }
