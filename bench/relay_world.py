"""A PostgreSQL that keeps fsync on, with units and seekers to send between, for all benches of one run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from portal.calendar.day import jst_day
from portal.store.migrate import upgrade
from portal.store.tables import letterhead, send, thread
from tests.build import (
    LONG_AGO,
    BuiltMember,
    BuiltSeeker,
    BuiltUnit,
    build_installation,
    build_member,
    build_seeker,
    build_unit,
    open_database,
)
from tests.real_services.postgresql import own_cluster, programs_folder

UNITS = 400
SEEKERS = 3_000
# Units that only one bench uses, because it needs the whole of their day.
FRESH = 16
# A table like `message` without its checks, indexes and references: what a bare insert costs here.
_BARE = """
CREATE TABLE bare (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, thread_id bigint NOT NULL, unit_id bigint NOT NULL,
    seeker_id bigint NOT NULL, direction varchar(10) NOT NULL, body text NOT NULL, sent_at timestamptz NOT NULL,
    jst_day date NOT NULL
)"""


@dataclass(frozen=True)
class RelayWorld:
    """``alias_keys`` by seeker; ``programs`` is the folder of the PostgreSQL programs.

    Each unit has one thread, with the seeker in the same place of the list, and one send; their numbers run on from
    ``first_thread`` and ``first_send`` in the order of the units.
    """

    url: str
    units: list[BuiltUnit]
    members: list[BuiltMember]
    alias_keys: dict[int, bytes]
    programs: Path
    first_thread: int
    first_send: int
    fresh_units: list[BuiltUnit]
    fresh_members: list[BuiltMember]


@contextmanager
def relay_world() -> Iterator[RelayWorld]:
    """Build it once; gone at the end of the block."""
    with own_cluster(durable=True) as cluster:
        url = cluster.url(cluster.create())
        upgrade(url)
        database = open_database(url)
        build_installation(database)
        units = [build_unit(database) for _ in range(UNITS)]
        members = [build_member(database, unit) for unit in units]
        seekers = [build_seeker(database) for _ in range(SEEKERS)]
        with database.write() as session:
            first_thread, first_send = _talk(session, units, members, seekers)
            session.execute(text(_BARE))
            session.commit()
            session.execute(text("ANALYZE"))
            session.commit()
        keys = {seeker.id: seeker.alias_key for seeker in seekers}
        fresh = [build_unit(database) for _ in range(FRESH)]
        fresh_members = [build_member(database, unit) for unit in fresh]
        database.dispose()
        first = (first_thread, first_send)
        yield RelayWorld(url, units, members, keys, programs_folder(), *first, fresh, fresh_members)


def _talk(
    session: Session, units: list[BuiltUnit], members: list[BuiltMember], seekers: list[BuiltSeeker]
) -> tuple[int, int]:
    """One thread and one send of each unit; the number of the first of each."""
    head = insert(letterhead).returning(letterhead.c.id, sort_by_parameter_order=True)
    day = jst_day(LONG_AGO)
    heads = session.scalars(
        head, [{"unit_id": u.id, "digest": "0" * 64, "content": "{}", "created_at": LONG_AGO} for u in units]
    ).all()
    threads = session.scalars(
        insert(thread).returning(thread.c.id, sort_by_parameter_order=True),
        [
            {
                "unit_id": u.id,
                "seeker_id": s.id,
                "letterhead_id": h,
                "opened_at": LONG_AGO,
                "last_at": LONG_AGO,
            }
            for u, s, h in zip(units, seekers, heads, strict=False)
        ],
    ).all()
    counts = {"requested": 1, "sent": 1, "unreachable": 0, "elsewhere": 0}
    sends = session.scalars(
        insert(send).returning(send.c.id, sort_by_parameter_order=True),
        [
            {"unit_id": m.unit_id, "membership_id": m.membership_id, "key": "first", "kind": "single"}
            | {"sent_at": LONG_AGO, "jst_day": day, **counts}
            for m in members
        ],
    ).all()
    assert [*threads] == list(range(threads[0], threads[0] + len(units)))
    assert [*sends] == list(range(sends[0], sends[0] + len(units)))
    return threads[0], sends[0]
