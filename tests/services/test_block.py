"""Blocking organisations: before any contact, several at once, found by name, never told to them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from portal.calendar.clock import FixedClock
from portal.domain.answer import AnswerKind
from portal.domain.reach import UnitClass
from portal.domain.refusal import Forbidden, Invalid, NotFound, Refusal, Unreachable
from portal.domain.unit import search_key
from portal.services import block, inbox, public_id, thread
from portal.store.database import Database
from portal.store.tables import audit, contractor, unit_record
from portal.store.tables import block as block_table
from tests.build import (
    FIRST_DAY,
    LAST_DAY,
    BuiltSeeker,
    BuiltUnit,
    build_contractor,
    build_member,
    build_seeker,
    build_unit,
)
from tests.services.relay_world import rows_of, send, stored

TODAY = date(2026, 6, 15)


def ref(unit: BuiltUnit) -> str:
    return public_id.shown(unit.public_id)


def named(database: Database, name: str, kana: str = "", **facts: object) -> BuiltUnit:
    """A unit with the directory key that the real entry makes."""
    built = build_unit(database, name=name, **facts)  # type: ignore[arg-type]  # facts are the builder's own
    with database.write() as session:
        session.execute(
            update(unit_record)
            .where(unit_record.c.unit_id == built.id)
            .values(kana=kana, search_key=search_key(name, kana))
        )
        session.commit()
    return built


def do_block(database: Database, clock: FixedClock, who: BuiltSeeker, *units: BuiltUnit) -> None:
    with database.write() as session:
        block.block(session, clock, who.actor, [ref(unit) for unit in units])


def find(
    database: Database, clock: FixedClock, who: BuiltSeeker, typed: str = "", page: int = 1
) -> list[str]:
    with database.read() as session:
        found = block.find_organisations(session, clock, who.actor, typed, page)
    return [organisation.name for organisation in found.organisations]


def test_S_Q5_a_block_stops_messages_and_unblocking_brings_nothing_after(
    database: Database, clock: FixedClock
) -> None:
    unit, other = build_unit(database), build_unit(database)
    member, seeker = build_member(database, unit), build_seeker(database, with_account=True)
    send(database, clock, unit, member, [seeker])
    do_block(database, clock, seeker, unit)
    do_block(database, clock, seeker, unit)

    with pytest.raises(Unreachable):
        send(database, clock, unit, member, [seeker])
    with database.write() as session, pytest.raises(Refusal, match="blocked_by_you"):
        inbox.answer(session, clock, seeker.actor, ref(unit), AnswerKind.USE, "", "a")
    with database.read() as session:
        shown = inbox.thread(session, clock, seeker.actor, ref(unit))
        of_unit = thread.thread(session, clock, member.actor, unit.token(seeker, "thread"))
        (listed,) = block.blocks(session, clock, seeker.actor)
    assert (len(shown.entries), shown.blocked_at, shown.closed) == (1, clock.now(), "blocked_by_you")
    assert (len(of_unit.entries), of_unit.closed) == (1, "unreachable")
    assert (listed.ref, listed.blocked_at) == (ref(unit), clock.now())

    with database.write() as session:
        assert [o.blocked_at for o in block.unblock(session, clock, seeker.actor, [ref(unit)])] == [None]
        block.unblock(session, clock, seeker.actor, [ref(unit), ref(other)])
    assert len(stored(database)) == 1
    assert send(database, clock, unit, member, [seeker]).sent == 1
    with database.read() as session:
        kinds = session.scalars(select(audit.c.kind).where(audit.c.kind.like("seeker.block%"))).all()
    assert kinds == ["seeker.block.add", "seeker.block.remove"]


def test_S_Q5_a_unit_can_be_blocked_before_any_contact_and_only_for_oneself(
    database: Database, clock: FixedClock
) -> None:
    unit = build_unit(database)
    member = build_member(database, unit)
    seeker, neighbour = build_seeker(database), build_seeker(database)
    do_block(database, clock, seeker, unit)

    result = send(database, clock, unit, member, [seeker, neighbour])
    assert (result.sent, result.unreachable) == (1, 1)


def test_blocks_of_unknown_organisations_are_refused_whole(database: Database, clock: FixedClock) -> None:
    unit, seeker = build_unit(database), build_seeker(database)
    for refs in ([ref(unit), "x" * 22], ["あ" * 22], [""], [ref(unit), ref(unit)[:-1] + "B"]):
        with database.write() as session, pytest.raises(NotFound):
            block.block(session, clock, seeker.actor, refs)
    for refs in ([], [f"{n:022}" for n in range(51)]):
        with database.write() as session, pytest.raises(Invalid):
            block.block(session, clock, seeker.actor, refs)
    with database.write() as session, pytest.raises(Forbidden):
        block.block(session, clock, build_member(database, unit).actor, [ref(unit)])
    assert rows_of(database, block_table) == 0


def test_P_Q4_the_same_companys_other_registration_is_offered_by_corporation_number(
    database: Database, clock: FixedClock
) -> None:
    company, seeker = "9990000000001", build_seeker(database)
    own = named(database, "架空人材", corporation_number=company)
    town = named(database, "架空市", unit_class="municipal")
    village = named(database, "架空村", unit_class="municipal")
    same_name = named(database, "架空人材", corporation_number="9990000000002")
    acting = build_contractor(database, town, name="架空人材")
    for place, number in ((town, acting), (village, build_contractor(database, village))):
        values = {"corporation_number": company if place is town else "9990000000003"}
        with database.write() as session:
            session.execute(update(contractor).where(contractor.c.id == number).values(values))
            session.commit()

    def offered(unit: BuiltUnit) -> list[str]:
        with database.read() as session:
            return [also.name for also in block.offer(session, clock, seeker.actor, ref(unit)).also]

    assert offered(own) == ["架空市"]
    assert offered(village) == offered(same_name) == []
    # The town itself is not the company; only where the contractor acts in the thread is its own business offered.
    assert offered(town) == []
    member = build_member(database, town, contractor_id=acting)
    send(database, clock, town, member, [seeker])
    assert offered(town) == ["架空人材"]
    do_block(database, clock, seeker, town, own)
    assert offered(town) == []


def test_organisations_are_found_by_name_and_reading_in_any_spelling(
    database: Database, clock: FixedClock
) -> None:
    seeker = build_seeker(database)
    named(database, "架空ジョブ株式会社", "カクウジョブカブシキガイシャ")
    named(database, "見本キャリア％_サービス", "ミホンキャリアサービス")
    town = named(database, "架空市", "カクウシ", unit_class="municipal")
    named(database, "架空終了社", "カクウシュウリョウシャ", status="ended")
    for name, since, until in (("受託ワーク", FIRST_DAY, LAST_DAY), ("昔の受託", FIRST_DAY, FIRST_DAY)):
        with database.write() as session:
            session.execute(
                insert(contractor).values(
                    unit_id=town.id,
                    name=name,
                    search_key=search_key(name),
                    licence_number=f"99-ユ-{len(name):06}",
                    since=since,
                    until=until,
                )
            )
            session.commit()

    assert find(database, clock, seeker) == ["架空市", "架空ジョブ株式会社", "見本キャリア％_サービス"]
    for typed in ("かくう じょぶ", "ｶｸｳｼﾞｮﾌﾞ", "ジョブ(株)"[:3], "ジョブ株式"):
        assert find(database, clock, seeker, typed) == ["架空ジョブ株式会社"], typed
    assert find(database, clock, seeker, "％_") == ["見本キャリア％_サービス"]
    assert find(database, clock, seeker, "%") == ["見本キャリア％_サービス"]
    assert find(database, clock, seeker, "わーく") == ["架空市"]
    assert find(database, clock, seeker, "昔の") == find(database, clock, seeker, "終了") == []
    assert find(database, clock, seeker, "社架空") == []
    with database.read() as session:
        page = block.find_organisations(session, clock, seeker.actor, unit_class=UnitClass.MUNICIPAL)
    assert [(o.name, o.contractors) for o in page.organisations] == [("架空市", ("受託ワーク",))]


def test_the_directory_has_pages_and_says_what_is_blocked(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(block, "PAGE", 2)
    seeker = build_seeker(database)
    units = [named(database, f"架空{n}号") for n in range(5)]
    do_block(database, clock, seeker, units[1])
    with database.read() as session:
        first = block.find_organisations(session, clock, seeker.actor)
        beyond = block.find_organisations(session, clock, seeker.actor, page=99)
    assert (first.found, first.page, first.pages) == (5, 1, 3)
    assert [o.blocked_at is not None for o in first.organisations] == [False, True]
    assert (beyond.page, [o.name for o in beyond.organisations]) == (3, ["架空4号"])
    clock.advance(timedelta(days=1))
    do_block(database, clock, seeker, units[3])
    with database.read() as session:
        assert [o.name for o in block.blocks(session, clock, seeker.actor)] == ["架空3号", "架空1号"]
