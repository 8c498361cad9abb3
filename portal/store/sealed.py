"""Every sealed column of the database, in one list: for changing the key of fields without losing a value.

A house test holds this list against the tables: a column whose name ends in ``_sealed`` and is not named here fails.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from portal.store.keyring import Keyring, keyring
from portal.store.tables import metadata


@dataclass(frozen=True)
class Sealed:
    """One column. by: the columns whose values the ciphertext is bound to, as its owner binds it; label: its label."""

    table: str
    column: str
    by: tuple[str, ...]

    @property
    def label(self) -> str:
        """As `Keyring.seal` was given it."""
        return f"{self.table}.{self.column.removesuffix('_sealed')}"

    def row(self, found: Any) -> str:
        """What the value of a row is bound to."""
        parts = (found[name] for name in self.by)
        return ":".join(part.hex() if isinstance(part, bytes) else str(part) for part in parts)


def _columns(table: str, columns: str, *by: str) -> list[Sealed]:
    return [Sealed(table, f"{column}_sealed", by) for column in columns.split()]


SEALED: Sequence[Sealed] = (
    *_columns("account", "sign_in_name display_name", "sign_in_key"),
    *_columns("account", "totp mail", "id"),
    *_columns("application", "content decision", "public_id"),
    *_columns("application_check", "note", "application_id", "item", "subject"),
    *_columns("application_event", "told noted", "id"),
    *_columns("complaint_event", "text", "complaint_id", "serial"),
    *_columns("complaint_note", "text", "key"),
    *_columns("complaint_transcript", "content", "key"),
    *_columns("correction", "text answer", "public_id"),
    *_columns("draft", "content", "account_id", "place_key"),
    *_columns("held_text", "text", "seeker_id"),
    *_columns("late_form", "content", "session_key"),
    *_columns("lawfulness", "statement", "send_id"),
    *_columns("message_report", "note", "public_id"),
    *_columns("registration_piece", "data", "job_id", "number"),
    *_columns("registration_refusal", "detail", "job_id", "line"),
    *_columns("saved_search", "content", "public_id"),
    *_columns("seeker_change", "detail", "seeker_id"),
    *_columns(
        "seeker_identity",
        "name kana birth_date sex phone mail residence employer school registration_number",
        "seeker_id",
    ),
    *_columns("template", "title text", "public_id"),
    *_columns("unit", "token_key", "id"),
    *_columns("unit_invitation", "display_name", "public_id"),
)

SESSION_SECRET, SESSION_LABEL = "totp", "session.totp"
"""The one sealed value that lies inside another: the second factor somebody is setting up (services/second_factor)."""


def _not_with(column: ColumnElement[Any], key: str) -> ColumnElement[bool]:
    """Whether a value is sealed with another key than this one; its name stands at the beginning."""
    head = bytes([len(key)]) + key.encode("ascii")
    return and_(column.is_not(None), func.substr(column, 1, len(head)) != literal(head))


def tables() -> dict[str, list[Sealed]]:
    """The sealed columns by table, in order."""
    found: dict[str, list[Sealed]] = {}
    for one in SEALED:
        found.setdefault(one.table, []).append(one)
    return found


def reseal(session: Session, table: str, after: Sequence[Any] | None, size: int) -> Sequence[Any] | None:
    """Seal some rows of a table with the current key; the last row looked at, None when there are no more.

    A value that somebody changed meanwhile stays as it is. The caller commits.
    """
    place, columns, keys = metadata.tables[table], tables()[table], keyring(session)
    own = list(place.primary_key.columns)
    asked = dict.fromkeys([*own, *(place.c[n] for one in columns for n in (*one.by, one.column))])
    found = select(*asked).where(or_(*(_not_with(place.c[one.column], keys.current) for one in columns)))
    if after is not None:
        found = found.where(
            tuple_(*own) > tuple_(*(literal(v, c.type) for v, c in zip(after, own, strict=True)))
        )
    rows = session.execute(found.order_by(*own).limit(size)).mappings().all()
    if not rows:
        return None
    with _changeable(session, place):
        for row in rows:
            _seal_row(session, place, own, columns, keys, row)
    return [rows[-1][column.name] for column in own]


def _seal_row(
    session: Session, place: Table, own: list[Column[Any]], columns: list[Sealed], keys: Keyring, row: Any
) -> None:
    this = and_(*(column == row[column.name] for column in own))
    for one in columns:
        before = row[one.column]
        if before is None or keys.name_of(before) == keys.current:
            continue
        plain = keys.open_bytes(one.label, one.row(row), before)
        column = place.c[one.column]
        session.execute(
            update(place)
            .where(this, column == before)
            .values({column: keys.seal_bytes(one.label, one.row(row), plain)})
        )


@contextmanager
def _changeable(session: Session, place: Table) -> Iterator[None]:
    """Let the owner change a table that only grows; everybody else waits; broken off, nothing changed."""
    if session.get_bind().dialect.name == "postgresql":
        has = "SELECT 1 FROM pg_trigger WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal"
        guarded = session.execute(text(has), {"name": place.name}).first() is not None
        if guarded:
            session.execute(text(f"ALTER TABLE {place.name} DISABLE TRIGGER USER"))
        yield
        if guarded:
            session.execute(text(f"ALTER TABLE {place.name} ENABLE TRIGGER USER"))
        return
    told = (
        "SELECT name, sql FROM sqlite_master "
        "WHERE type = 'trigger' AND tbl_name = :name AND sql LIKE '%append only%'"
    )
    triggers = session.execute(text(told), {"name": place.name}).all()
    for name, _ in triggers:
        session.connection().exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, sql in triggers:
        session.connection().exec_driver_sql(sql)


def reseal_sessions(session: Session) -> int:
    """Seal anew what sessions hold of second factors being set up; how many."""
    place, keys, done = metadata.tables["session"], keyring(session), 0
    for row in session.execute(_pending(select(place.c.id_hash, place.c.data))).all():
        data = json.loads(row.data)
        sealed = base64.b64decode(data[SESSION_SECRET])
        if keys.name_of(sealed) == keys.current:
            continue
        label = row.id_hash.hex()
        again = keys.seal(SESSION_LABEL, label, keys.open(SESSION_LABEL, label, sealed))
        data[SESSION_SECRET] = base64.b64encode(again).decode("ascii")
        changed = update(place).where(place.c.id_hash == row.id_hash, place.c.data == row.data)
        session.execute(changed.values(data=json.dumps(data)))
        done += 1
    return done


def open_newest(session: Session, one: Sealed) -> None:
    """Open the last value of a column. Raises KeyMissingError when the key file has not the key for it."""
    place = metadata.tables[one.table]
    order = [column.desc() for column in place.primary_key.columns]
    found = select(*(place.c[name] for name in dict.fromkeys((*one.by, one.column))))
    row = (
        session.execute(found.where(place.c[one.column].is_not(None)).order_by(*order).limit(1))
        .mappings()
        .first()
    )
    if row is not None:
        keyring(session).open_bytes(one.label, one.row(row), row[one.column])


def counts(session: Session) -> dict[str, int]:
    """How many sealed values there are by the name of their key; "?" for keys that are not in the key file."""
    keys = keyring(session)
    found = dict.fromkeys((*keys.names, "?"), 0)
    for table, columns in tables().items():
        for one in columns:
            column = metadata.tables[table].c[one.column]
            asked = [
                func.sum(case((_not_with(column, name), 0), (column.is_(None), 0), else_=1))
                for name in keys.names
            ]
            total, *by_key = session.execute(select(func.count(column), *asked)).one()
            for name, number in zip(keys.names, by_key, strict=True):
                found[name] += int(number or 0)
            found["?"] += int(total) - sum(int(number or 0) for number in by_key)
    for data in session.scalars(_pending(select(metadata.tables["session"].c.data))):
        name = keys.name_of(base64.b64decode(json.loads(data)[SESSION_SECRET]))
        found[name if name in keys.names else "?"] += 1
    return found


def _pending(asked: Select[Any]) -> Select[Any]:
    return asked.where(metadata.tables["session"].c.data.contains(f'"{SESSION_SECRET}": "'))
