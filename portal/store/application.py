"""Applications: rows by key, ref or number, lists, second applications, what the clock does with them.

What an application says is sealed; in clear stand only the class, the number without 枝番, the corporation number and
the name, because lists and the search for second applications ask for them (ruling R2).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.domain import application_content, application_decision
from portal.domain.application import Kind, Source, State
from portal.domain.application_content import Content
from portal.domain.application_decision import Decision
from portal.domain.entry import narrow
from portal.domain.folding import compact
from portal.domain.reach import UnitClass
from portal.store.keyring import keyring
from portal.store.tables import (
    application,
    application_check,
    application_event,
    unit,
)

_CONTENT = "application.content"
_DECISION = "application.decision"


@dataclass(frozen=True)
class Line:
    """One application without what is sealed; ids stay inside."""

    id: int
    public_id: bytes
    kind: Kind
    state: State
    source: Source
    unit_id: int | None
    unit_public_id: bytes | None
    bureau_code: str
    case_number: str
    unit_class: UnitClass | None
    unit_number: str
    corporation_number: str
    name: str
    search_key: str
    revision: int
    made_at: datetime
    touched_at: datetime
    corrected_at: datetime | None
    received_on: date | None
    decided_on: date | None
    effective_on: date | None
    applied_at: datetime | None


@dataclass(frozen=True)
class Row:
    """One application, opened."""

    line: Line
    content: Content
    decision: Decision | None


def hashed(key: str) -> bytes:
    """What is kept of the key in an address; 128 random bits need no slow hash."""
    return hashlib.sha256(key.encode("utf-8", "backslashreplace")).digest()


_LINE = (
    *(application.c[name] for name in Line.__dataclass_fields__ if name != "unit_public_id"),
    unit.c.public_id.label("unit_public_id"),
)
_JOINED = application.outerjoin(unit, unit.c.id == application.c.unit_id)


def add(
    session: Session, now: datetime, *, public_id: bytes, kind: Kind, content: Content, **values: Any
) -> int:
    """A new application. Returns its inside number."""
    made = session.execute(
        insert(application)
        .values(
            public_id=public_id,
            kind=kind.value,
            content_sealed=_sealed(session, public_id, content),
            made_at=now,
            touched_at=now,
            **values,
        )
        .returning(application.c.id)
    )
    return int(made.scalar_one())


def change(session: Session, row: Line, now: datetime, **values: Any) -> None:
    """Overwrite columns of a locked application and count its revision on. content, decision: are sealed here."""
    if "content" in values:
        values["content_sealed"] = _sealed(session, row.public_id, values.pop("content"))
    if "decision" in values:
        text = application_decision.pack(values.pop("decision"))
        values["decision_sealed"] = keyring(session).seal(_DECISION, row.public_id.hex(), text)
    session.execute(
        update(application)
        .where(application.c.id == row.id)
        .values(touched_at=now, revision=application.c.revision + 1, **values)
    )


def by_key(session: Session, key: str) -> int | None:
    """The application behind the key in an address, or None."""
    return _one(session, application.c.key_hash == hashed(key))


def by_ref(session: Session, public_id: bytes, *, unit_id: int | None = None) -> int | None:
    """The application behind a ref; of one unit if given."""
    where = application.c.public_id == public_id
    return _one(session, where if unit_id is None else and_(where, application.c.unit_id == unit_id))


def at_bureau(session: Session, public_id: bytes, bureau_code: str) -> int | None:
    """The application behind a ref, if this bureau holds it and it is no draft (rulings R15, 43)."""
    return _one(session, and_(application.c.public_id == public_id, held_by(bureau_code)))


def numbered(session: Session, case_number: str, bureau_code: str) -> int | None:
    """As ``at_bureau``, by the number on the paper."""
    return _one(session, and_(application.c.case_number == case_number, held_by(bureau_code)))


def held_by(bureau_code: str) -> ColumnElement[bool]:
    """What a bureau sees: its own, and nothing that its applicant is still writing."""
    return and_(application.c.bureau_code == bureau_code, application.c.state != State.DRAFT.value)


def _one(session: Session, where: ColumnElement[bool]) -> int | None:
    return session.execute(select(application.c.id).where(where)).scalar_one_or_none()


def lock(session: Session, application_id: int) -> None:
    """Let one act on an application finish before the next begins."""
    session.execute(select(application.c.id).where(application.c.id == application_id).with_for_update())


def row(session: Session, application_id: int) -> Row | None:
    """One application, opened; None when it was deleted meanwhile."""
    found = (
        session.execute(
            select(*_LINE, application.c.content_sealed, application.c.decision_sealed)
            .select_from(_JOINED)
            .where(application.c.id == application_id)
        )
        .mappings()
        .one_or_none()
    )
    if found is None:
        return None
    keys, name = keyring(session), found["public_id"].hex()
    sealed = found["decision_sealed"]
    return Row(
        _line(found),
        application_content.unpack(keys.open(_CONTENT, name, found["content_sealed"])),
        None if sealed is None else application_decision.unpack(keys.open(_DECISION, name, sealed)),
    )


def _sealed(session: Session, public_id: bytes, content: Content) -> bytes:
    return keyring(session).seal(_CONTENT, public_id.hex(), application_content.pack(content))


def _line(found: RowMapping) -> Line:
    texts = ("bureau_code", "case_number", "unit_number", "corporation_number")
    values = {name: found[name] for name in Line.__dataclass_fields__} | {
        name: found[name] or "" for name in texts
    }
    made = {
        "kind": Kind(found["kind"]),
        "state": State(found["state"]),
        "source": Source(found["source"]),
        "unit_class": UnitClass(found["unit_class"]) if found["unit_class"] else None,
    }
    return Line(**{**values, **made})


# Lists


def lines(
    session: Session, *where: ColumnElement[bool], order: Iterable[Any] = (), most: int | None = None
) -> list[Line]:
    """Applications without what is sealed; the newest first, unless asked otherwise."""
    statement = select(*_LINE).select_from(_JOINED).where(*where)
    statement = statement.order_by(*(tuple(order) or (application.c.id.desc(),)))
    if most is not None:
        statement = statement.limit(most)
    return [_line(found) for found in session.execute(statement).mappings()]


def listed(
    session: Session,
    bureau_code: str,
    *,
    states: Iterable[State],
    kinds: Iterable[Kind],
    unit_class: UnitClass | None,
    text: str,
    received: tuple[date | None, date | None],
    after: bytes | None,
    most: int,
) -> list[Line]:
    """What a bureau asks for, the newest first. after: begin behind this application."""
    where = [held_by(bureau_code)]
    wanted = [state.value for state in states] or [
        state.value for state in State if state not in (State.DRAFT, State.READY)
    ]
    where.append(application.c.state.in_(wanted))
    if kinds:
        where.append(application.c.kind.in_([kind.value for kind in kinds]))
    if unit_class is not None:
        where.append(application.c.unit_class == unit_class.value)
    if received[0] is not None:
        where.append(application.c.received_on >= received[0])
    if received[1] is not None:
        where.append(application.c.received_on <= received[1])
    if text.strip():
        where.append(_says(text))
    if after is not None:
        begin = select(application.c.id).where(application.c.public_id == after, held_by(bureau_code))
        where.append(application.c.id < begin.scalar_subquery())
    return lines(session, *where, most=most)


def _says(text: str) -> ColumnElement[bool]:
    """Name or reading, number of the unit, or number on the paper."""
    found = [application.c.search_key.contains(compact(text), autoescape=True)] if compact(text) else []
    number = narrow(text).upper()
    found += [
        column.contains(number, autoescape=True)
        for column in (application.c.unit_number, application.c.case_number)
    ]
    return or_(*found)


def of_unit(session: Session, unit_id: int) -> list[Line]:
    """Every application of a unit, the newest first."""
    return lines(session, application.c.unit_id == unit_id)


def approved(session: Session, unit_id: int, most: int) -> list[int]:
    """The approved applications of a unit, the newest first."""
    found = (
        select(application.c.id)
        .where(application.c.unit_id == unit_id, application.c.state == State.APPROVED.value)
        .order_by(application.c.decided_on.desc(), application.c.id.desc())
        .limit(most)
    )
    return [int(number) for number in session.execute(found).scalars()]


def states(session: Session, bureau_code: str) -> dict[State, int]:
    """How many a bureau has in each state."""
    counted = (
        select(application.c.state, func.count()).where(held_by(bureau_code)).group_by(application.c.state)
    )
    return {State(state): int(number) for state, number in session.execute(counted)}


def alike(
    session: Session,
    line: Line,
    numbers: Iterable[str],
    *,
    most: int,
) -> list[Line]:
    """Other applications at the same bureau that may be of the same applicant, decided against or not."""
    same = [and_(application.c.unit_class == line.unit_class, application.c.unit_number.in_(tuple(numbers)))]
    if line.corporation_number:
        same.append(application.c.corporation_number == line.corporation_number)
    if line.search_key:
        same.append(application.c.search_key == line.search_key)
    return lines(session, held_by(line.bureau_code), application.c.id != line.id, or_(*same), most=most)


# What the clock does


def due(session: Session, on: date, most: int) -> list[int]:
    """Approved ones whose day has come and whose unit does not say so yet."""
    found = (
        select(application.c.id)
        .where(
            application.c.state == State.APPROVED.value,
            application.c.applied_at.is_(None),
            application.c.effective_on <= on,
        )
        .order_by(application.c.effective_on, application.c.id)
        .limit(most)
    )
    return [int(number) for number in session.execute(found).scalars()]


def forget(session: Session, drafts_before: datetime, ready_before: datetime) -> int:
    """Delete what nobody has touched for so long and no bureau has received; how many."""
    old = or_(
        and_(application.c.state == State.DRAFT.value, application.c.touched_at < drafts_before),
        and_(application.c.state == State.READY.value, application.c.touched_at < ready_before),
    )
    return _delete(session, old)


def forget_one(session: Session, application_id: int) -> None:
    """Delete one that was never received, with its history."""
    _delete(session, application.c.id == application_id)


def _delete(session: Session, where: ColumnElement[bool]) -> int:
    found = select(application.c.id).where(where).with_for_update()
    gone = [int(number) for number in session.execute(found).scalars()]
    for table in (application_event, application_check):
        session.execute(delete(table).where(table.c.application_id.in_(gone)))
    session.execute(delete(application).where(application.c.id.in_(gone)))
    return len(gone)


def has_open(session: Session, unit_id: int, kind: Kind) -> bool:
    """Whether the unit has one of this kind that is not decided yet."""
    open_ones = ("draft", "ready", "received", "returned")
    return bool(
        session.execute(
            select(
                exists().where(
                    application.c.unit_id == unit_id,
                    application.c.kind == kind.value,
                    application.c.state.in_(open_ones),
                )
            )
        ).scalar_one()
    )


def own_end() -> ColumnElement[bool]:
    """Of a row of the unit: its validity ends because its own 利用停止 was recorded, and nothing prolonged it since."""
    return exists().where(
        application.c.unit_id == unit.c.id,
        application.c.kind == Kind.END.value,
        application.c.state == State.APPROVED.value,
        application.c.effective_on > unit.c.valid_until,
    )


def ends_by_own_wish(session: Session, unit_id: int) -> bool:
    """Whether the last day of a unit is that of its own 利用停止 (seed 004 P-Q2)."""
    return session.execute(select(unit.c.id).where(unit.c.id == unit_id, own_end())).one_or_none() is not None
