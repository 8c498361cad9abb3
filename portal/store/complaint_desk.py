"""What the desks of complaints at offices and bureaus ask of the database beside the cases: lists, counts, people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from portal.calendar.day import day_start
from portal.domain.complaint import LIVE, Act, Desk, DeskPlace
from portal.domain.complaint_desk import REMIND_AFTER, DeskFilter, Wanted
from portal.store import complaint as cases
from portal.store.account import post_in_force
from portal.store.condition import all_of
from portal.store.keyring import keyring
from portal.store.tables import account, complaint, complaint_event, post, seeker, unit

_LIVE = complaint.c.state.in_([state.value for state in LIVE])


def _due(on: date) -> ColumnElement[bool]:
    """The internal reminder has come; says the same as `portal.domain.complaint_desk`, which a test compares."""
    untouched = [
        and_(
            complaint.c.state == state.value,
            complaint.c.touched_at < day_start(on - timedelta(days=days - 1)),
        )
        for state, days in REMIND_AFTER.items()
    ]
    return and_(
        _LIVE, or_(complaint.c.remind_on <= on, and_(complaint.c.remind_on.is_(None), or_(*untouched)))
    )


def wanted(place: DeskPlace, asked: DeskFilter, on: date) -> ColumnElement[bool]:
    """The cases of a desk that a filter asks for."""
    groups = {Wanted.LIVE: _LIVE, Wanted.NEW: and_(_LIVE, complaint.c.new_to_desk), Wanted.DUE: _due(on)}
    parts = [cases.of_desk(place), groups.get(asked.wanted, true())]
    if asked.state is not None:
        parts.append(complaint.c.state == asked.state.value)
    if asked.kind is not None:
        parts.append(complaint.c.kind == asked.kind.value)
    if asked.opened_by is not None:
        parts.append(complaint.c.opened_by == asked.opened_by.value)
    if asked.number:
        parts.append(complaint.c.number.contains(asked.number, autoescape=True))
    return all_of(*parts)


@dataclass(frozen=True)
class Counts:
    """Cases of a desk that are not over: all, those with something new, those whose reminder has come."""

    live: int
    new: int
    due: int


def counts(session: Session, place: DeskPlace, on: date) -> Counts:
    """How much lies on a desk, in one statement."""
    row = session.execute(
        select(
            func.count().label("live"),
            func.count().filter(complaint.c.new_to_desk).label("new"),
            func.count().filter(_due(on)).label("due"),
        ).where(cases.of_desk(place), _LIVE)
    ).one()
    return Counts(row.live, row.new, row.due)


def has_desk(session: Session, office_code: str, on: date) -> bool:
    """Whether an office has somebody with the post of 苦情申出等受付担当者 on a day who can sign in.

    A post whose account is closed, or was never opened with a password, is nobody.
    """
    return bool(session.execute(select(_desk_post(office_code, on, opened=True))).scalar_one())


def _desk_post(office_code: str, on: date, *, opened: bool = False) -> ColumnElement[bool]:
    """opened: with a password, which not every audience's database role may look at."""
    desk, person = post.alias("desk_post"), account.alias("desk_person")
    # Named, because an asterisk would ask for every column of accounts, which hardly any role may read.
    return exists(desk.c.id).where(
        desk.c.role == "office_desk",
        desk.c.office_code == office_code,
        desk.c.since <= on,
        or_(desk.c.until.is_(None), desk.c.until > on),
        person.c.id == desk.c.account_id,
        person.c.closed_at.is_(None),
        person.c.password_hash.is_not(None) if opened else true(),
    )


def staffed(session: Session, on: date) -> frozenset[str]:
    """The offices where somebody has a post on a day. Closing an account ends its posts; whether accounts are closed
    is asked too, as far as the audience's database role sees those of staff."""
    gone = exists(account.c.id).where(account.c.id == post.c.account_id, account.c.closed_at.is_not(None))
    found = select(post.c.office_code).where(post.c.office_code.is_not(None), post_in_force(on), ~gone)
    return frozenset(session.scalars(found.distinct()))


def handed_over_since(session: Session, complaint_id: int, since: datetime) -> int:
    """How often a case was handed over from an instant on."""
    return session.execute(
        select(func.count()).where(
            complaint_event.c.complaint_id == complaint_id,
            complaint_event.c.act == Act.HAND_OVER.value,
            complaint_event.c.at >= since,
        )
    ).scalar_one()


def unit_keys(session: Session, unit_ids: Collection[int]) -> dict[int, bytes]:
    """The keys under which units see pseudonyms."""
    rows = session.execute(select(unit.c.id, unit.c.token_key_sealed).where(unit.c.id.in_(tuple(unit_ids))))
    keys = keyring(session)
    return {row.id: keys.open_bytes("unit.token_key", row.id, row.token_key_sealed) for row in rows}


def desk_people(place: DeskPlace, on: date) -> Select[tuple[int]]:
    """The accounts that work at a desk on a day; at an office without the post its clerks, who stand in."""
    if place.desk is Desk.BUREAU:
        where = and_(post.c.role == "bureau_clerk", post.c.bureau_code == place.code)
    else:
        stands_in = and_(post.c.role == "office_clerk", ~_desk_post(place.code, on))
        where = and_(post.c.office_code == place.code, or_(post.c.role == "office_desk", stands_in))
    return select(post.c.account_id).where(where, post_in_force(on))


def registered_at(session: Session, seeker_id: int) -> tuple[str, bytes]:
    """The office that registered a seeker, and the seeker's public id on its pages."""
    row = session.execute(
        select(seeker.c.office_code, seeker.c.office_id).where(seeker.c.id == seeker_id)
    ).one()
    return row.office_code, row.office_id


def handed_over_under(session: Session, public_id: bytes, account_id: int | None, form_key: str) -> bool:
    """Whether this person has handed a case over with this very form."""
    found = (
        select(complaint_event.c.id)
        .join(complaint, complaint.c.id == complaint_event.c.complaint_id)
        .where(
            complaint.c.public_id == public_id,
            complaint_event.c.act == Act.HAND_OVER.value,
            complaint_event.c.account_id == account_id,
            complaint_event.c.form_key == form_key,
        )
    )
    return session.execute(found).first() is not None
