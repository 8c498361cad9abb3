"""A file in the documented format that the reader has never seen: made by a generator that knows only the document."""

import io
from collections import Counter
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from bench.registration_lines import Tables, registrations, write
from portal.services import registration_job
from portal.store.tables import held_text, registration_origin
from portal.store.tables import seeker as seeker_table
from tests.registration_files import FOR_OFFICE, hand_in, work
from tests.registrations import PREFECTURES, prepare

LINES = 2_000
TERMS = "2026-04"


@pytest.mark.parametrize(
    ("encoding", "heads", "seed"), [("utf-8", "mixed", 11), ("cp932", "japanese", 12)], ids=["utf-8", "cp932"]
)
def test_a_hard_file_goes_in_unseen_with_exactly_the_refusals_that_the_document_names(
    database: Any, clock: Any, encoding: str, heads: str, seed: int
) -> None:
    prepare(database, clock)
    file = io.BytesIO()
    made = registrations(
        LINES,
        Tables.read(prefectures=PREFECTURES),
        on=date(2026, 6, 15),
        terms=TERMS,
        seed=seed,
        cp932=encoding == "cp932",
        break_every=10,
    )
    expected = write(file, made, encoding=encoding, heads=heads, seed=seed)
    assert expected.refused_lines == LINES // 10
    handed = hand_in(database, clock, file.getvalue(), register=True)
    done = work(database, clock)
    assert done is not None
    assert (done.state, done.lines) == ("finished", LINES)
    with database.read() as session:
        refused = [
            (line.number, fault.column, fault.reason)
            for line in registration_job.all_refused(session, FOR_OFFICE, handed.public_id)
            for fault in line.faults
        ]
        assert Counter(refused) == Counter(expected.refused)
        assert (done.accepted, done.refused) == (expected.good, expected.refused_lines)
        for table in (seeker_table, registration_origin):
            assert session.scalar(select(func.count()).select_from(table)) == expected.good
        held = session.scalar(select(func.count()).select_from(held_text))
    assert held == done.held >= expected.held > 0
