"""Code tables in the database: what is loaded, its rows, and the writing of a checked difference."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.domain.code import Code, Table
from portal.domain.refusal import Conflict
from portal.store.tables import code, code_table, installation

_KEYS = ("kind", "code")
_VALUES = tuple(name for name in Code.__dataclass_fields__ if name not in _KEYS)


@dataclass(frozen=True)
class Loaded:
    """One table as it stands in the database."""

    kind: str
    title_ja: str
    title_en: str
    source: str
    licence: str
    verified_on: date | None
    checksum: str
    loaded_at: datetime

    def described_as(self, table: Table) -> bool:
        """Is what is said about the table the same?"""
        return all(getattr(self, name) == value for name, value in _description(table).items())


def loaded(session: Session) -> dict[str, Loaded]:
    """Every loaded table by its kind."""
    return {row.kind: Loaded(**row._mapping) for row in session.execute(select(code_table))}


def checksums(session: Session) -> dict[str, str]:
    """The checksum of each loaded table: the one small statement that tells whether anything is stale."""
    statement = select(code_table.c.kind, code_table.c.checksum)
    return {row.kind: row.checksum for row in session.execute(statement)}


def rows(session: Session, kind: str) -> tuple[Code, ...]:
    """All rows of a table in the order of its file, ended ones included."""
    statement = select(code).where(code.c.kind == kind).order_by(code.c.sort, code.c.code)
    return tuple(Code(**row._mapping) for row in session.execute(statement))


def is_demo(session: Session) -> bool:
    """Does this database carry the demo mark? One that was never marked does not."""
    return bool(session.scalar(select(installation.c.demo).where(installation.c.id == 1)))


def put_table(session: Session, table: Table, checksum: str, at: datetime) -> None:
    """Write what is said about a table, first or again. Raises Conflict when another load was faster."""
    values = {**_description(table), "checksum": checksum, "loaded_at": at}
    # RETURNING instead of a row count, which not every driver reports in the same way.
    known = session.scalar(
        update(code_table).where(code_table.c.kind == table.kind).values(values).returning(code_table.c.kind)
    )
    if known is None:
        try:
            session.execute(insert(code_table).values(kind=table.kind, **values))
        except IntegrityError:
            raise Conflict("tables_loaded_elsewhere") from None


def add(session: Session, new: Iterable[Code]) -> None:
    """Insert rows."""
    values = [asdict(row) for row in new]
    if values:
        session.execute(insert(code), values)


def change(session: Session, changed: Iterable[Code]) -> None:
    """Overwrite rows that are there."""
    values = [
        {f"old_{name}": value for name, value in asdict(row).items() if name in _KEYS}
        | {f"new_{name}": value for name, value in asdict(row).items() if name in _VALUES}
        for row in changed
    ]
    if values:
        statement = (
            update(code)
            .where(code.c.kind == bindparam("old_kind"), code.c.code == bindparam("old_code"))
            .values({name: bindparam(f"new_{name}") for name in _VALUES})
        )
        session.connection().execute(statement, values)


def _description(table: Table) -> dict[str, object]:
    return {
        name: getattr(table, name) for name in ("title_ja", "title_en", "source", "licence", "verified_on")
    }
