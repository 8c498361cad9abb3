"""Carrying a file on: in pieces that can be cut anywhere, by one worker at a time."""

import io
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from portal.calendar.day import day_start
from portal.domain.refusal import Conflict
from portal.domain.registration_file import FileFault
from portal.services import registration_decision, registration_job, registration_run
from portal.services.registration_job import JobState
from portal.store import seeker as seeker_store
from portal.store.tables import (
    metadata,
    registration_piece,
    registration_refusal,
    terms_version,
)
from tests.registration_files import (
    FOR_OFFICE,
    HARD,
    LIMITS,
    cells,
    count,
    hand_in,
    people,
    standing,
    work,
    written,
)
from tests.registrations import OTHER_OFFICE, build_office_clerk, prepare, register


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration_run, "CHUNK_LINES", 3)


def step(database: Any, clock: Any, worker: registration_run.Worker) -> registration_job.Job | None:
    with database.write() as session:
        return worker.step(session, clock)


def test_the_work_can_be_cut_after_any_chunk_and_goes_on_with_another_worker(
    database: Any, clock: Any
) -> None:
    prepare(database, clock)
    lines = [*people(7), cells(registration_number="13999-00000001"), *people(10)[7:]]
    handed = hand_in(database, clock, written(*lines), register=True)
    seen = []
    for number in range(20):
        # A worker of its own for every chunk, each of which finds the one before it dead.
        job = step(database, clock, registration_run.Worker(f"worker-{number}", 2))
        clock.advance(registration_run.DEAD_AFTER + timedelta(seconds=1))
        if job is None:
            break
        seen.append((job.state, job.done, job.percent))
    assert seen == [
        ("registering", 3, 27),
        ("registering", 6, 54),
        ("registering", 9, 81),
        ("finished", 11, 100),
    ]
    done = standing(database, handed.public_id)
    assert (done.accepted, done.known, done.refused) == (10, 0, 1)
    assert count(database) == 10
    with database.read() as session:
        (line,) = registration_job.refused(session, FOR_OFFICE, handed.public_id).lines
        assert line.faults == (FileFault(9, "registration_number", "double_in_file", 2),)
        found = registration_job.registered(session, FOR_OFFICE, handed.public_id)
        assert [number for number, _ in found] == [2, 3, 4, 5, 6, 7, 8, 10, 11, 12]


def test_a_living_worker_keeps_its_file_and_a_dead_one_loses_it(database: Any, clock: Any) -> None:
    prepare(database, clock)
    hand_in(database, clock, written(*people(12)), register=True)
    first, second = registration_run.Worker("one", 2), registration_run.Worker("two", 2)
    assert step(database, clock, first).done == 3
    clock.advance(registration_run.DEAD_AFTER)
    assert step(database, clock, second) is None
    assert step(database, clock, first).done == 6
    clock.advance(registration_run.DEAD_AFTER + timedelta(seconds=1))
    assert step(database, clock, second).done == 9
    # It comes back and finds its file in other hands.
    assert step(database, clock, first) is None
    assert count(database) == 9


