"""Registrations from a small file: refused lines are named, the others are taken, a second run changes nothing."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.domain.actor import Actor, ActorKind
from portal.domain.refusal import Forbidden, Invalid
from portal.domain.registration_file import COLUMNS, BadFile, read_file
from portal.services import registration_file
from portal.services.registration_file import FileResult, LineState
from portal.store.tables import consent
from portal.store.tables import seeker as seeker_table
from tests.registrations import FORM, OFFICE, OPERATOR, OTHER_OFFICE, build_office_clerk, prepare, register

FOR_OFFICE = replace(OPERATOR, office_code=OFFICE)


def cells(**changes: str) -> dict[str, str]:
    flat = {name: value if isinstance(value, str) else ";".join(value) for name, value in FORM.items()}
    return {**flat, **changes}


def written(*lines: Mapping[str, str], head: list[str] | None = None, encoding: str = "utf-8") -> bytes:
    names = head or list(COLUMNS)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(names)
    fields = {title: field for field, title in COLUMNS.items()}
    for line in lines:
        writer.writerow([line.get(fields.get(name, name), "") for name in names])
    return file.getvalue().encode(encoding)


def load(
    database: Any, clock: Any, data: bytes, *, apply: bool = True, actor: Actor = FOR_OFFICE
) -> FileResult:
    with database.write() as session:
        return registration_file.load(session, clock, actor, data, default_months=2, apply=apply)


def count(database: Any) -> int:
    with database.read() as session:
        return int(session.scalar(select(func.count()).select_from(seeker_table)))


TWO = (cells(), cells(registration_number="13999-00000002", pr="電話は090-0000-0000です。"))


def test_a_dry_run_checks_everything_and_stores_nothing(database: Any, clock: Any) -> None:
    prepare(database, clock)
    done = load(
        database, clock, written(*TWO, cells(registration_number="13999-00000003", name="")), apply=False
    )
    assert [line.state for line in done.lines] == ["registered", "registered", "refused"]
    assert [(f.line, f.column, f.reason) for f in done.lines[2].faults] == [(4, "name", "missing")]
    assert count(database) == 0


def test_good_lines_are_registered_and_a_second_run_changes_nothing(database: Any, clock: Any) -> None:
    prepare(database, clock)
    first = load(database, clock, written(*TWO))
    assert (first.count(LineState.REGISTERED), first.lines[1].held) == (2, 1)
    second = load(database, clock, written(*TWO))
    assert [line.state for line in second.lines] == ["known", "known"]
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
            cells(registration_number="13999-00000009"),
            cells(registration_number="13999-00000005", birth_date="2026-02-30", place_1="府中市"),
            cells(registration_number="13999-00000006", pr="改行\nのある文章", school_status="x"),
            cells(registration_number="13999-00000007"),
        ),
    )
    named = [(f.line, f.column, f.reason) for line in done.lines for f in line.faults]
    assert named == [
        (3, "registration_number", "double_in_file"),
        (4, "registration_number", "bad_registration_number"),
        (5, "registration_number", "already_registered"),
        (6, "birth_date", "date_impossible"),
        (6, "place_1", "ambiguous_place"),
        (7, "school_status", "unknown_code"),
    ]
    assert done.lines[-1].line == 9
    assert count(database) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("japanese", [True, False])
def test_the_file_may_have_either_head_and_either_encoding(
    database: Any, clock: Any, encoding: str, japanese: bool
) -> None:
    prepare(database, clock)
    head = list(COLUMNS.values()) if japanese else list(COLUMNS)
    assert (
        load(database, clock, written(cells(), head=head, encoding=encoding)).count(LineState.REGISTERED) == 1
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"name\nx\n", "missing_column"),
        (b"name\x81\xff\n", "encoding"),
        (b'"open', "bad_csv"),
        (b"a\0b,c\n", "unknown_column"),
        (b"x" * 5_000_001, "too_large"),
        (written(head=[*COLUMNS, "name"]), "double_column"),
        (written(head=[*COLUMNS]) + b"x\n" * 2001, "too_many_lines"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(data: bytes, reason: str) -> None:
    with pytest.raises(BadFile) as bad:
        read_file(data)
    assert reason in {fault.reason for fault in bad.value.faults}


def test_a_line_of_another_length_and_an_endless_cell_are_named() -> None:
    data = written(cells(), cells(pr="あ" * 6000)) + b"x,y\n"
    assert [(line.number, line.fault) for line in read_file(data)] == [
        (2, None),
        (3, "too_long"),
        (4, "wrong_number_of_cells"),
    ]


def test_only_the_operator_for_a_known_office_and_a_clerk_load_files(database: Any, clock: Any) -> None:
    prepare(database, clock)
    with pytest.raises(Invalid) as refused:
        load(database, clock, written(cells()), actor=replace(OPERATOR, office_code="X9999"))
    assert refused.value.errors == {"office": ["unknown"]}
    with pytest.raises(Forbidden):
        load(database, clock, written(cells()), actor=Actor(ActorKind.BUREAU, bureau_code="13"))
    assert (
        load(database, clock, written(cells()), actor=build_office_clerk(database)).count(
            LineState.REGISTERED
        )
        == 1
    )
