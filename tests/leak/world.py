"""The seeded world of the leak tests: organisations, a crowd, and three seekers of whom nothing may be seen.

Every inside number begins at FIRST_ID, and everything random can be made the same in two worlds, so that two of them
can be laid side by side byte by byte.
"""

import hashlib
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any
from unittest import mock

from sqlalchemy import Table, select, text
from sqlalchemy.sql import selectable

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor
from portal.services import public_id, relay
from portal.services.relay import SEEKER_TOKEN
from portal.services.thread import THREAD_TOKEN
from portal.store.database import Database
from portal.store.tables import account, metadata, profile, seeker
from tests import build
from tests.build import BuiltMember, BuiltSeeker, BuiltUnit
from tests.leak.canaries import FIRST_ID
from tests.leak.hidden import Hidden
from tests.leak.watch import Seen, WatchingClient
from tests.registrations import OTHER_OFFICE, build_office_clerk
from tests.web.auth_world import give_password
from tests.web.signing import sign_in_as

WALK = date(2026, 6, 15)
CROWD = 44
"""So many more seekers that results go over several pages."""
PASSWORD = "murasaki-no-kumo-7"


@dataclass
class World:
    """seen: what organisations, bureaus and visitors got. other: what seekers and the office got, for the logs only."""

    app: Any
    database: Database
    clock: FixedClock
    people: Mapping[str, Hidden]
    seen: list[Seen] = field(default_factory=list)
    other: list[Seen] = field(default_factory=list)
    units: dict[str, BuiltUnit] = field(default_factory=dict)
    members: dict[str, BuiltMember] = field(default_factory=dict)
    seekers: dict[str, BuiltSeeker] = field(default_factory=dict)
    crowd: list[BuiltSeeker] = field(default_factory=list)
    clerk: Actor | None = None
    bureau: Actor | None = None
    _browsers: dict[str, Any] = field(default_factory=dict)
    _keys: Iterator[int] = field(default_factory=lambda: count(1))

    def at(self, day: date, hour: int = 10) -> None:
        """Move the clock to this hour in Japan. Sessions of another day have ended by then."""
        self.clock.set(datetime(day.year, day.month, day.day, hour - 9, 0, tzinfo=UTC))
        self._browsers.clear()

    def browser(self, who: str) -> Any:
        """The browser of a member ("officer"), a visitor (""), a seeker ("heron"), the office or the bureau."""
        if who not in self._browsers:
            client = self.new_browser(who)
            account_id = self._account(who)
            if account_id is not None:
                sign_in_as(client, account_id)
            self._browsers[who] = client
        return self._browsers[who]

    def ended(self, who: str) -> None:
        """All sessions of somebody have ended: they sign in again."""
        self._browsers.pop(who, None)

    def new_browser(self, who: str) -> Any:
        """A browser in which nobody is signed in yet."""
        client = WatchingClient(self.app, self.app.response_class)
        client.who = who or "visitor"
        client.seen = self.other if who in ("office", *self.people) else self.seen
        return client

    def _account(self, who: str) -> int | None:
        if who == "":
            return None
        if who == "office":
            return None if self.clerk is None else self.clerk.account_id
        if who == "bureau":
            return None if self.bureau is None else self.bureau.account_id
        if who in self.seekers:
            return self.seekers[who].account_id
        return self.members[who].account_id

    def serial(self) -> int:
        """A number that was not given out in this world; the same in the same place of every walk."""
        return next(self._keys)

    def unit_of(self, member: str) -> BuiltUnit:
        """The unit somebody acts for."""
        return next(unit for unit in self.units.values() if unit.id == self.members[member].unit_id)

    def token(self, member: str, who: str | BuiltSeeker) -> str:
        """How this member's unit names a seeker in search."""
        return self.unit_of(member).token(self.person(who), SEEKER_TOKEN)

    def thread(self, member: str, who: str | BuiltSeeker) -> str:
        """How this member's unit names the thread with a seeker."""
        return self.unit_of(member).token(self.person(who), THREAD_TOKEN)

    def person(self, who: str | BuiltSeeker) -> BuiltSeeker:
        """By label, or as it stands."""
        return self.seekers[who] if isinstance(who, str) else who

    def ref(self, unit: str) -> str:
        """How seekers' pages name a unit."""
        return public_id.shown(self.units[unit].public_id)

    def send(self, member: str, to: Sequence[str | BuiltSeeker], words: str) -> None:
        """A message past the pages."""
        tokens = [self.token(member, who) for who in to]
        with self.database.write() as session:
            relay.send(
                session, self.clock, self.members[member].actor, tokens, words, f"world-{next(self._keys)}"
            )

    def found(self, number: str) -> BuiltSeeker:
        """The seeker registered under this number."""
        key = build.KEYRING.blind("seeker.registration_number", number)
        with self.database.read() as session:
            row = session.execute(
                select(seeker.c.id, seeker.c.office_id, profile.c.alias_key, account.c.id.label("account_id"))
                .join(profile, profile.c.seeker_id == seeker.c.id)
                .outerjoin(account, account.c.seeker_id == seeker.c.id)
                .where(seeker.c.registration_key == key)
            ).one()
        return BuiltSeeker(row.id, row.alias_key, row.office_id, row.account_id)


