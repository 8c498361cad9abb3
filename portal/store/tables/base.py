"""Naming of constraints, and the checks that are spelled differently on the two engines."""

from collections.abc import Iterable

from sqlalchemy import Boolean, CheckConstraint, Column, MetaData

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """The column holds one of these words; named after the column."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=column)


def japanese_day(day: str, instant: str) -> tuple[CheckConstraint, CheckConstraint]:
    """``day`` is the calendar day in Japan (UTC+9, no summer time since 1951) of ``instant``.

    SQLite is given whole seconds: it rounds to milliseconds, and the last half of one would already be tomorrow.
    """
    return (
        CheckConstraint(f"{day} = (({instant} AT TIME ZONE 'Asia/Tokyo')::date)", name=day).ddl_if(
            dialect="postgresql"
        ),
        CheckConstraint(f"{day} = date(substr({instant}, 1, 19), '+9 hours')", name=day).ddl_if(
            dialect="sqlite"
        ),
    )


def row_lock() -> Column[bool]:
    """A column that stays empty. On PostgreSQL whoever locks a row needs the right to change a column of it; audiences
    that may lock and not change get the right to this one (portal/store/grants.toml)."""
    return Column("row_lock", Boolean, CheckConstraint("row_lock IS NULL", name="row_lock"))
