"""Reports of messages: stored once, read by the desks they belong to, never told to the organisation."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from portal.calendar.clock import FixedClock
from portal.domain.actor import Actor
from portal.domain.message_screening import Declared
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import inbox, message_report, public_id, relay, thread
from portal.services.thread import THREAD_TOKEN
from portal.store import safe_message
from portal.store.database import Database
from portal.store.tables import audit
from tests.build import (
    BuiltSeeker,
    build_block,
    build_bureau_clerk,
    build_clerk,
    build_member,
    build_seeker,
    build_unit,
)

PAID = "面接対策講座のご案内です。受講料は33,000円です。"
REASON = "架空の理由です。受講料は就職先の会社が払います。"


class World:
    """One unit that has written to two seekers; the text carries a mark and a statement."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.unit = build_unit(database, bureau_code="13")
        self.member = build_member(database, self.unit)
        self.seeker = build_seeker(database, with_account=True)
        self.other = build_seeker(database, with_account=True)
        self.ref = public_id.shown(self.unit.public_id)
        for number, who in enumerate((self.seeker, self.other)):
            with database.write() as session:
                declared = Declared(lawful_because=REASON)
                token = self.unit.token(who)
                relay.send(session, clock, self.member.actor, [token], PAID, f"k{number}", declared=declared)

    def message(self, who: BuiltSeeker) -> str:
        with self.database.read() as session:
            (entry,) = inbox.thread(session, self.clock, who.actor, self.ref).entries
        assert entry.hint is not None
        return entry.hint.ref

    def report(self, who: BuiltSeeker, message: str, kind: str = "paid_service", note: str = "") -> None:
        with self.database.write() as session:
            message_report.report(session, self.clock, who.actor, self.ref, message, kind, note)

    def read(self, actor: Actor) -> message_report.Reports:
        with self.database.write() as session:
            return message_report.reports(session, self.clock, actor)


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, clock)


def test_opening_the_list_of_reports_leaves_a_line_that_counts_and_says_no_more(world: World) -> None:
    world.report(world.seeker, world.message(world.seeker), note="見本の通報です。")
    office = build_clerk(world.database)
    world.read(office)
    with world.database.read() as session:
        found = select(audit).where(audit.c.kind == "message.report.list")
        (line,) = session.execute(found).all()
    assert (line.actor_kind, line.account_id, line.subject_id) == ("office", office.account_id, None)
    assert json.loads(line.facts) == {"shown": 1}


def test_a_report_reaches_the_office_of_the_seeker_and_the_bureau_of_the_unit(world: World) -> None:
    world.report(world.seeker, world.message(world.seeker), note="見本の通報です。")
    office = build_clerk(world.database)
    for desk in (office, build_bureau_clerk(world.database, bureau_code="13")):
        (line,) = world.read(desk).lines
        assert (line.kind, line.note, line.statement) == ("paid_service", "見本の通報です。", REASON)
        assert [mark.kind.value for mark in line.marked] == ["paid_service"]
        assert not hasattr(line, "text")
    assert world.read(build_bureau_clerk(world.database, bureau_code="27")).lines == ()


def test_nobody_else_reads_reports(world: World) -> None:
    for actor in (world.member.actor, world.seeker.actor):
        with pytest.raises(Forbidden):
            world.read(actor)


def test_a_message_is_reported_once_and_what_was_typed_wrong_is_refused(world: World) -> None:
    message = world.message(world.seeker)
    with pytest.raises(Invalid):
        world.report(world.seeker, message, kind="")
    with pytest.raises(Invalid):
        world.report(world.seeker, message, note="あ" * 501)
    world.report(world.seeker, message)
    with pytest.raises(Conflict) as again:
        world.report(world.seeker, message)
    assert again.value.reason == "already_reported"


def test_a_message_of_somebody_else_is_not_found(world: World) -> None:
    for message in (world.message(world.other), "a" * 22, ""):
        with pytest.raises(NotFound):
            world.report(world.seeker, message)


def test_S_Q5_a_report_can_follow_a_block_and_the_organisation_sees_nothing_of_it(world: World) -> None:
    token = world.unit.token(world.seeker, THREAD_TOKEN)

    def seen() -> Any:
        with world.database.read() as session:
            return thread.thread(session, world.clock, world.member.actor, token).entries

    before = seen()
    message = world.message(world.seeker)
    build_block(world.database, world.seeker, world.unit)
    world.report(world.seeker, message)
    assert seen() == before
    assert all(entry.hint is None for entry in before)


def test_the_thread_tells_what_was_found_and_what_was_reported(world: World) -> None:
    world.report(world.seeker, world.message(world.seeker))
    with world.database.read() as session:
        (entry,) = inbox.thread(session, world.clock, world.seeker.actor, world.ref).entries
    assert entry.hint is not None
    assert entry.hint.reported_at == world.clock.now()
    assert [(mark.kind.value, str(mark.passed)) for mark in entry.hint.marks] == [("paid_service", "stated")]


def test_the_download_holds_the_own_reports_and_marks_alone(world: World) -> None:
    world.report(world.seeker, world.message(world.seeker), note="見本の通報です。")
    with world.database.read() as session:
        (own,) = safe_message.for_download(session, world.seeker.id)
        assert (own["kind"], own["note"]) == ("paid_service", "見本の通報です。")
        assert safe_message.for_download(session, world.other.id) == []
        (mark,) = safe_message.marks_for_download(session, world.other.id)
        assert (mark["kind"], mark["passed"]) == ("paid_service", "stated")
