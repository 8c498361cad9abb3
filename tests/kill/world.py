"""A unit with members and many seekers, made quickly, and what is left in the database after a storm."""

import os
from dataclasses import dataclass

from sqlalchemy import func, insert, select

from portal.services import relay
from portal.store import alias
from portal.store.database import Database
from portal.store.tables import message, profile, quota_use, seeker, send
from tests.build import FIRST_DAY, LAST_DAY, LONG_AGO, BuiltMember, BuiltUnit, build_member, build_unit


@dataclass(frozen=True)
class Sender:
    """A unit, one of its members, and the tokens of everybody in the world at this unit."""

    unit: BuiltUnit
    member: BuiltMember
    tokens: list[str]

    def told(self) -> dict[str, object]:
        """As a worker process is told."""
        actor = {name: value for name, value in vars(self.member.actor).items() if value is not None}
        return {"actor": actor | {"kind": "member"}, "tokens": self.tokens}


def many_seekers(database: Database, number: int) -> tuple[list[int], list[bytes]]:
    """Seekers with a profile and nothing else: inside numbers and keys."""
    keys = [alias.new_alias_key() for _ in range(number)]
    with database.write() as session:
        rows = [
            {
                "office_id": os.urandom(16),
                "registration_key": os.urandom(32),
                "office_code": "9901",
                "registered_on": FIRST_DAY,
                "school_status": "none",
                "created_at": LONG_AGO,
                "updated_at": LONG_AGO,
            }
            for _ in keys
        ]
        ids = list(session.scalars(insert(seeker).returning(seeker.c.id), rows))
        session.execute(
            insert(profile),
            [
                {
                    "seeker_id": seeker_id,
                    "alias_key": key,
                    "published": True,
                    "valid_from": FIRST_DAY,
                    "valid_until": LAST_DAY,
                    "never_eligible": False,
                    "range_private": True,
                    "range_municipal": True,
                    "month": FIRST_DAY,
                    "shuffle": seeker_id,
                    "tokens": frozenset(),
                }
                for seeker_id, key in zip(ids, keys, strict=True)
            ],
        )
        session.commit()
    return ids, keys


def sender(database: Database, keys: list[bytes], *, limit: int = 1000) -> Sender:
    """One more unit with one member, who can write to all of these."""
    unit = build_unit(database, daily_limit=limit)
    member = build_member(database, unit)
    return Sender(unit, member, [alias.token(unit.key, "seeker", key) for key in keys])


@dataclass(frozen=True)
class Left:
    """What a unit has in the database. days: counter, messages and highest number of each day, in order of days."""

    days: tuple[tuple[int, int, int], ...]
    keys: frozenset[str]

    @property
    def messages(self) -> int:
        """Stored messages of all days."""
        return sum(day[1] for day in self.days)


def left(database: Database, unit: BuiltUnit) -> Left:
    """Counted here by plain queries, independent of the relay's own check."""
    with database.read() as session:
        counters = dict(
            session.execute(
                select(quota_use.c.jst_day, quota_use.c.n).where(quota_use.c.unit_id == unit.id)
            ).all()
        )
        found = session.execute(
            select(message.c.jst_day, func.count(), func.max(message.c.day_number))
            .where(message.c.unit_id == unit.id)
            .group_by(message.c.jst_day)
            .order_by(message.c.jst_day)
        ).all()
        keys = session.scalars(select(send.c.key).where(send.c.unit_id == unit.id))
        assert set(counters) == {day for day, _, _ in found}
        assert relay.check(session).wrong == ()
        return Left(tuple((counters[day], n, highest) for day, n, highest in found), frozenset(keys))
