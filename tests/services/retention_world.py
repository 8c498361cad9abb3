"""What the tests of retention share: threads with texts, and days that go by."""

from datetime import date, timedelta

from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.calendar.day import day_start, jst_day
from portal.domain.actor import Actor, ActorKind
from portal.domain.retention import Counts, Kind, read_rules
from portal.services import retention
from portal.settings import config_dir
from portal.store.database import Database
from portal.store.tables import message, retention_notice, thread_text_end
from tests.build import (
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_installation,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import send

RULES = read_rules((config_dir() / "retention.toml").read_bytes())
WORKER = Actor(ActorKind.WORKER)


class Years:
    """A unit and a seeker with one thread of two texts; the clock can be moved to a day in Japan."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        build_installation(database)
        self.unit: BuiltUnit = build_unit(database, valid_until=date(2035, 3, 31))
        self.member: BuiltMember = build_member(database, self.unit)
        self.seeker: BuiltSeeker = build_seeker(database, valid_until=date(2035, 3, 31), with_account=True)
        self.write()
        self.write()

    def write(self) -> None:
        send(self.database, self.clock, self.unit, self.member, [self.seeker])

    @property
    def today(self) -> date:
        return jst_day(self.clock.now())

    def on(self, day: date) -> "Years":
        self.clock.set(day_start(day) + timedelta(hours=10))
        return self

    def run(self, worker: str = "one") -> dict[Kind, Counts]:
        """A whole run on the day it is."""
        with self.database.write() as session:
            while not (done := retention.step(session, self.clock, WORKER, RULES, worker)).ended:
                pass
        return dict(done.counts)

    def bodies(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(select(message.c.body).order_by(message.c.id)))

    def notices(self) -> list[tuple[str, date]]:
        with self.database.read() as session:
            found = select(retention_notice.c.kind, retention_notice.c.goes_on).order_by(
                retention_notice.c.kind
            )
            return [(row.kind, row.goes_on) for row in session.execute(found)]

    def ended(self) -> list[bool]:
        """For each thread whose texts are at their end: whether they are really gone."""
        with self.database.read() as session:
            return [row is not None for row in session.scalars(select(thread_text_end.c.erased_at))]