def test_nothing_of_a_chunk_is_left_when_its_transaction_fails(
    database: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(database, clock)
    handed = hand_in(database, clock, written(*people(4), cells(registration_number="1")), register=True)
    worker = registration_run.Worker("one", 2)
    with monkeypatch.context() as broken:
        broken.setattr(registration_run, "_move", lambda *_: 1 / 0)
        for _ in range(registration_run.MOST_FAILURES):
            with pytest.raises(ZeroDivisionError):
                step(database, clock, worker)
    assert count(database) == count(database, registration_refusal) == 0
    failed = standing(database, handed.public_id)
    assert (failed.state, failed.reason, failed.done) == (JobState.FAILED, "program_error", 0)
    with database.write() as session:
        registration_decision.resume(session, clock, FOR_OFFICE, handed.public_id)
    done = work(database, clock)
    assert done is not None
    assert (done.state, done.accepted, done.refused) == ("finished", 4, 1)


def test_whoever_registers_a_number_between_look_and_write_is_not_run_over(
    database: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(database, clock)
    clerk = build_office_clerk(database, OTHER_OFFICE)
    register(database, clock, clerk, registration_number="13999-00000002")
    hand_in(database, clock, written(*people(3)), register=True)
    looks = []
    look = seeker_store.offices_of

    def blind_at_first(session: Any, keys: Any) -> dict[bytes, str]:
        looks.append(1)
        return {} if len(looks) == 1 else look(session, keys)

    monkeypatch.setattr(seeker_store, "offices_of", blind_at_first)
    done = work(database, clock)
    assert done is not None
    assert (done.accepted, done.refused) == (2, 1)
    assert len(looks) > 2


def test_a_dry_run_counts_what_registering_then_does(database: Any, clock: Any) -> None:
    prepare(database, clock)
    register(database, clock, build_office_clerk(database), registration_number="13999-00000004")
    handed = hand_in(database, clock, written(*HARD))
    checked = work(database, clock)
    assert checked is not None
    assert checked.state is JobState.CHECKED
    assert count(database) == 1
    with database.write() as session:
        registration_decision.begin(session, clock, FOR_OFFICE, handed.public_id)
    again = standing(database, handed.public_id)
    assert (again.state, again.done, again.wanted) == (JobState.WAITING, 0, "register")
    done = work(database, clock)
    assert done is not None
    assert done.state is JobState.FINISHED
    for name in ("done", "accepted", "known", "refused", "held"):
        assert getattr(done, name) == getattr(checked, name)
    assert (done.accepted, done.known, done.refused, done.held) == (7, 1, 3, 1)
    with database.write() as session, pytest.raises(Conflict):
        registration_decision.begin(session, clock, FOR_OFFICE, handed.public_id)


def test_a_cancelled_file_stops_before_the_next_chunk_and_leaves_what_it_registered(
    database: Any, clock: Any
) -> None:
    prepare(database, clock)
    handed = hand_in(database, clock, written(*people(9), cells(name="")), register=True)
    worker = registration_run.Worker("one", 2)
    step(database, clock, worker)
    with database.write() as session:
        registration_decision.cancel(session, clock, FOR_OFFICE, handed.public_id)
    assert step(database, clock, worker) is None
    assert count(database) == 3
    assert count(database, registration_piece) == 0
    with database.write() as session, pytest.raises(Conflict):
        registration_decision.cancel(session, clock, FOR_OFFICE, handed.public_id)
    with database.write() as session, pytest.raises(Conflict):
        registration_decision.resume(session, clock, FOR_OFFICE, handed.public_id)


def _first_terms(database: Any) -> date:
    """The first day of the first version of the terms."""
    with database.read() as session:
        return session.execute(select(func.min(terms_version.c.valid_from))).scalar_one()


def test_a_file_waits_failed_while_no_terms_are_in_force(database: Any, clock: Any) -> None:
    prepare(database, clock)
    clock.set(day_start(_first_terms(database)) - timedelta(seconds=1))
    handed = hand_in(database, clock, written(*people(1)), register=True)
    failed = work(database, clock)
    assert failed is not None
    assert (failed.state, failed.reason) == (JobState.FAILED, "terms_missing")
    clock.advance(timedelta(seconds=1))
    with database.write() as session:
        registration_decision.resume(session, clock, FOR_OFFICE, handed.public_id)
    done = work(database, clock)
    assert done is not None
    assert done.state is JobState.FINISHED


def test_a_check_for_no_office_finds_what_is_wrong_and_stores_nothing(database: Any, clock: Any) -> None:
    prepare(database, clock)
    before = {table.name: count(database, table) for table in metadata.sorted_tables}
    with database.read() as session:
        found = list(
            registration_run.check(session, clock, io.BytesIO(written(*HARD)), LIMITS, default_months=2)
        )
    assert [some.done for some in found] == [3, 6, 9, 11]
    assert sum(some.good for some in found) == 8
    refused = [(line.number, line.faults[0].reason) for some in found for line in some.refused]
    assert refused == [(6, "date_impossible"), (9, "double_in_file"), (14, "terms_changed")]
    assert {table.name: count(database, table) for table in metadata.sorted_tables} == before


def test_of_many_workers_that_ask_at_once_one_gets_the_file(database: Any, clock: Any) -> None:
    prepare(database, clock)
    hand_in(database, clock, written(*people(9)), register=True)
    together, got = threading.Barrier(6), []

    def ask(name: str) -> None:
        together.wait()
        with database.write() as session:
            got.append(registration_run.take(session, clock, name, default_months=2))

    threads = [threading.Thread(target=ask, args=(f"worker-{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([run for run in got if run is not None]) == 1
    assert len(got) == 6


def test_workers_that_work_at_once_on_two_files_with_the_same_numbers_register_each_once(
    database: Any, clock: Any
) -> None:
    prepare(database, clock)
    data = written(*people(12))
    for _ in range(2):
        hand_in(database, clock, data, register=True)
    together, done = threading.Barrier(2), []

    def carry(name: str) -> None:
        worker = registration_run.Worker(name, 2)
        together.wait()
        while True:
            try:
                job = step(database, clock, worker)
            except DBAPIError:
                # Each waits for a number of the other: the database sends one of them back.
                continue
            if job is None:
                return
            done.append(job)

    threads = [threading.Thread(target=carry, args=(f"worker-{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ended = [job for job in done if job.state is JobState.FINISHED]
    assert len(ended) == 2
    assert sum(job.accepted for job in ended) == sum(job.known for job in ended) == count(database) == 12
