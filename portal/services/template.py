"""Texts that a unit keeps for using again (文例): keeping, changing, removing and putting back.

A text belongs to the department or contractor of whoever made it and is used and changed by its people; the officer
and the contact see all (our reading of ruling R13, said on the page).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.calendar.clock import Clock
from portal.calendar.day import jst_day
from portal.domain.actor import Actor
from portal.domain.entry import Typed
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.domain.template import KEPT_AFTER_REMOVAL, MOST_TEMPLATES, read_template
from portal.services import public_id
from portal.services.acting import require_acting
from portal.services.use_case import Trail, query, use_case
from portal.store import template as store
from portal.store.acting import Acting


@dataclass(frozen=True)
class Template:
    """One text. ref: for addresses. place: department or contractor, "" = the unit itself. by: who made it.

    revision: of what is shown, to be sent back with a change.
    """

    ref: str
    title: str
    text: str
    place: str
    by: str
    changed_at: datetime
    revision: int


@dataclass(frozen=True)
class Templates:
    """All that somebody sees: those in use, and those that were removed in the last 24 hours."""

    kept: tuple[Template, ...]
    removed: tuple[Template, ...]


def templates(session: Session, clock: Clock, actor: Actor) -> Templates:
    """The texts of one's own department or contractor; for officer and contact all. Raises Forbidden, NotFound."""
    with query(session):
        now = clock.now()
        unit = _writing(session, clock, actor)
        rows = store.seen(session, unit.unit_id, unit.member)
        return Templates(
            tuple(_shown(row) for row in rows if row.removed_at is None),
            tuple(
                _shown(row)
                for row in rows
                if row.removed_at is not None and now - row.removed_at < KEPT_AFTER_REMOVAL
            ),
        )


def template(session: Session, clock: Clock, actor: Actor, ref: str) -> Template:
    """One text in use. Raises Forbidden, and NotFound for what this person does not see."""
    with query(session):
        row = _row(session, _writing(session, clock, actor), ref)
        if row.removed_at is not None:
            raise NotFound
        return _shown(row)


def add(session: Session, clock: Clock, actor: Actor, typed: Typed) -> str:
    """Keep a new text for one's own department or contractor; its ref. The very same once more changes nothing.

    Raises Invalid as `portal.domain.template.read_template`, "template_name_taken" on "title", and
    "templates_full" (most) of the form; Forbidden.
    """
    with use_case(session, clock, actor, "template.add") as trail:
        unit = _changing(session, clock, actor, trail)
        title, text = read_template(typed)
        for row in store.seen(session, unit.unit_id, unit.member):
            if row.title == title and row.removed_at is None and _here(unit, row):
                if row.text == text:
                    trail.silent()
                    return public_id.shown(row.public_id)
                raise Invalid({"title": ["template_name_taken"]})
        if store.count(session, unit.unit_id, unit.member) >= MOST_TEMPLATES:
            raise Invalid({"": ["templates_full"]}, most=MOST_TEMPLATES)
        fresh = secrets.token_bytes(16)
        number = store.add(
            session, unit.unit_id, unit.membership_id, unit.member, fresh, title, text, trail.now
        )
        trail.subject("template", number)
        return public_id.shown(fresh)


def change(session: Session, clock: Clock, actor: Actor, ref: str, typed: Typed, revision: int) -> None:
    """Another title or text. The same again changes nothing.

    Raises as ``add``, NotFound, and Conflict when somebody changed or removed it since ``revision`` was shown.
    """
    with use_case(session, clock, actor, "template.change") as trail:
        unit = _changing(session, clock, actor, trail)
        row = _row(session, unit, ref)
        trail.subject("template", row.id)
        title, text = read_template(typed)
        if row.removed_at is None and (row.title, row.text) == (title, text):
            trail.silent()
            return
        if row.removed_at is not None or row.revision != revision:
            raise Conflict
        if _title_taken(session, unit, row, title):
            raise Invalid({"title": ["template_name_taken"]})
        store.change(session, row, title, text, trail.now)


def remove(session: Session, clock: Clock, actor: Actor, ref: str) -> None:
    """Remove one; it can be put back for 24 hours. Removing it again changes nothing. Raises NotFound."""
    with use_case(session, clock, actor, "template.remove") as trail:
        unit = _changing(session, clock, actor, trail)
        row = _row(session, unit, ref)
        trail.subject("template", row.id)
        if row.removed_at is not None:
            trail.silent()
            return
        store.remove(session, row, trail.now)


def restore(session: Session, clock: Clock, actor: Actor, ref: str) -> None:
    """Put one back. Raises NotFound, also when it is gone for good; Invalid "templates_full" without room, and
    "template_name_taken" on "title" when another has its title by now."""
    with use_case(session, clock, actor, "template.restore") as trail:
        unit = _changing(session, clock, actor, trail)
        row = _row(session, unit, ref)
        trail.subject("template", row.id)
        if row.removed_at is None:
            trail.silent()
            return
        if _title_taken(session, unit, row, row.title):
            raise Invalid({"title": ["template_name_taken"]})
        if store.count(session, unit.unit_id, unit.member) >= MOST_TEMPLATES:
            raise Invalid({"": ["templates_full"]}, most=MOST_TEMPLATES)
        store.remove(session, row, None)


def forget_removed(session: Session, clock: Clock, actor: Actor) -> int:
    """The worker deletes for good what was removed more than 24 hours ago; how many that were."""
    with use_case(session, clock, actor, "template.forget") as trail:
        forgotten = store.forget(session, trail.now - KEPT_AFTER_REMOVAL)
        trail.fact(templates=forgotten)
        if not forgotten:
            trail.silent()
        return forgotten


def _writing(session: Session, clock: Clock, actor: Actor) -> Acting:
    if not may(actor, Permission.UNIT_TEMPLATE_USE):
        raise Forbidden
    return require_acting(session, actor, jst_day(clock.now()))


def _changing(session: Session, clock: Clock, actor: Actor, trail: Trail) -> Acting:
    """The acting unit with its texts locked, those that were removed long ago gone."""
    unit = _writing(session, clock, actor)
    store.lock(session, unit.unit_id)
    store.forget(session, trail.now - KEPT_AFTER_REMOVAL, unit.unit_id)
    return unit


def _row(session: Session, unit: Acting, ref: str) -> store.Row:
    """Looked for in the same way whether or not the ref can be read."""
    raw = public_id.read(ref)
    for row in store.seen(session, unit.unit_id, unit.member):
        if row.public_id == raw:
            return row
    raise NotFound


def _title_taken(session: Session, unit: Acting, row: store.Row, title: str) -> bool:
    """Whether another text in use at the same place has this title."""
    return any(
        other.id != row.id
        and other.title == title
        and other.removed_at is None
        and (other.department, other.contractor) == (row.department, row.contractor)
        for other in store.seen(session, unit.unit_id, unit.member)
    )


def _here(unit: Acting, row: store.Row) -> bool:
    return (row.department, row.contractor) == (unit.letterhead.department, unit.letterhead.contractor_name)


def _shown(row: store.Row) -> Template:
    return Template(
        ref=public_id.shown(row.public_id),
        title=row.title,
        text=row.text,
        place=row.department or row.contractor,
        by=row.by,
        changed_at=row.changed_at,
        revision=row.revision,
    )
