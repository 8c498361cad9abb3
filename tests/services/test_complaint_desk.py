"""Complaints at offices and bureaus: what a desk does, and what each side comes to see by it."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.domain.complaint import Act, State
from portal.domain.complaint_desk import DeskFilter, Wanted
from portal.domain.refusal import Conflict, Forbidden, Invalid, NotFound
from portal.services import (
    complaint,
    complaint_act,
    complaint_case,
    complaint_desk,
    complaint_officer,
    measure,
    public_id,
)
from portal.store import alias
from portal.store.database import Database
from tests.build import build_clerk, build_seeker
from tests.services.complaint_world import (
    ANSWER,
    ASKED,
    BUREAU,
    COMPLAINT,
    LETTER,
    OFFICE,
    OTHER_OFFICE,
    RESULT,
    Desks,
)


@pytest.fixture
def desks(database: Database, clock: Any) -> Desks:
    return Desks(database, clock)


def of_officer(desks: Desks, ref: str) -> Any:
    return desks.look(complaint_officer.case, desks.officer.actor, ref)


def of_seeker(desks: Desks, ref: str) -> Any:
    return desks.look(complaint.case, desks.seeker.actor, ref)


def texts(case: Any) -> list[str]:
    return [line.text for line in case.lines if line.text]


# Who sees what, and when


def test_S_Q4_a_case_at_an_office_is_not_there_for_the_organisation_until_the_desk_asks(desks: Desks) -> None:
    ref = desks.opens()
    desks.act(complaint_desk.take_up, desks.desk, ref)
    desks.says(desks.desk, ref, Act.WRITE)
    desks.says(desks.desk, ref, Act.ANSWER)
    with pytest.raises(NotFound):
        of_officer(desks, ref)
    assert desks.look(complaint_officer.cases, desks.officer.actor).number == 0
    desks.says(desks.desk, ref, Act.ASK, ASKED)
    assert texts(of_officer(desks, ref)) == [ASKED]


def test_the_organisation_reads_what_it_is_asked_and_never_the_complaint(desks: Desks) -> None:
    ref = desks.opens()
    desks.says(desks.desk, ref, Act.ASK, ASKED)
    desks.says(desks.desk, ref, Act.ANSWER, RESULT)
    desks.act(complaint_desk.note, desks.desk, ref, {"text": "見本のメモです。"})
    assert texts(of_officer(desks, ref)) == [ASKED]
    assert texts(of_seeker(desks, ref)) == [COMPLAINT, RESULT]


def test_what_the_organisation_answers_goes_to_the_desk_alone(desks: Desks) -> None:
    ref = desks.opens()
    desks.says(desks.desk, ref, Act.ASK, ASKED)
    desks.act(complaint_act.act, desks.officer.actor, ref, Act.REPLY, "見本の説明です。", "officer-key")
    case = desks.case(desks.desk, ref)
    assert case.line.state is State.EXAMINED
    assert case.history[-1].text == "見本の説明です。"
    assert texts(of_seeker(desks, ref)) == [COMPLAINT]


def test_a_suspended_organisation_still_answers(desks: Desks) -> None:
    ref = desks.opens()
    desks.act(measure.suspend, desks.bureau, public_id.shown(desks.unit.public_id), {"reason": "breach"})
    desks.says(desks.desk, ref, Act.ASK, ASKED)
    desks.act(complaint_act.act, desks.officer.actor, ref, Act.REPLY, "見本の説明です。", "officer-key")
    assert desks.case(desks.desk, ref).history[-1].text == "見本の説明です。"


def test_P_Q9_M_Q6_an_organisation_brings_a_case_and_the_seeker_sees_it_once_asked(desks: Desks) -> None:
    ref = desks.consults()
    assert desks.case(desks.desk, ref).line.opened_by.value == "unit"
    with pytest.raises(NotFound):
        of_seeker(desks, ref)
    desks.says(desks.desk, ref, Act.ASK, ASKED)
    assert texts(of_seeker(desks, ref)) == [ASKED]
    desks.says(desks.desk, ref, Act.ANSWER, RESULT)
    assert texts(of_officer(desks, ref)) == [COMPLAINT, RESULT]


def test_a_case_never_leads_to_a_measure_by_itself(desks: Desks) -> None:
    ref = desks.opens(kind="harassment")
    desks.says(desks.desk, ref, Act.ASK, ASKED)
    desks.hands_over(desks.desk, ref, "bureau")
    desks.act(complaint_desk.take_up, desks.bureau, ref)
    desks.says(desks.bureau, ref, Act.SETTLE)
    page = desks.look(measure.page, desks.bureau, public_id.shown(desks.unit.public_id))
    assert (page.suspension, page.lowered, page.history) == (None, None, ())


# Whose case it is


def test_a_desk_finds_its_own_cases_only(desks: Desks) -> None:
    ref = desks.opens()
    for stranger in (desks.other_desk, desks.bureau, desks.other_bureau):
        with pytest.raises(NotFound):
            desks.case(stranger, ref)
        with pytest.raises(NotFound):
            desks.says(stranger, ref, Act.ANSWER)
        with pytest.raises(NotFound):
            desks.act(complaint_case.read_transcript, stranger, ref)
        with pytest.raises(NotFound):
            desks.act(complaint_desk.note, stranger, ref, {"text": "見本"})
        with pytest.raises(NotFound):
            desks.hands_over(stranger, ref, OTHER_OFFICE)


def test_a_case_of_the_officer_is_no_case_of_any_desk(desks: Desks) -> None:
    typed = {"kind": "conduct", "desk": "officer", "office": "", "text": COMPLAINT}
    ref = public_id.shown(desks.unit.public_id)
    opened = desks.act(complaint.open_case, desks.seeker.actor, ref, typed, "case-of-officer")
    for somebody in (desks.desk, desks.bureau):
        with pytest.raises(NotFound):
            desks.case(somebody, opened.ref)


def test_a_clerk_stands_in_only_where_nobody_has_the_post(desks: Desks, database: Database) -> None:
    ref = desks.opens()
    with pytest.raises(Forbidden):
        desks.case(desks.clerk, ref)
    assert desks.look(complaint_case.counts, desks.clerk) is None
    alone = build_clerk(database, office_code="X2701")
    far = desks.opens(office="X2701")
    assert desks.case(alone, far).line.ref == far


def test_the_desk_sees_no_file_of_the_seeker_and_only_a_clerk_of_the_registering_office_who_stands_in_does(
    desks: Desks, database: Database
) -> None:
    assert desks.case(desks.desk, desks.opens()).office_id == ""
    assert desks.case(desks.desk, desks.opens()).registered_here
    assert not desks.case(desks.other_desk, desks.opens(office=OTHER_OFFICE)).registered_here
    alone = build_clerk(database, office_code="X2701")
    assert desks.case(alone, desks.opens(office="X2701")).office_id == ""
    desks.seeker = build_seeker(database, office_code="X2701", with_account=True)
    theirs = desks.case(alone, desks.opens(office="X2701"))
    assert theirs.office_id == public_id.shown(desks.seeker.office_id)


def test_members_operators_and_seekers_have_no_desk(desks: Desks) -> None:
    for somebody in (desks.member.actor, desks.officer.actor, desks.seeker.actor):
        with pytest.raises(Forbidden):
            desks.case(somebody, desks.opens())


# Handing over


def test_R15_a_case_is_handed_over_to_the_bureau_that_holds_the_application_and_to_no_other(
    desks: Desks,
) -> None:
    ref = desks.opens()
    found = desks.look(complaint_desk.targets, desks.desk, ref)
    assert [target.place.code for target in found if target.place.desk.value == "bureau"] == [BUREAU]
    assert OFFICE not in [target.ref for target in found]
    with pytest.raises(Invalid):
        desks.hands_over(desks.desk, ref, "27")
    desks.hands_over(desks.desk, ref, "bureau")
    assert desks.case(desks.bureau, ref).unit_ref == public_id.shown(desks.unit.public_id)
    with pytest.raises(NotFound):
        desks.case(desks.other_bureau, ref)


def test_after_a_hand_over_the_new_desk_has_everything_and_the_old_one_nothing(desks: Desks) -> None:
    ref = desks.opens()
    desks.act(complaint_desk.note, desks.desk, ref, {"text": "見本のメモです。"})
    desks.act(complaint_case.read_transcript, desks.desk, ref)
    desks.hands_over(desks.desk, ref, OTHER_OFFICE)
    with pytest.raises(NotFound):
        desks.case(desks.desk, ref)
    case = desks.case(desks.other_desk, ref)
    assert case.line.state is State.OPEN
    assert [note.text for note in case.notes] == ["見本のメモです。"]
    assert [event.act for event in case.history] == [Act.OPEN, Act.HAND_OVER]
    assert len(case.readings) == 1
    assert texts(of_seeker(desks, ref))[-1] == "見本の引き継ぎです。"


def test_a_second_click_on_handing_over_is_no_error_and_changes_nothing(desks: Desks) -> None:
    ref = desks.opens()
    desks.hands_over(desks.desk, ref, OTHER_OFFICE, key="same-form")
    desks.hands_over(desks.desk, ref, OTHER_OFFICE, key="same-form")
    assert len(desks.case(desks.other_desk, ref).history) == 2
    with pytest.raises(NotFound):
        desks.hands_over(desks.desk, ref, OTHER_OFFICE, key="another-form")


def test_a_bureau_gives_a_case_back_to_an_office(desks: Desks) -> None:
    ref = desks.opens()
    desks.hands_over(desks.desk, ref, "bureau")
    assert "bureau" not in [target.ref for target in desks.look(complaint_desk.targets, desks.bureau, ref)]
    desks.hands_over(desks.bureau, ref, OFFICE)
    assert desks.case(desks.desk, ref).line.state is State.OPEN


# The frozen thread


def test_a_frozen_thread_is_read_through_the_open_case_and_each_reading_is_noted_and_shown_to_the_seeker(
    desks: Desks,
) -> None:
    desks.answers()
    ref = desks.opens()
    desks.answers("あとからの見本の返事です。")
    for _ in range(2):
        found = desks.act(complaint_case.read_transcript, desks.desk, ref)
        assert [(one.by, one.text) for one in found.messages] == [("unit", LETTER), ("seeker", ANSWER)]
    assert [row.account_id for row in desks.readings()] == [desks.desk.account_id] * 2
    assert len(of_seeker(desks, ref).readings) == 2
    assert len(desks.audits("complaint.transcript.read")) == 2


def test_once_the_case_is_over_nobody_reads_the_frozen_thread(desks: Desks) -> None:
    ref = desks.opens()
    desks.says(desks.desk, ref, Act.CLOSE)
    assert not desks.case(desks.desk, ref).may_read
    with pytest.raises(Conflict) as refused:
        desks.act(complaint_case.read_transcript, desks.desk, ref)
    assert refused.value.reason == "wrong_state"
    assert desks.readings() == []


def test_opening_a_case_is_recorded_and_does_not_open_the_thread(desks: Desks) -> None:
    ref = desks.opens()
    case = desks.case(desks.desk, ref)
    assert case.messages == 1
    assert LETTER not in str(case)
    assert len(desks.audits("complaint.case.read")) == 1
    assert desks.readings() == []


# The course of a case


def test_a_case_is_taken_up_answered_settled_and_reopened_by_the_desk(desks: Desks) -> None:
    ref = desks.opens()
    desks.act(complaint_desk.take_up, desks.desk, ref)
    states = [desks.case(desks.desk, ref).line.state]
    for act in (Act.ANSWER, Act.SETTLE, Act.REOPEN):
        desks.says(desks.desk, ref, act)
        states.append(desks.case(desks.desk, ref).line.state)
    assert states == [State.EXAMINED, State.ANSWERED, State.SETTLED, State.EXAMINED]


@pytest.mark.parametrize("act", complaint_desk.SAYING)
def test_words_for_somebody_outside_are_needed(desks: Desks, act: Act) -> None:
    ref = desks.opens()
    with pytest.raises(Invalid) as refused:
        desks.says(desks.desk, ref, act, "　")
    assert refused.value.errors == {"text": ["missing"]}


def test_what_is_closed_stays_closed(desks: Desks) -> None:
    ref = desks.opens()
    desks.says(desks.desk, ref, Act.CLOSE)
    for act in complaint_desk.SAYING:
        with pytest.raises(Conflict):
            desks.says(desks.desk, ref, act)
    assert desks.case(desks.desk, ref).may == frozenset()


def test_of_two_clerks_who_saw_the_same_case_the_second_is_told(desks: Desks) -> None:
    ref = desks.opens()
    seen = desks.case(desks.desk, ref).revision
    desks.says(desks.desk, ref, Act.WRITE, seen=seen)
    for late in (
        lambda: desks.says(desks.desk, ref, Act.ANSWER, seen=seen),
        lambda: desks.act(complaint_desk.take_up, desks.desk, ref, seen=seen),
        lambda: desks.hands_over(desks.desk, ref, OTHER_OFFICE, seen=seen),
        lambda: desks.act(complaint_desk.remind, desks.desk, ref, {"remind_on": ""}, seen=seen),
    ):
        with pytest.raises(Conflict) as refused:
            late()
        assert refused.value.reason == "changed_meanwhile"


def test_a_second_click_writes_once(desks: Desks) -> None:
    ref = desks.opens()
    seen = desks.case(desks.desk, ref).revision
    for _ in range(2):
        desks.says(desks.desk, ref, Act.ANSWER, key="one-form", seen=seen)
        desks.act(complaint_desk.note, desks.desk, ref, {"text": "見本のメモです。"})
    case = desks.case(desks.desk, ref)
    assert [event.act for event in case.history] == [Act.OPEN, Act.ANSWER]
    assert len(case.notes) == 1


def test_the_history_names_the_clerks_to_the_desk_and_to_nobody_else(desks: Desks) -> None:
    ref = desks.opens()
    desks.says(desks.desk, ref, Act.ASK, ASKED)
    assert desks.case(desks.desk, ref).history[-1].by == "架空 例示 受付一"
    assert "例示" not in str(of_seeker(desks, ref))
    assert "例示" not in str(of_officer(desks, ref))


def test_the_pseudonym_is_the_one_the_organisation_sees_and_no_name_is_in_the_case(desks: Desks) -> None:
    case = desks.case(desks.desk, desks.opens())
    assert case.line.code == alias.code(desks.unit.key, desks.seeker.alias_key)
    assert "見本 花子" not in str(case)


# Internal reminders


def test_a_reminder_comes_by_itself_and_the_desk_may_set_another(desks: Desks) -> None:
    ref = desks.opens()
    assert desks.case(desks.desk, ref).line.reminder == date(2026, 6, 18)
    desks.act(complaint_desk.remind, desks.desk, ref, {"remind_on": "R8.6.30"})
    line = desks.case(desks.desk, ref).line
    assert (line.reminder, line.own_reminder, line.due) == (date(2026, 6, 30), True, False)
    desks.says(desks.desk, ref, Act.WRITE)
    line = desks.case(desks.desk, ref).line
    assert (line.reminder, line.own_reminder) == (date(2026, 6, 22), False)


@pytest.mark.parametrize(("typed", "code"), [("2026-06-14", "in_past"), ("いつか", "date_unreadable")])
def test_a_reminder_is_a_day_to_come(desks: Desks, typed: str, code: str) -> None:
    ref = desks.opens()
    with pytest.raises(Invalid) as refused:
        desks.act(complaint_desk.remind, desks.desk, ref, {"remind_on": typed})
    assert refused.value.errors == {"remind_on": [code]}


def test_what_is_over_has_no_reminder(desks: Desks) -> None:
    ref = desks.opens()
    desks.says(desks.desk, ref, Act.CLOSE)
    desks.clock.advance(timedelta(days=400))
    assert desks.case(desks.desk, ref).line.reminder is None
    with pytest.raises(Conflict):
        desks.act(complaint_desk.remind, desks.desk, ref, {"remind_on": ""})


# Notices


def test_a_notice_goes_to_whoever_has_something_new_and_never_to_an_organisation_that_was_not_asked(
    desks: Desks,
) -> None:
    people = {
        "seeker": desks.seeker.account_id,
        "officer": desks.officer.account_id,
        "member": desks.member.account_id,
        "desk": desks.desk.account_id,
        "clerk": desks.clerk.account_id,
        "bureau": desks.bureau.account_id,
    }
    desks.wants_mail(*people.values())

    def told() -> list[str]:
        found = desks.mails()
        return [name for name, number in people.items() if number in found]

    told()
    ref = desks.opens()
    assert told() == ["desk"]
    desks.says(desks.desk, ref, Act.ANSWER)
    assert told() == ["seeker"]
    desks.says(desks.desk, ref, Act.ASK, ASKED)
    assert told() == ["officer"]
    desks.hands_over(desks.desk, ref, "bureau")
    assert told() == ["seeker", "bureau"]


def test_the_list_and_the_counts_say_the_same_about_reminders_as_the_rule(desks: Desks) -> None:
    def refs(wanted: Wanted) -> set[str]:
        asked = DeskFilter(wanted)
        return {
            line.ref
            for line in desks.look(complaint_case.listing, desks.desk, asked, most=99).lines
            if wanted is not Wanted.ALL or line.due
        }

    desks.opens()
    for act in (Act.WRITE, Act.ASK, Act.ANSWER, Act.CLOSE):
        desks.says(desks.desk, desks.opens(), act)
    for typed in ("2026-06-16", "2026-07-30"):
        desks.act(complaint_desk.remind, desks.desk, desks.opens(), {"remind_on": typed})
    found = []
    for _ in range(50):
        due = refs(Wanted.DUE)
        assert due == refs(Wanted.ALL)
        assert desks.look(complaint_case.counts, desks.desk).due == len(due)
        found.append(len(due))
        desks.clock.advance(timedelta(days=1))
    assert found == sorted(found)
    assert (found[0], found[-1], len(set(found))) == (0, 6, 7)
