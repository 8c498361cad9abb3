"""The one row that says what this database is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, inspect, select, update
from sqlalchemy.orm import Session

from portal.store.tables import account, installation


@dataclass(frozen=True)
class Installation:
    """demo: the database holds invented data. sending_closed_*: both None while units may send."""

    demo: bool
    created_at: datetime
    sending_closed_at: datetime | None
    sending_closed_reason: str | None


def has_tables(session: Session) -> bool:
    """Whether migrations have ever run here."""
    return inspect(session.connection()).has_table(installation.name)


def read(session: Session) -> Installation | None:
    """The row, or None before it was written."""
    row = session.execute(
        select(
            installation.c.demo,
            installation.c.created_at,
            installation.c.sending_closed_at,
            installation.c.sending_closed_reason,
        )
    ).one_or_none()
    return None if row is None else Installation(*row)


def in_use(session: Session) -> bool:
    """Whether anybody has an account here."""
    return session.execute(select(account.c.id).limit(1)).one_or_none() is not None


def mark(session: Session, now: datetime, *, demo: bool) -> None:
    """Write the row; it is written once."""
    session.execute(insert(installation).values(id=1, demo=demo, created_at=now))


def set_sending(session: Session, closed_at: datetime | None, reason: str | None) -> bool:
    """Close sending, or open it again with None; False when there is no row."""
    done = session.execute(
        update(installation)
        .values(sending_closed_at=closed_at, sending_closed_reason=reason)
        .returning(installation.c.id)
    )
    return done.one_or_none() is not None
