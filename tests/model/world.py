"""The portal that the model is held against: three units with five desks, an office, terms; fresh for every story."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor
from portal.domain.letterhead import read_letterhead
from portal.domain.terms import TermsText
from portal.services import public_id, scope, terms
from portal.services.thread import THREAD_TOKEN
from portal.store import alias
from portal.store.database import Database
from portal.store.tables import letterhead, message, profile, seeker
from tests.build import (
    FIRST_DAY,
    BuiltSeeker,
    BuiltUnit,
    build_account,
    build_contractor,
    build_department,
    build_member,
    build_unit,
    open_database,
)
from tests.model.model import MOST, Desk, Letter, Model, Terms, Unit
from tests.registrations import OPERATOR, build_office_clerk, prepare, shipped_terms

BEGIN = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)
FAR = date(2035, 3, 31)
OFFICER = "見本 責任"
UNITS = {"A": ("private", FAR), "B": ("private", date(2026, 9, 30)), "M": ("municipal", FAR)}
NUMBERS = {"A": "99-ユ-000001", "B": "99-ユ-000002", "M": "99101"}
# A low limit and a reserve are met in a story of forty steps; a thousand would never be.
LIMITS = {"A": (4, 2), "B": (3, 1), "M": (MOST, 0)}
CONTRACTOR = "架空受託社"
DESKS = {
    "A1": Desk("A", "見本一課"),
    "A2": Desk("A", "見本二課"),
    "A officer": Desk("A", officer=True),
    "B": Desk("B"),
    "M": Desk("M"),
    "M contractor": Desk("M", CONTRACTOR),
}
TERMS = {
    "2026-04": Terms(date(2026, 4, 1), date(2026, 4, 1)),
    "2026-07": Terms(date(2026, 7, 10), date(2026, 8, 10)),
}


@dataclass
class World:
    """One database with its clock, and what the short names of the model stand for in it."""

    database: Database
    clock: FixedClock
    units: dict[str, BuiltUnit]
    desks: dict[str, Actor]
    clerk: Actor
    close: Callable[[], None]
    people: dict[int, BuiltSeeker] = field(default_factory=dict)
    office_ids: dict[int, str] = field(default_factory=dict)

    def add(self) -> int:
        """Take up who was registered just now; gives the person's number in the model."""
        with self.database.read() as session:
            row = session.execute(
                select(seeker.c.id, seeker.c.office_id, profile.c.alias_key)
                .join(profile, profile.c.seeker_id == seeker.c.id)
                .order_by(seeker.c.id.desc())
            ).first()
        assert row is not None
        account = build_account(self.database, kind="seeker", seeker_id=row.id)
        number = len(self.people) + 1
        self.people[number] = BuiltSeeker(row.id, row.alias_key, row.office_id, account)
        self.office_ids[number] = scope.public_id(row.office_id)
        return number

    def token(self, unit: str, number: int) -> str:
        return self.units[unit].token(self.people[number])

    def thread(self, unit: str, number: int) -> str:
        return self.units[unit].token(self.people[number], THREAD_TOKEN)

    def code(self, unit: str, number: int) -> str:
        return alias.code(self.units[unit].key, self.people[number].alias_key)

    def ref(self, unit: str) -> str:
        return public_id.shown(self.units[unit].public_id)

    def letters(self) -> list[Letter]:
        """Every stored message, the first one first."""
        units = {built.id: name for name, built in self.units.items()}
        numbers = {built.id: number for number, built in self.people.items()}
        with self.database.read() as session:
            rows = session.execute(
                select(message, letterhead.c.content)
                .outerjoin(letterhead, letterhead.c.id == message.c.letterhead_id)
                .order_by(message.c.id)
            ).all()
        return [
            Letter(
                units[row.unit_id],
                numbers[row.seeker_id],
                row.direction,
                row.body,
                row.jst_day,
                row.day_number or 0,
                _head(row.content),
            )
            for row in rows
        ]


def _head(content: str | None) -> tuple[str, str] | None:
    if content is None:
        return None
    shown = read_letterhead(content)
    return shown.officer_name, shown.department or shown.contractor_name


@dataclass
class Base:
    """A prepared database to copy from, with the units in it."""

    units: dict[str, BuiltUnit]
    desks: dict[str, Actor]
    clerk: Actor
    copy: Callable[[], tuple[str, Callable[[], None]]]

    def fresh(self) -> World:
        """A world in which nothing has happened yet."""
        url, drop = self.copy()
        database = open_database(url)

        def close() -> None:
            database.dispose()
            drop()

        return World(database, FixedClock(BEGIN), self.units, self.desks, self.clerk, close)


def make_base(
    url: str, copy: Callable[[], tuple[str, Callable[[], None]]], clock: FixedClock | None = None
) -> Base:
    """Fill the empty migrated database at ``url``; ``copy`` gives the address of a copy and how to drop it."""
    database, clock = open_database(url), clock or FixedClock(BEGIN)
    prepare(database, clock)
    newer = [
        TermsText(name, each.offered, each.agree_by, "見本の規約", "Sample", "見本です。", "A sample.")
        for name, each in TERMS.items()
        if name not in {text.code for text in shipped_terms()}
    ]
    with database.write() as session:
        terms.load(session, clock, OPERATOR, [*shipped_terms(), *newer])
    units = {
        name: build_unit(
            database,
            unit_class=unit_class,
            number=NUMBERS[name],
            name=f"架空人材紹介 {name}",
            valid_from=FIRST_DAY,
            valid_until=last,
            daily_limit=LIMITS[name][0],
            reserve=LIMITS[name][1],
        )
        for name, (unit_class, last) in UNITS.items()
    }
    desks = {name: _actor(database, units[desk.unit], desk) for name, desk in DESKS.items()}
    clerk = build_office_clerk(database)
    database.dispose()
    return Base(units, desks, clerk, copy)


def _actor(database: Database, unit: BuiltUnit, desk: Desk) -> Actor:
    places: dict[str, Any] = {}
    if desk.place and desk.unit == "M":
        places["contractor_id"] = build_contractor(database, unit, name=desk.place, until=FAR)
    elif desk.place:
        places["department_id"] = build_department(database, unit, desk.place)
    return build_member(database, unit, role="officer" if desk.officer else "member", **places).actor


def new_model() -> Model:
    """The model of a fresh world."""
    units = {
        name: Unit(unit_class, last, OFFICER, *LIMITS[name]) for name, (unit_class, last) in UNITS.items()
    }
    periods = {("M", CONTRACTOR): [(FIRST_DAY, FAR)]}
    return Model(BEGIN, dict(TERMS), units, dict(DESKS), periods=periods)


def sqlite_copies(url: str) -> Callable[[], tuple[str, Callable[[], None]]]:
    """Copies of an SQLite file, beside it."""
    source = Path(url.removeprefix("sqlite:///"))
    target = source.with_name("story.sqlite")

    def drop() -> None:
        for file in target.parent.glob("story.sqlite*"):
            file.unlink()

    def copy() -> tuple[str, Callable[[], None]]:
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(source, target)
        return f"sqlite:///{target}", drop

    return copy
