"""A run of retention that is killed in the middle: everything is told once and goes once, whatever the moment."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from portal.calendar.clock import FixedClock
from portal.domain.retention import Counts, Kind
from portal.services import retention
from portal.store import erasure
from portal.store import retention as store
from portal.store.tables import (
    message,
    retention_notice,
    retention_run,
    seeker,
    seeker_erasure,
    seeker_identity,
    thread_text_end,
)
from tests.build import build_member, build_seeker, build_unit, open_database
from tests.services.relay_world import send
from tests.services.retention_world import RULES, WORKER, Years

PROCESSES = multiprocessing.get_context("spawn")
CHUNK = 2
PEOPLE = 5
TOLD = date(2028, 5, 17)
GOES = date(2028, 6, 16)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def work(url: str, clock: FixedClock, point: str, after: int) -> None:
    """A process that carries a run on and dies at a point when it comes there for the n-th time."""
    retention._CHUNK.update(dict.fromkeys(Kind, CHUNK))
    database, met = open_database(url), 0

    def dying(act: Callable[..., Any]) -> Callable[..., Any]:
        def acts(*arguments: Any, **named: Any) -> Any:
            nonlocal met
            result = act(*arguments, **named)
            met += 1
            if met > after:
                die()
            return result

        return acts

    match point:
        case "a text is ended":
            store.end_texts = dying(store.end_texts)
        case "a person is half erased":
            erasure.bury_blocks = dying(erasure.bury_blocks)
        case "a person is erased":
            erasure.erase = dying(erasure.erase)
        case "the place is noted":
            store.move_run = dying(store.move_run)
    with database.write() as session:
        while not retention.step(session, clock, WORKER, RULES, f"worker-{os.getpid()}").ended:
            if point == "between two chunks":
                met += 1
                if met > after:
                    die()


@pytest.mark.parametrize("after", [1])
@pytest.mark.parametrize(
    "point",
    [
        "a text is ended",
        "a person is half erased",
        "a person is erased",
        "the place is noted",
        "between two chunks",
    ],
)
def test_everything_goes_exactly_once_wherever_the_run_is_killed(
    durable_database_url: str, clock: FixedClock, point: str, after: int
) -> None:
    database = open_database(durable_database_url)
    years = Years(database, clock)
    unit = build_unit(database)
    member = build_member(database, unit)
    people = [years.seeker, *(build_seeker(database, with_account=True) for _ in range(PEOPLE - 1))]
    send(database, clock, unit, member, people)
    with database.write() as session:
        session.execute(update(seeker).values(stopped_at=clock.now()))
        session.commit()
    years.on(TOLD).run()
    years.on(GOES)

    for when, expected in ((point, -signal.SIGKILL), ("never", 0)):
        process = PROCESSES.Process(target=work, args=(durable_database_url, clock, when, after))
        process.start()
        process.join(120)
        assert process.exitcode == expected
        clock.advance(retention.TAKE_OVER_AFTER + timedelta(seconds=1))

    with database.read() as session:

        def rows(table: Any) -> int:
            return session.scalar(select(func.count()).select_from(table)) or 0

        assert set(session.scalars(select(message.c.body))) == {""}
        assert (rows(message), rows(thread_text_end)) == (PEOPLE + 2, PEOPLE + 1)
        assert (rows(seeker_identity), rows(seeker_erasure), rows(retention_notice)) == (0, PEOPLE, 0)
        runs = session.execute(select(retention_run).order_by(retention_run.c.id)).all()
        assert len(runs) == 2
        assert runs[-1].ended_at is not None
        counts = retention.last_run(session)
    assert counts is not None
    assert counts[2][Kind.THREAD] == Counts(ended=PEOPLE + 1)
    assert counts[2][Kind.IDENTITY] == Counts(ended=PEOPLE)
    database.dispose()
