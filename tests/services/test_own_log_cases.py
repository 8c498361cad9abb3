"""Cases and readings of frozen threads in a seeker's record: all of one's own, nothing that is not shown to one."""

from typing import Any

import pytest

from portal.domain.complaint import Act
from portal.services import complaint_case
from portal.services.own_log import By, Entry, Event, Wanted, own_log
from tests.services.complaint_world import Desks


@pytest.fixture
def desks(database: Any, clock: Any) -> Desks:
    made = Desks(database, clock, name="架空甲社")
    made.answers()
    return made


def record(desks: Desks, kind: str) -> list[Entry]:
    with desks.database.read() as session:
        return list(own_log(session, desks.clock, desks.seeker.actor, wanted=Wanted.read(kind, "")).entries)


def test_S_Q4_a_case_stands_in_the_record_line_by_line_with_its_number_and_the_desk(desks: Desks) -> None:
    ref = desks.opens()
    desks.says(desks.desk, ref, Act.WRITE)
    desks.says(desks.desk, ref, Act.ANSWER)
    told = record(desks, "cases")
    assert [(entry.event, entry.by) for entry in told][::-1] == [
        (Event.CASE_OPENED, By.SEEKER),
        (Event.CASE_WRITTEN, By.OFFICE),
        (Event.CASE_ANSWERED, By.OFFICE),
    ]
    number = desks.case(desks.desk, ref).line.number
    assert {entry.case_number for entry in told} == {number}
    assert {entry.units for entry in told} == {("架空甲社",)}
    assert all("架空" in entry.place for entry in told if entry.by is By.OFFICE)
    assert record(desks, "registration") == []


def test_each_reading_of_a_frozen_thread_stands_in_the_record_with_the_desk_and_no_name(desks: Desks) -> None:
    ref = desks.opens()
    for _ in range(2):
        desks.act(complaint_case.read_transcript, desks.desk, ref)
    told = record(desks, "readings")
    assert [(entry.event, entry.by, entry.units) for entry in told] == [
        (Event.TRANSCRIPT_READ, By.OFFICE, ("架空甲社",))
    ] * 2
    assert all(entry.case_number and "架空" in entry.place for entry in told)
    assert "例示" not in repr(told)


def test_R64_of_a_case_that_an_organisation_opened_only_the_reading_is_told_and_no_number(
    desks: Desks,
) -> None:
    ref = desks.consults()
    desks.says(desks.desk, ref, Act.WRITE)
    desks.act(complaint_case.read_transcript, desks.desk, ref)
    assert record(desks, "cases") == []
    (reading,) = record(desks, "readings")
    assert (reading.event, reading.case_number) == (Event.TRANSCRIPT_READ, "")
    # Once the desk asks the seeker, the case is there, from that line on.
    desks.says(desks.desk, ref, Act.ASK)
    assert [entry.event for entry in record(desks, "cases")] == [Event.CASE_ASKED]
    assert record(desks, "readings")[0].case_number


def test_after_a_hand_over_the_bureau_is_named(desks: Desks) -> None:
    ref = desks.opens()
    desks.hands_over(desks.desk, ref, "bureau")
    desks.says(desks.bureau, ref, Act.ANSWER)
    answered = record(desks, "cases")[0]
    assert (answered.event, answered.by) == (Event.CASE_ANSWERED, By.BUREAU)
    assert answered.place.endswith("労働局")


def test_somebody_else_sees_none_of_it(desks: Desks) -> None:
    desks.opens()
    other = Desks(desks.database, desks.clock, tables=False)
    assert record(other, "cases") == []
    assert record(other, "readings") == []