@contextmanager
def same_random(scene: str) -> Iterator[None]:
    """Everything drawn from the system is the same for the same scene, in the same order.

    What SQLAlchemy draws goes on being random: it names parts of statements by it, which are built once in a process
    and so in the first of two worlds only.
    """
    drawn, names = count(), SimpleNamespace(urandom=os.urandom)

    def urandom(size: int) -> bytes:
        return hashlib.shake_256(f"{scene} {next(drawn)}".encode()).digest(size)

    with (
        mock.patch.object(selectable, "os", names),
        mock.patch.object(os, "urandom", urandom),
        mock.patch.object(random, "_urandom", urandom),
    ):
        yield


def numbered_tables() -> list[Table]:
    """The tables whose rows have an inside number of their own."""
    return [
        table
        for table in metadata.sorted_tables
        if "id" in table.c and table.c.id.autoincrement is not False and table.c.id.type.python_type is int
    ]


def begin_at_first_id(database: Database) -> None:
    """Let the numbers of all rows to come begin at FIRST_ID."""
    with database.write() as session:
        for table in numbered_tables():
            if session.get_bind().dialect.name == "postgresql":
                session.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :first)"),
                    {"name": table.name, "first": FIRST_ID},
                )
                continue
            session.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
            session.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :first)"),
                {"name": table.name, "first": FIRST_ID},
            )
        session.commit()


def add_organisations(world: World) -> None:
    """Units of every kind and the people of two of them."""
    database = world.database
    world.units = {
        "agency": build.build_unit(database, name="架空人材紹介 青葉", corporation_number="9999999999999"),
        "sister": build.build_unit(database, name="架空人材紹介 若葉", corporation_number="9999999999999"),
        "city": build.build_unit(database, name="架空市 仕事課", unit_class="municipal", number="999991"),
        "suspended": build.build_unit(database, name="架空人材紹介 停止", suspended_from=date(2026, 6, 1)),
        "headless": build.build_unit(database, name="架空人材紹介 無責任", officer=False),
        "over": build.build_unit(database, name="架空人材紹介 満了", valid_until=date(2026, 6, 1)),
        "small": build.build_unit(database, name="架空人材紹介 小口", daily_limit=1),
    }
    agency, city = world.units["agency"], world.units["city"]
    first, second = (build.build_department(database, agency, f"見本{n}課") for n in ("一", "二"))
    contractor = build.build_contractor(database, city, name="架空受託社")
    build.build_contract_period(database, contractor)
    world.members = {
        "officer": build.build_member(database, agency, role="officer", name="officer"),
        "first": build.build_member(database, agency, department_id=first, name="first"),
        "second": build.build_member(database, agency, department_id=second, name="second"),
        "contact": build.build_member(database, city, role="contact", name="contact"),
        "helper": build.build_member(database, city, contractor_id=contractor, name="helper"),
        **{
            name: build.build_member(database, world.units[name], role="officer", name=f"of-{name}")
            for name in ("sister", "suspended", "headless", "over", "small")
        },
    }
    both = build.build_member(database, agency, name="both")
    build.build_member(database, city, account_id=both.account_id)
    give_password(world.app, database, both.account_id, PASSWORD)
    nobody = build.build_account(database, name="nobody")
    world.members |= {
        "both": both,
        "nobody": BuiltMember(nobody, 0, 0, None, None, ""),
    }
    world.clerk = build_office_clerk(database)
    build_office_clerk(database, OTHER_OFFICE)
    world.bureau = build.build_bureau_clerk(database)


def add_crowd(world: World) -> None:
    """Seekers like many others, a few of them in another month."""
    for number in range(CROWD):
        world.crowd.append(
            build.build_seeker(
                world.database,
                number=f"13999-00{number:06}",
                pr=f"見本の自己紹介です（{number}）。",
                month=date(2026, 5 if number % 4 else 4, 1),
            )
        )
