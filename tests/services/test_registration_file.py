"""Registrations from a file: refused lines are named, the others are taken, a second run changes nothing."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden, Invalid
from portal.domain.registration_file import COLUMNS, BadFile
from portal.services import registration_job
from portal.services.registration_job import Job
from portal.store.tables import consent
from portal.store.tables import seeker as seeker_table
from tests.registration_files import FOR_OFFICE, TWO, cells, hand_in, load, written
from tests.registrations import OFFICE, OPERATOR, OTHER_OFFICE, build_office_clerk, prepare, register


def count(database: Any) -> int:
    with database.read() as session:
        return int(session.scalar(select(func.count()).select_from(seeker_table)))


def counts(job: Job) -> tuple[int, int, int, int]:
    assert job.done == job.lines
    return job.accepted, job.known, job.refused, job.held


def named(database: Any, job: Job) -> list[tuple[int, str, str]]:
    with database.read() as session:
        lines = registration_job.all_refused(session, FOR_OFFICE, job.public_id)
        return [(f.line, f.column, f.reason) for line in lines for f in line.faults]


def test_a_dry_run_checks_everything_and_stores_nothing(database: Any, clock: Any) -> None:
    prepare(database, clock)
    done = load(
        database, clock, written(*TWO, cells(registration_number="13999-00000003", name="")), apply=False
    )
    assert (done.state, counts(done)) == ("checked", (2, 0, 1, 1))
    assert named(database, done) == [(4, "name", "missing")]
    assert count(database) == 0


def test_good_lines_are_registered_and_a_second_run_changes_nothing(database: Any, clock: Any) -> None:
    prepare(database, clock)
    first = load(database, clock, written(*TWO))
    assert (first.state, counts(first)) == ("finished", (2, 0, 0, 1))
    second = load(database, clock, written(*TWO))
    assert (second.state, counts(second)) == ("finished", (0, 2, 0, 0))
    assert count(database) == 2
    with database.read() as session:
        assert set(session.scalars(select(consent.c.channel))) == {"file"}


def test_refused_lines_are_named_and_leave_the_others_alone(database: Any, clock: Any) -> None:
    prepare(database, clock)
    elsewhere = build_office_clerk(database, OTHER_OFFICE)
    register(database, clock, elsewhere, registration_number="13999-00000009")
    done = load(
        database,
        clock,
        written(
            cells(),
            cells(),
            cells(registration_number="1"),
            cells(registration_number="13999-00000009", terms_agreed="たぶん"),
            cells(registration_number="13999-00000005", birth_date="2026-02-30", place_1="府中市"),
            cells(registration_number="13999-00000006", pr="改行\nのある文章", school_status="x"),
            cells(registration_number="13999-00000007"),
        ),
    )
    assert named(database, done) == [
        (3, "registration_number", "double_in_file"),
        (4, "registration_number", "bad_registration_number"),
        (5, "terms_agreed", "yes_or_no"),
        (5, "registration_number", "already_registered"),
        (6, "birth_date", "date_impossible"),
        (6, "place_1", "ambiguous_place"),
        (7, "school_status", "unknown_code"),
    ]
    assert counts(done) == (2, 0, 5, 0)
    assert count(database) == 3
    with database.read() as session:
        lines = registration_job.refused(session, FOR_OFFICE, done.public_id).lines
        assert lines[0].faults[0].first == 2
        assert lines[-1].cells[list(COLUMNS).index("pr")] == "改行\nのある文章"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("japanese", [True, False])
def test_the_file_may_have_either_head_and_either_encoding(
    database: Any, clock: Any, encoding: str, japanese: bool
) -> None:
    prepare(database, clock)
    head = list(COLUMNS.values()) if japanese else list(COLUMNS)
    done = load(database, clock, written(cells(), head=head, encoding=encoding))
    assert counts(done) == (1, 0, 0, 0)


def test_only_the_operator_for_a_known_office_and_a_clerk_hand_in_files(database: Any, clock: Any) -> None:
    prepare(database, clock)
    with pytest.raises(Invalid) as refused:
        hand_in(database, clock, written(cells()), actor=replace(OPERATOR, office_code="X9999"))
    assert refused.value.errors == {"office": ["unknown"]}
    with pytest.raises(Forbidden):
        hand_in(database, clock, written(cells()), actor=Actor(ActorKind.BUREAU, bureau_code="13"))
    with pytest.raises(BadFile):
        hand_in(database, clock, b"")
    assert counts(load(database, clock, written(cells()), actor=build_office_clerk(database, OFFICE))) == (
        1,
        0,
        0,
        0,
    )


@pytest.mark.parametrize("text", [";", "；", " ; ", "；;　;", ""])
def test_a_list_of_separators_alone_is_empty(database: Any, clock: Any, text: str) -> None:
    prepare(database, clock)
    needed = load(database, clock, written(cells(employment=text)))
    assert named(database, needed) == [(2, "employment", "missing")]
    assert counts(load(database, clock, written(cells(times=text, licences=text)))) == (1, 0, 0, 0)


def test_a_list_that_is_too_long_is_not_called_missing_too(database: Any, clock: Any) -> None:
    prepare(database, clock)
    done = load(database, clock, written(cells(employment=";".join(["regular"] * 11))))
    assert named(database, done) == [(2, "employment", "too_many")]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"birth_date": "1906-06-15"}, []),
        ({"birth_date": "1906-06-14"}, [(2, "birth_date", "too_long_ago")]),
        (
            {"birth_date": "1990-01-01", "registered_on": "1989-12-31", "valid_until": "2026-08-31"},
            [(2, "registered_on", "before_birth")],
        ),
        ({"birth_date": "1990-01-01", "registered_on": "1990-01-01", "valid_until": "2026-08-31"}, []),
        ({"name": "見本\t花子"}, []),
        *(({"terms_agreed": text}, []) for text in ("1", "y", "YES", "True", "on", "はい")),
        *(
            ({"terms_agreed": text}, [(2, "terms_agreed", "must_agree")])
            for text in ("", "0", "N", "no", "FALSE", "off", "いいえ")
        ),
        *(({"terms_agreed": text}, [(2, "terms_agreed", "yes_or_no")]) for text in ("済", "○", "2", "ok")),
    ],
)
def test_a_line_is_read_as_the_document_says(
    database: Any, clock: Any, changes: dict[str, str], told: list[tuple[int, str, str]]
) -> None:
    prepare(database, clock)
    done = load(database, clock, written(cells(**changes)))
    assert (named(database, done), done.accepted) == (told, 0 if told else 1)
