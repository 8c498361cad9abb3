"""Texts that wait for the office: showing what was found, and releasing, replacing or refusing them.

A finding is a question, not a verdict: the office reads and decides (matching rules 12.5, 30).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.domain.actor import Actor
from portal.domain.answer import check_text
from portal.domain.permission import Permission
from portal.domain.profile import LONGEST_TEXT
from portal.domain.refusal import Conflict, Invalid, NotFound
from portal.domain.screening.finding import Finding, FindingKind
from portal.services import scope
from portal.services.history import record
from portal.services.profile import found_in
from portal.services.use_case import Trail, query, use_case
from portal.store import profile as store
from portal.store import seeker as seeker_store

LONGEST_REASON = 500
LONGEST_LIST = 200


@dataclass(frozen=True)
class Waiting:
    """One line of the office's list, without the words. kinds: what was found."""

    office_id: str
    kind: str
    kinds: tuple[FindingKind, ...]
    held_at: datetime


@dataclass(frozen=True)
class HeldText:
    """A waiting text as the office reads it: its parts, each with what was found there or None."""

    kind: str
    text: str
    parts: tuple[tuple[str, FindingKind | None], ...]
    kinds: tuple[FindingKind, ...]
    held_at: datetime
    published: str
    version: int


def waiting(session: Session, actor: Actor) -> tuple[Waiting, ...]:
    """The texts that wait for this office, oldest first. Raises Forbidden."""
    with query(session):
        office = scope.office_of(actor, Permission.OFFICE_TEXT_REVIEW)
        return tuple(
            Waiting(
                scope.public_id(row["office_id"]),
                row["kind"],
                _kinds(store.opened_findings(row["findings"])),
                row["held_at"],
            )
            for row in store.waiting(session, office, LONGEST_LIST)
        )


def read(session: Session, clock: Clock, actor: Actor, office_id: str, kind: str) -> HeldText:
    """One waiting text; reading it is recorded, because it may name somebody. Raises NotFound, Forbidden."""
    with use_case(session, clock, actor, "seeker.text.read") as trail:
        row = scope.find(session, actor, Permission.OFFICE_TEXT_REVIEW, office_id)
        trail.subject("seeker", row["id"])
        trail.fact(text=_known(kind))
        held = _held(session, row, kind)
        return HeldText(
            kind,
            held.text,
            marked(held.text, held.findings),
            _kinds(held.findings),
            held.held_at,
            store.texts(session, row["id"]).get(kind, ""),
            row["version"],
        )


def release(
    session: Session, clock: Clock, actor: Actor, office_id: str, kind: str, reason: str, *, seen: int | None
) -> None:
    """Publish the text as it is, because nothing in it tells who wrote it. Raises Invalid (reason), Conflict."""
    with use_case(session, clock, actor, "seeker.text.release") as trail:
        row, held = _lock(session, trail, actor, office_id, kind, seen)
        why = check_text(reason, longest=LONGEST_REASON, field="reason")
        _settle(session, row, held, "released", trail, actor, published=held.text, reason=why)


def replace(
    session: Session, clock: Clock, actor: Actor, office_id: str, kind: str, text: str, *, seen: int | None
) -> None:
    """Publish another text, agreed with the seeker. Raises Invalid (text: "still_found"), Conflict."""
    with use_case(session, clock, actor, "seeker.text.replace") as trail:
        row, held = _lock(session, trail, actor, office_id, kind, seen)
        new = check_text(text, longest=LONGEST_TEXT)
        if found_in(seeker_store.identity(session, row["id"]), new):
            raise Invalid({"text": ["still_found"]})
        _settle(session, row, held, "replaced", trail, actor, published=new)


def refuse(
    session: Session, clock: Clock, actor: Actor, office_id: str, kind: str, reason: str, *, seen: int | None
) -> None:
    """Do not publish it; the last approved text stays. Raises Invalid (reason), Conflict."""
    with use_case(session, clock, actor, "seeker.text.refuse") as trail:
        row, held = _lock(session, trail, actor, office_id, kind, seen)
        why = check_text(reason, longest=LONGEST_REASON, field="reason")
        _settle(session, row, held, "refused", trail, actor, published=None, reason=why)


def marked(text: str, findings: tuple[Finding, ...]) -> tuple[tuple[str, FindingKind | None], ...]:
    """A text cut at its findings, which do not overlap."""
    parts: list[tuple[str, FindingKind | None]] = []
    at = 0
    for finding in sorted(findings, key=lambda found: found.start):
        if finding.start > at:
            parts.append((text[at : finding.start], None))
        parts.append((text[max(at, finding.start) : finding.end], finding.kind))
        at = max(at, finding.end)
    if at < len(text):
        parts.append((text[at:], None))
    return tuple(parts)


def _lock(
    session: Session, trail: Trail, actor: Actor, office_id: str, kind: str, seen: int | None
) -> tuple[RowMapping, store.Held]:
    row = scope.lock(session, actor, Permission.OFFICE_TEXT_REVIEW, office_id, seen)
    trail.subject("seeker", row["id"])
    trail.fact(text=_known(kind))
    try:
        return row, _held(session, row, kind)
    except NotFound:
        raise Conflict from None


def _settle(
    session: Session,
    row: RowMapping,
    held: store.Held,
    state: str,
    trail: Trail,
    actor: Actor,
    *,
    published: str | None,
    reason: str = "",
) -> None:
    shown = store.texts(session, row["id"]).get(held.kind, "")
    store.settle(session, row["id"], held.kind, state, trail.now, actor.account_id)
    if published is not None:
        store.publish(session, row["id"], held.kind, published, trail.now)
    after = {
        "text": held.kind,
        "decision": state,
        "reason": reason,
        "shown": shown if published is None else published,
    }
    record(
        session,
        row,
        "text",
        trail,
        actor,
        before={"text": held.kind, "held": held.text, "shown": shown},
        after=after,
    )


def _held(session: Session, row: RowMapping, kind: str) -> store.Held:
    found = store.held(session, row["id"]).get(_known(kind))
    if found is None:
        raise NotFound
    return found


def _known(kind: str) -> str:
    if kind not in ("pr", "experience"):
        raise NotFound
    return kind


def _kinds(findings: tuple[Finding, ...]) -> tuple[FindingKind, ...]:
    return tuple(dict.fromkeys(finding.kind for finding in findings))
