"""A PostgreSQL that keeps fsync on, with units and seekers to send between, for all benches of one run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from portal.store.migrate import upgrade
from tests.build import (
    BuiltMember,
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
# A table like `message` without its checks, indexes and references: what a bare insert costs here.
_BARE = """
CREATE TABLE bare (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, thread_id bigint NOT NULL, unit_id bigint NOT NULL,
    seeker_id bigint NOT NULL, direction varchar(10) NOT NULL, body text NOT NULL, sent_at timestamptz NOT NULL,
    jst_day date NOT NULL
)"""


@dataclass(frozen=True)
class RelayWorld:
    """``alias_keys`` by seeker; ``programs`` is the folder of the PostgreSQL programs."""

    url: str
    units: list[BuiltUnit]
    members: list[BuiltMember]
    alias_keys: dict[int, bytes]
    programs: Path


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
            session.execute(text(_BARE))
            session.commit()
            session.execute(text("ANALYZE"))
            session.commit()
        database.dispose()
        yield RelayWorld(
            url, units, members, {seeker.id: seeker.alias_key for seeker in seekers}, programs_folder()
        )
