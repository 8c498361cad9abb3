"""Many rows at once, by the shortest way of each engine: COPY on PostgreSQL, a prepared insert on SQLite.

A role whose rows are kept apart by policies (portal.store.roles) inserts on PostgreSQL, too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

FEW = 20
"""Up to here an insert is as quick; the pages write one person at a time."""


def insert_all(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns, in this order. Raises what an insert would raise."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name != "postgresql" or len(rows) <= FEW:
        session.execute(insert(table), rows)
        return
    dialect, errors = connection.dialect, connection.dialect.loaded_dbapi.Error
    columns = [table.c[name] for name in rows[0]]
    quoted = ", ".join(dialect.identifier_preparer.format_column(column) for column in columns)
    statement = f"COPY {dialect.identifier_preparer.format_table(table)} ({quoted}) FROM STDIN"
    # The same conversions as for an insert: refused naive instants, sets of tokens as arrays.
    prepared = [
        (column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in columns
    ]
    try:
        cursor: Any = connection.connection.cursor()
        with cursor:
            if _kept_apart(cursor, table):
                session.execute(insert(table), rows)
                return
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(
                        [row[name] if make is None else make(row[name]) for name, make in prepared]
                    )
    except errors as refused:
        # Told as the engine tells everything else, so that callers need to know one kind of error.
        raise DBAPIError.instance(statement, None, refused, errors, dialect=dialect) from refused


def _kept_apart(cursor: Any, table: Table) -> bool:
    """Whether policies keep rows of this table apart for the role that asks: PostgreSQL then refuses COPY."""
    cursor.execute("SELECT row_security_active(%s::regclass)", [table.name])
    return bool(cursor.fetchone()[0])
