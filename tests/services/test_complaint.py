"""A seeker's complaint: the desk is chosen freely, the organisation sees what it may, a block ends nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.calendar.clock import FixedClock
from portal.domain.complaint import MOST_LINES_A_DAY, MOST_OPEN, Act, Desk, DeskPlace, Side, State
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import block, complaint, complaint_act, complaint_case, complaint_officer, public_id
from portal.services import seeker as seekers
from portal.store import complaint as store
from portal.store import complaint_transcript
from portal.store.complaint import for_download
from portal.store.database import Database
from portal.store.tables import complaint as table
from portal.store.tables import complaint_event, complaint_reading, message, quota_use, unit
from portal.store.tables import complaint_transcript as transcripts
from tests.build import build_member, build_seeker, build_unit
from tests.services.complaint_sides import OTHER_OFFICE, OWN_OFFICE, TEXT, Sides, key
from tests.services.relay_world import TEXT as LETTER
from tests.services.relay_world import audited, rows_of, send


@pytest.fixture
def world(database: Database, clock: FixedClock) -> Sides:
    return Sides(database, clock)


def test_S_Q4_the_officer_or_an_office_is_chosen_freely_and_the_registering_office_stands_first(
    world: Sides,
) -> None:
    """それでも解決されない場合又は責任者に連絡がしにくい場合は、最寄りのハローワークの苦情申出等受付担当者あてにご相談ください。"""
    with world.database.read() as session:
        offered = complaint.offer(session, world.clock, world.seeker.actor, world.ref)
    assert offered.officer == ""
    assert (offered.officer_name, offered.officer_contact) == ("見本 責任", "00-0000-0000")
    assert offered.offices.first is not None
    assert offered.offices.first.code == OWN_OFFICE
    assert offered.offices.codes == {OWN_OFFICE, OTHER_OFFICE}

    # Nothing was ever brought to the officer: an office takes it all the same, any office.
    for office in (OWN_OFFICE, OTHER_OFFICE):
        opened = world.open(office=office)
        assert world.of_seeker(opened.ref).line.place == DeskPlace(Desk.OFFICE, office)
    by_officer = world.open("officer")
    assert world.of_officer(by_officer.ref).line.side is Side.DESK


def test_S_Q4_whoever_is_nobody_s_officer_any_more_cannot_be_chosen_and_an_office_still_can(
    database: Database, clock: FixedClock
) -> None:
    world = Sides(database, clock)
    alone = build_unit(database, name="架空無人紹介")
    ref = public_id.shown(alone.public_id)
    with database.read() as session:
        assert complaint.offer(session, clock, world.seeker.actor, ref).officer == "officer_not_here"
    with database.write() as session, pytest.raises(Invalid) as refused:
        complaint.open_case(session, clock, world.seeker.actor, ref, world.typed("officer"), key())
    assert refused.value.errors == {"desk": ["officer_not_here"]}
    with database.write() as session:
        opened = complaint.open_case(session, clock, world.seeker.actor, ref, world.typed(), key())
    assert world.of_seeker(opened.ref).messages is None


def test_S_Q5_a_block_and_a_stop_neither_prevent_nor_end_a_complaint(world: Sides) -> None:
    """不必要な案内: ブロックする設定を行うことが可能。また、どこに相談すればよいか。"""
    before = world.open()
    with world.database.write() as session:
        block.block(session, world.clock, world.seeker.actor, [world.ref])
    with world.database.write() as session:
        seekers.stop(session, world.clock, world.seeker.actor)
    after = world.open("officer")
    world.act(world.officer, after.ref, Act.ANSWER, "見本: 今後お送りしません。")
    assert [line.text for line in world.of_seeker(after.ref).lines] == [TEXT, "見本: 今後お送りしません。"]
    world.say(world.desk, before.ref, Act.ANSWER, "見本: 団体に確認します。")
    assert world.of_seeker(before.ref).line.state is State.ANSWERED
    assert world.act(world.seeker, before.ref, Act.REPLY, "見本: お願いします。")


def test_R64_what_was_brought_to_an_office_is_not_there_for_the_organisation_until_the_desk_asks(
    world: Sides,
) -> None:
    opened = world.open()
    assert world.officers_list() == ()
    with world.database.read() as session:
        assert session.execute(select(store.new_to_unit(world.unit.id))).scalar_one() == 0
    with pytest.raises(NotFound):
        world.of_officer(opened.ref)
    with pytest.raises(NotFound):
        world.act(world.officer, opened.ref, Act.REPLY, "見本")
    world.say(world.desk, opened.ref, Act.WRITE, "見本: くわしく教えてください。")
    assert world.officers_list() == ()

    world.say(world.desk, opened.ref, Act.ASK, "見本: 送信の経緯を教えてください。")
    (line,) = world.officers_list()
    assert (line.number, line.side, line.new) == (opened.number, Side.OTHER, True)
    seen = world.of_officer(opened.ref)
    # What the seeker wrote is the desk's to pass on.
    assert [one.text for one in seen.lines] == ["見本: 送信の経緯を教えてください。"]
    assert TEXT not in repr(seen)
    assert seen.opened_at == world.clock.now()

    assert world.act(world.officer, opened.ref, Act.REPLY, "見本: 担当を替えました。")
    assert "見本: 担当を替えました。" not in [one.text for one in world.of_seeker(opened.ref).lines]
    assert world.of_seeker(opened.ref).line.state is State.EXAMINED


def test_R64_a_complaint_to_the_officer_is_for_the_officer_alone(world: Sides) -> None:
    opened = world.open("officer")
    assert [line.number for line in world.officers_list()] == [opened.number]
    for other in (world.contact, world.writer):
        with pytest.raises(Forbidden):
            world.of_officer(opened.ref, other)
        with world.database.read() as session, pytest.raises(Forbidden):
            complaint_officer.cases(session, world.clock, other.actor)
        with pytest.raises(Forbidden):
            world.act(other, opened.ref, Act.ANSWER, "見本")
    stranger = build_member(world.database, build_unit(world.database), role="officer")
    with pytest.raises(NotFound):
        world.of_officer(opened.ref, stranger)
    with world.database.write() as session, pytest.raises(NotFound):
        complaint_case.case(session, world.clock, world.desk, opened.ref)


def test_a_case_of_another_seeker_is_not_there(world: Sides) -> None:
    opened = world.open()
    other = build_seeker(world.database, with_account=True)
    with pytest.raises(NotFound):
        world.of_seeker(opened.ref, other)
    with pytest.raises(NotFound):
        world.act(other, opened.ref, Act.CLOSE)
    with pytest.raises(Forbidden), world.database.read() as session:
        complaint.case(session, world.clock, world.desk, opened.ref)


def test_answers_in_a_case_are_no_messages_and_count_against_nothing(world: Sides) -> None:
    before = rows_of(world.database, message)
    with world.database.read() as session:
        used = session.execute(select(func.sum(quota_use.c.n))).scalar_one()
    opened = world.open("officer")
    for _ in range(3):
        world.act(world.officer, opened.ref, Act.WRITE, "見本: 確認しています。")
    assert rows_of(world.database, message) == before
    with world.database.read() as session:
        assert session.execute(select(func.sum(quota_use.c.n))).scalar_one() == used


@pytest.mark.parametrize("closed", ["suspended_from", "valid_until"])
def test_R46_a_suspended_or_expired_organisation_still_answers_in_a_case(world: Sides, closed: str) -> None:
    to_officer = world.open("officer")
    to_office = world.open()
    world.say(world.desk, to_office.ref, Act.ASK, "見本: 経緯を教えてください。")
    with world.database.write() as session:
        if closed == "suspended_from":
            values = {"suspended_from": world.clock.now().date(), "suspension_reason": "order"}
        else:
            values = {"valid_until": world.clock.now().date().replace(month=5)}
        session.execute(unit.update().values(**values))
        session.commit()
    assert world.act(world.officer, to_officer.ref, Act.ANSWER, "見本: 改めます。")
    assert world.act(world.officer, to_office.ref, Act.REPLY, "見本: 経緯です。")
    # And a seeker can still complain.
    assert world.open("officer").number


def test_the_frozen_copy_stays_as_it_was_and_every_reading_is_shown_to_the_person(world: Sides) -> None:
    opened = world.open()
    send(world.database, world.clock, world.unit, world.writer, [world.seeker], text="見本: 後から送った案内")
    with world.database.write() as session:
        read = complaint_case.read_transcript(session, world.clock, world.desk, opened.ref)
    assert [one.text for one in read.messages] == [LETTER]
    shown = world.of_seeker(opened.ref)
    assert shown.messages == 1
    assert [(one.at, one.place) for one in shown.readings] == [
        (world.clock.now(), DeskPlace(Desk.OFFICE, OWN_OFFICE))
    ]
    with world.database.read() as session:
        (reading,) = complaint_transcript.readings_of(session, world.seeker.id)
        _, own = complaint.frozen(session, world.clock, world.seeker.actor, opened.ref)
    assert reading.number == opened.number
    assert [one.text for one in own.messages] == [LETTER]
    # One's own reading is no reading of staff.
    assert rows_of(world.database, complaint_reading) == 1


def test_the_officer_opens_the_copy_only_while_the_case_is_open_and_that_is_logged_too(world: Sides) -> None:
    opened = world.open("officer")
    with world.database.write() as session:
        _, read = complaint_officer.read_transcript(session, world.clock, world.officer.actor, opened.ref)
    assert [one.text for one in read.messages] == [LETTER]
    assert [one.place.desk for one in world.of_seeker(opened.ref).readings] == [Desk.OFFICER]
    world.act(world.seeker, opened.ref, Act.SETTLE)
    with world.database.write() as session, pytest.raises(Conflict, match="wrong_state"):
        complaint_officer.read_transcript(session, world.clock, world.officer.actor, opened.ref)
    assert rows_of(world.database, complaint_reading) == 1


def test_an_organisation_that_is_asked_reads_no_copy_and_notes_nothing(world: Sides) -> None:
    opened = world.open()
    world.say(world.desk, opened.ref, Act.ASK, "見本: 経緯を教えてください。")
    with world.database.write() as session, pytest.raises(Forbidden):
        complaint_officer.read_transcript(session, world.clock, world.officer.actor, opened.ref)
    with world.database.write() as session, pytest.raises(Forbidden):
        complaint_officer.note(session, world.clock, world.officer.actor, opened.ref, "見本")


def test_notes_of_officers_are_for_officers_and_said_once(world: Sides) -> None:
    opened = world.open("officer")
    for _ in range(2):
        with world.database.write() as session:
            complaint_officer.note(session, world.clock, world.officer.actor, opened.ref, "見本: 内部の覚え")
    assert [one.text for one in world.of_officer(opened.ref).notes] == ["見本: 内部の覚え"]
    assert "内部の覚え" not in repr(world.of_seeker(opened.ref))


def test_a_second_click_opens_no_second_case_and_writes_no_second_line(world: Sides) -> None:
    first, second = world.open(form="same-form"), world.open(form="same-form")
    assert (second.ref, second.repeated) == (first.ref, True)
    assert rows_of(world.database, table) == rows_of(world.database, transcripts) == 1
    assert world.act(world.seeker, first.ref, Act.REPLY, "見本", form="reply") is True
    assert world.act(world.seeker, first.ref, Act.REPLY, "見本", form="reply") is False
    assert rows_of(world.database, complaint_event) == 2
    assert audited(world.database, "complaint.open") == [("done", None)]


def test_of_two_clicks_at_the_same_time_one_opens_the_case(world: Sides) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: world.open(form="together"), range(2)))
    assert both[0].ref == both[1].ref
    assert sorted(one.repeated for one in both) == [False, True]


def test_somebody_else_s_form_key_opens_one_s_own_case(world: Sides) -> None:
    other = build_seeker(world.database, office_code=OWN_OFFICE, with_account=True)
    mine, theirs = world.open(form="the-same"), world.open(form="the-same", who=other)
    assert mine.ref != theirs.ref
    assert not theirs.repeated


def test_an_answer_to_a_case_that_went_on_meanwhile_is_refused(world: Sides) -> None:
    opened = world.open("officer")
    looked_at = world.of_officer(opened.ref).revision
    world.act(world.seeker, opened.ref, Act.REPLY, "見本: もう一つあります。")
    with pytest.raises(Conflict, match="changed_meanwhile"):
        world.act(world.officer, opened.ref, Act.CLOSE, revision=looked_at)
    assert world.of_seeker(opened.ref).line.state is State.OPEN


@pytest.mark.parametrize("guess", [0, 1, 2, 3, 4, 99])
def test_R64_whoever_is_no_desk_cannot_guess_how_often_others_wrote_in_a_case(
    world: Sides, guess: int
) -> None:
    asked, own = world.open(), world.consult()
    world.say(world.desk, asked.ref, Act.ASK, "見本: 経緯を教えてください。")
    for opened in (asked, own):
        assert world.act(world.officer, opened.ref, Act.REPLY, "見本: 経緯です。", revision=guess)
    assert world.act(world.seeker, asked.ref, Act.REPLY, "見本: 追加です。", revision=guess)


def test_a_flood_of_lines_or_cases_is_stopped_and_the_next_day_is_another(world: Sides) -> None:
    opened = world.open()
    for _ in range(MOST_LINES_A_DAY - 1):
        world.act(world.seeker, opened.ref, Act.REPLY, "見本")
    with pytest.raises(Conflict, match="too_many_lines"):
        world.act(world.seeker, opened.ref, Act.REPLY, "見本")
    for _ in range(MOST_OPEN - 1):
        world.open()
    with pytest.raises(Conflict, match="too_many_cases"):
        world.open()
    world.clock.advance(timedelta(days=1))
    assert world.act(world.seeker, opened.ref, Act.REPLY, "見本")
    with pytest.raises(Conflict, match="too_many_cases"):
        world.open()
    world.act(world.seeker, opened.ref, Act.CLOSE)
    assert world.open().number


def test_a_case_is_settled_taken_back_and_taken_up_again(world: Sides) -> None:
    opened = world.open()
    world.act(world.seeker, opened.ref, Act.SETTLE)
    assert world.of_seeker(opened.ref).line.state is State.SETTLED
    with pytest.raises(Conflict, match="wrong_state"):
        world.act(world.seeker, opened.ref, Act.REPLY, "見本")
    world.act(world.seeker, opened.ref, Act.REOPEN, "見本: また届きました。")
    assert world.of_seeker(opened.ref).line.state is State.EXAMINED
    world.act(world.seeker, opened.ref, Act.CLOSE)
    assert world.of_seeker(opened.ref).may == frozenset()


def test_a_case_whose_words_are_gone_is_found_no_more(world: Sides) -> None:
    opened = world.open("officer")
    world.act(world.seeker, opened.ref, Act.SETTLE)
    with world.database.write() as session:
        session.execute(table.update().values(retired_at=world.clock.now()))
        session.execute(complaint_event.delete())
        session.commit()
    assert world.officers_list() == ()
    with pytest.raises(NotFound):
        world.of_seeker(opened.ref)
    with pytest.raises(NotFound):
        world.act(world.seeker, opened.ref, Act.REOPEN, "まだ届きます。")


def test_what_is_new_is_marked_for_whoever_has_not_seen_it(world: Sides) -> None:
    opened = world.open("officer")
    assert world.officers_list()[0].new
    with world.database.write() as session:
        complaint_act.seen(session, world.clock, world.officer.actor, opened.ref)
    assert not world.officers_list()[0].new
    world.act(world.officer, opened.ref, Act.ANSWER, "見本")
    assert world.of_seeker(opened.ref).line.new
    with world.database.write() as session:
        complaint_act.seen(session, world.clock, world.seeker.actor, opened.ref)
    assert not world.of_seeker(opened.ref).line.new


def test_notices_by_mail_go_to_whoever_has_something_new_and_to_nobody_else(world: Sides) -> None:
    world.wants_mail()
    world.mails()
    opened = world.open()
    assert world.mails() == {world.desk.account_id}
    world.act(world.seeker, opened.ref, Act.REPLY, "見本")
    assert world.mails() == {world.desk.account_id}
    world.say(world.desk, opened.ref, Act.ANSWER, "見本")
    assert world.mails() == {world.seeker.account_id}
    world.say(world.desk, opened.ref, Act.ASK, "見本")
    assert world.mails() == {world.officer.account_id}
    world.act(world.officer, opened.ref, Act.REPLY, "見本")
    assert world.mails() == {world.desk.account_id}
    to_officer = world.open("officer")
    assert world.mails() == {world.officer.account_id}
    world.act(world.officer, to_officer.ref, Act.ANSWER, "見本")
    assert world.mails() == {world.seeker.account_id}


@pytest.mark.parametrize("kind", ["P_Q9", "M_Q6"])
def test_P_Q9_M_Q6_an_organisation_consults_an_office_and_the_seeker_is_not_told(
    database: Database, clock: FixedClock, kind: str
) -> None:
    """責任者がきちんと対応するとともに、必要であれば最寄りのハローワークの苦情申出等受付担当者あてにご相談ください。"""
    world = Sides(database, clock)
    if kind == "M_Q6":
        with database.write() as session:
            session.execute(unit.update().values(unit_class="municipal"))
            session.commit()
    opened = world.consult()
    assert world.of_officer(opened.ref).line.side is Side.OPENER
    with world.database.read() as session:
        assert complaint.cases(session, world.seeker.actor).lines == ()
        assert for_download(session, world.seeker.id) == []
    with pytest.raises(NotFound):
        world.of_seeker(opened.ref)
    world.say(world.desk, opened.ref, Act.ANSWER, "見本: こう対応してください。")
    assert world.of_officer(opened.ref).lines[-1].text == "見本: こう対応してください。"
    with pytest.raises(NotFound):
        world.of_seeker(opened.ref)

    world.say(world.desk, opened.ref, Act.ASK, "見本: 事情をうかがえますか。")
    assert [one.text for one in world.of_seeker(opened.ref).lines] == ["見本: 事情をうかがえますか。"]
    world.act(world.seeker, opened.ref, Act.REPLY, "見本: こういう事情です。")
    assert "事情です" not in repr(world.of_officer(opened.ref))


def test_P_Q9_a_reading_in_a_case_the_seeker_does_not_see_is_told_without_the_case(world: Sides) -> None:
    opened = world.consult()
    with world.database.write() as session:
        complaint_case.read_transcript(session, world.clock, world.desk, opened.ref)
    with world.database.read() as session:
        (reading,) = complaint_transcript.readings_of(session, world.seeker.id)
    assert (reading.number, reading.public_id, reading.unit_id) == ("", None, world.unit.id)


def test_only_the_officer_consults_and_only_about_a_seeker_of_the_own_threads(world: Sides) -> None:
    typed = {"kind": "trouble", "office": OWN_OFFICE, "text": "見本"}
    token = world.unit.token(world.seeker, "thread")
    for other in (world.contact, world.writer):
        with world.database.write() as session, pytest.raises(Forbidden):
            complaint_officer.consult(session, world.clock, other.actor, typed, key(), thread=token)
    unknown = build_seeker(world.database)
    with world.database.write() as session, pytest.raises(NotFound):
        complaint_officer.consult(
            session,
            world.clock,
            world.officer.actor,
            typed,
            key(),
            thread=world.unit.token(unknown, "thread"),
        )


def test_the_officer_takes_a_complaint_further_to_an_office(world: Sides) -> None:
    first = world.open("officer")
    typed = {"kind": "trouble", "office": OTHER_OFFICE, "text": "見本"}
    with world.database.write() as session:
        second = complaint_officer.consult(
            session, world.clock, world.officer.actor, typed, key(), earlier=first.ref
        )
    with world.database.read() as session:
        rows = session.execute(select(table.c.number, table.c.earlier_id).order_by(table.c.id)).all()
    assert [row.number for row in rows] == [first.number, second.number]
    assert rows[1].earlier_id is not None
    assert world.of_officer(second.ref).earlier == first.number


def test_texts_lie_sealed_in_every_table(world: Sides) -> None:
    opened = world.open("officer")
    world.act(world.officer, opened.ref, Act.ANSWER, "見本の秘密の回答")
    with world.database.write() as session:
        complaint_officer.note(session, world.clock, world.officer.actor, opened.ref, "見本の秘密の覚え")
    with world.database.read() as session:
        for name in ("complaint", "complaint_event", "complaint_note", "complaint_transcript"):
            rows = session.execute(text(f"SELECT * FROM {name}")).all()  # noqa: S608 -- our own names
            stored = b"".join(bytes(v) for row in rows for v in row if isinstance(v, (bytes, memoryview)))
            stored += repr(rows).encode()
            for words in ("毎日案内", "秘密", LETTER):
                assert words.encode() not in stored, (name, words)


@pytest.mark.parametrize(
    "name", ["complaint_event", "complaint_note", "complaint_reading", "complaint_transcript"]
)
@pytest.mark.parametrize("how", ["UPDATE {0} SET id = id", "DELETE FROM {0}"])
def test_history_notes_copies_and_readings_only_grow(world: Sides, name: str, how: str) -> None:
    opened = world.open("officer")
    with world.database.write() as session:
        complaint_officer.note(session, world.clock, world.officer.actor, opened.ref, "見本")
    with world.database.write() as session:
        complaint_officer.read_transcript(session, world.clock, world.officer.actor, opened.ref)
    with world.database.write() as session, pytest.raises(DBAPIError, match="append only"):
        session.execute(text(how.format(name)))
    with world.database.write() as session:
        session.rollback()
        session.execute(table.update().values(state="closed", retired_at=world.clock.now()))
        if "UPDATE" in how:
            with pytest.raises(DBAPIError, match="append only"):
                session.execute(text(how.format(name)))
            return
        for gone in (
            "complaint_event",
            "complaint_note",
            "complaint_reading",
            "complaint",
            "complaint_transcript",
        ):
            session.execute(text(f"DELETE FROM {gone}"))  # noqa: S608 -- our own names
        session.commit()
    assert rows_of(world.database, table) == 0


def test_the_download_holds_what_the_person_reads_and_no_more(world: Sides) -> None:
    opened = world.open()
    world.say(world.desk, opened.ref, Act.ASK, "見本: 団体への照会")
    world.say(world.desk, opened.ref, Act.ANSWER, "見本: 回答")
    with world.database.read() as session:
        (row,) = for_download(session, world.seeker.id)
    assert row["number"] == opened.number
    lines = row["lines"]
    assert isinstance(lines, list)
    assert [line["text"] for line in lines] == [TEXT, "見本: 回答"]
