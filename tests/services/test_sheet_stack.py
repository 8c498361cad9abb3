"""Many sheets at once: in the order of the file, part by part, for nobody who has an account, the earlier ones void."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.actor import Actor
from portal.domain.refusal import Conflict, Forbidden, NotFound
from portal.services import access_code, scope, sheet_stack
from portal.services.sheet import IssuedSheet
from portal.services.sheet_stack import Stack
from portal.store.tables import audit, seeker
from tests.build import build_account, build_clerk
from tests.registration_files import cells, hand_in, work, written
from tests.registrations import OFFICE, OTHER_OFFICE, build_office_clerk, prepare, register

ENDS = ("501", "402", "303", "204", "105")


@pytest.fixture
def clerk(database: Any, clock: Any) -> Actor:
    prepare(database, clock)
    return build_office_clerk(database)


@pytest.fixture
def file(database: Any, clock: Any, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file that registered five people; line 4 was refused. Two sheets make a part."""
    monkeypatch.setattr(sheet_stack, "PART", 2)
    lines = [cells(registration_number=f"13999-00000{end}") for end in ENDS]
    lines.insert(2, cells(registration_number="?"))
    made = hand_in(database, clock, written(*lines), register=True, actor=clerk)
    work(database, clock)
    return made.public_id


def issue(database: Any, clock: Any, clerk: Actor, file: str, part: int) -> tuple[IssuedSheet, ...]:
    with database.write() as session:
        return sheet_stack.issue_of_file(session, clock, clerk, file, part, activation_days=14)


def stack(database: Any, clerk: Actor, file: str, part: int) -> Stack:
    with database.read() as session:
        return sheet_stack.of_file(session, clerk, file, part)


def seeker_ids(database: Any) -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(seeker.c.id).order_by(seeker.c.id)))


def look(database: Any, clock: Any, code: str) -> Any:
    with database.write() as session:
        return access_code.look(
            session,
            clock,
            Actor("public"),
            code=code,
            birth_date=date(1990, 1, 1),
            address="192.0.2.1",
        )


def test_parts_follow_the_file_and_each_sheet_knows_its_line(
    database: Any, clock: Any, clerk: Actor, file: str
) -> None:
    parts = [issue(database, clock, clerk, file, part) for part in (1, 2, 3)]
    told = [[(one.line, one.number_end) for one in part] for part in parts]
    assert told == [[(2, "501"), (3, "402")], [(5, "303"), (6, "204")], [(7, "105")]]
    assert stack(database, clerk, file, 3) == Stack(1, 1, 1, 7, 7, 3, 3)
    assert len({one.code.code for part in parts for one in part}) == 5
    assert look(database, clock, parts[1][0].code.code)


def test_printing_a_part_again_makes_its_earlier_sheets_void_and_no_others(
    database: Any, clock: Any, clerk: Actor, file: str
) -> None:
    first, other = issue(database, clock, clerk, file, 1), issue(database, clock, clerk, file, 2)
    assert stack(database, clerk, file, 1).void == 2
    again = issue(database, clock, clerk, file, 1)
    for old in first:
        with pytest.raises(Exception, match="code_replaced"):
            look(database, clock, old.code.code)
    for usable in (*again, *other):
        assert look(database, clock, usable.code.code)


def test_whoever_has_an_account_gets_no_sheet_and_stays_in_their_part(
    database: Any, clock: Any, clerk: Actor, file: str
) -> None:
    ids = seeker_ids(database)
    build_account(database, kind="seeker", seeker_id=ids[0])
    assert stack(database, clerk, file, 1) == Stack(2, 1, 0, 2, 3, 1, 3)
    assert [one.number_end for one in issue(database, clock, clerk, file, 1)] == ["402"]
    assert [one.number_end for one in issue(database, clock, clerk, file, 2)] == ["303", "204"]
    build_account(database, kind="seeker", seeker_id=ids[1])
    with pytest.raises(Conflict):
        issue(database, clock, clerk, file, 1)


def test_every_code_leaves_a_line_of_its_own_and_the_stack_one(
    database: Any, clock: Any, clerk: Actor, file: str
) -> None:
    issue(database, clock, clerk, file, 1)
    with database.read() as session:
        rows = session.execute(
            select(audit.c.kind, audit.c.subject_kind, audit.c.subject_id, audit.c.account_id)
            .where(audit.c.kind.like("seeker.code.%"))
            .order_by(audit.c.id)
        ).all()
    one, two = seeker_ids(database)[:2]
    assert [tuple(row[:3]) for row in rows[:2]] == [
        ("seeker.code.issue", "seeker", one),
        ("seeker.code.issue", "seeker", two),
    ]
    assert tuple(rows[2][:2]) == ("seeker.code.issue_many", "registration_job")
    assert {row.account_id for row in rows} == {clerk.account_id}


@pytest.mark.parametrize("part", [0, -1, 4, 10**9])
def test_a_part_that_is_not_there(database: Any, clock: Any, clerk: Actor, file: str, part: int) -> None:
    with pytest.raises(NotFound):
        stack(database, clerk, file, part)
    with pytest.raises(NotFound):
        issue(database, clock, clerk, file, part)


def test_only_a_clerk_of_the_office_prints(database: Any, clock: Any, file: str) -> None:
    with pytest.raises(NotFound):
        issue(database, clock, build_office_clerk(database, OTHER_OFFICE), file, 1)
    with pytest.raises(Forbidden):
        issue(database, clock, build_clerk(database, office_code=OFFICE, role="office_desk"), file, 1)


def test_a_file_that_has_not_ended_has_no_sheets_yet(database: Any, clock: Any, clerk: Actor) -> None:
    waiting = hand_in(database, clock, written(cells()), register=True, actor=clerk).public_id
    with pytest.raises(Conflict):
        stack(database, clerk, waiting, 1)
    with pytest.raises(Conflict):
        issue(database, clock, clerk, waiting, 1)


def chosen(database: Any, clock: Any, clerk: Actor, ids: list[str]) -> tuple[IssuedSheet, ...]:
    with database.write() as session:
        return sheet_stack.issue_chosen(session, clock, clerk, ids, activation_days=14)


def test_a_list_is_printed_in_its_order_each_person_once(database: Any, clock: Any, clerk: Actor) -> None:
    first, second = (
        register(database, clock, clerk, registration_number=f"13999-00000{end}").office_id
        for end in ("501", "402")
    )
    issued = chosen(database, clock, clerk, [second, first, second])
    assert [(one.number_end, one.line) for one in issued] == [("402", None), ("501", None)]
    with database.read() as session:
        assert sheet_stack.of_chosen(session, clerk, [first, second]).void == 2


def test_a_list_with_one_of_another_office_is_not_found_and_nobody_gets_a_code(
    database: Any, clock: Any, clerk: Actor
) -> None:
    own = register(database, clock, clerk).office_id
    elsewhere = build_office_clerk(database, OTHER_OFFICE)
    foreign = register(database, clock, elsewhere, registration_number="13999-00000009").office_id
    many = [scope.public_id(number.to_bytes(16)) for number in range(sheet_stack.PART + 1)]
    for ids in ([own, foreign], [own, "A" * 22], [own, "é"], [own, own + "="], [], many):
        with pytest.raises(NotFound):
            chosen(database, clock, clerk, ids)
    with database.read() as session:
        assert sheet_stack.of_chosen(session, clerk, [own]).void == 0
