"""What goes with an application: its history, what the clerk found for each item of the checklist, its number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.domain.application import Act, Party, Result, State
from portal.store.keyring import keyring
from portal.store.tables import application_check, application_counter, application_event

_TOLD = "application_event.told"
_NOTED = "application_event.noted"
_NOTE = "application_check.note"


@dataclass(frozen=True)
class Event:
    """One line of the history. told: what both sides read; noted: what only the bureau reads."""

    at: datetime
    act: Act
    party: Party
    state_after: State
    told: str
    noted: str
    account_id: int | None = None


@dataclass(frozen=True)
class Check:
    """What was found for one item."""

    item: str
    subject: str
    result: Result
    note: str
    at: datetime
    account_id: int | None = None


def tell(
    session: Session,
    application_id: int,
    at: datetime,
    act: Act,
    party: Party,
    state_after: State,
    account_id: int | None,
    *,
    told: str = "",
    noted: str = "",
) -> None:
    """Add a line to the history."""
    keys = keyring(session)
    number = session.execute(
        insert(application_event)
        .values(
            application_id=application_id,
            at=at,
            act=act.value,
            party=party.value,
            account_id=account_id,
            state_after=state_after.value,
        )
        .returning(application_event.c.id)
    ).scalar_one()
    # The texts are bound to the number of their row, which is only known now.
    texts = {
        "told_sealed": keys.seal(_TOLD, number, told) if told else None,
        "noted_sealed": keys.seal(_NOTED, number, noted) if noted else None,
    }
    if told or noted:
        session.execute(update(application_event).where(application_event.c.id == number).values(**texts))


def history(session: Session, application_id: int) -> list[Event]:
    """Everything that happened, in order."""
    keys = keyring(session)
    rows = session.execute(
        select(application_event)
        .where(application_event.c.application_id == application_id)
        .order_by(application_event.c.id)
    )
    return [
        Event(
            found.at,
            Act(found.act),
            Party(found.party),
            State(found.state_after),
            keys.open(_TOLD, found.id, found.told_sealed) if found.told_sealed else "",
            keys.open(_NOTED, found.id, found.noted_sealed) if found.noted_sealed else "",
            found.account_id,
        )
        for found in rows
    ]


def put_check(session: Session, application_id: int, found: Check) -> None:
    """Note what was found for an item, in place of what stood there."""
    label = f"{application_id}:{found.item}:{found.subject}"
    values: Mapping[str, Any] = {
        "result": found.result.value,
        "note_sealed": keyring(session).seal(_NOTE, label, found.note) if found.note else None,
        "account_id": found.account_id,
        "at": found.at,
    }
    key = {"application_id": application_id, "item": found.item, "subject": found.subject}
    session.execute(
        _insert(session, application_check)
        .values(**key, **values)
        .on_conflict_do_update(index_elements=list(key), set_=values)
    )


def checks(session: Session, application_id: int) -> list[Check]:
    """What was found so far."""
    keys = keyring(session)
    rows = session.execute(
        select(application_check).where(application_check.c.application_id == application_id)
    )
    return [
        Check(
            found.item,
            found.subject,
            Result(found.result),
            keys.open(_NOTE, f"{application_id}:{found.item}:{found.subject}", found.note_sealed)
            if found.note_sealed
            else "",
            found.at,
            found.account_id,
        )
        for found in rows
    ]


def next_serial(session: Session, bureau_code: str, fiscal_year: int) -> int:
    """The next number of a bureau in a 年度; one statement, so that nobody gets the same."""
    counter = application_counter
    made = (
        _insert(session, counter)
        .values(bureau_code=bureau_code, fiscal_year=fiscal_year, last=1)
        .on_conflict_do_update(
            index_elements=["bureau_code", "fiscal_year"], set_={"last": counter.c.last + 1}
        )
        .returning(counter.c.last)
    )
    return int(session.execute(made).scalar_one())


def _insert(session: Session, table: Any) -> Any:
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)
