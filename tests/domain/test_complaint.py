"""Who may do what in a case, and who sees what of it: every pair is named, and what is not named is refused."""

from datetime import date
from itertools import product

import pytest

from portal.domain.complaint import (
    KINDS,
    LIVE,
    Act,
    Audience,
    Case,
    Desk,
    DeskPlace,
    Kind,
    OfficerFacts,
    Opener,
    Side,
    State,
    after,
    audience,
    number,
    officer_refusal,
    possible,
    remind_on,
    seeker_sees_at_once,
    shown_state,
    sides_of_desk,
    sides_of_member,
    sides_of_seeker,
    transcript_open,
    unit_sees_at_once,
)
from portal.domain.complaint_entry import read_entry
from portal.domain.refusal import Conflict, Forbidden, Invalid
from portal.store.tables.complaint import ACTS, STATES
from portal.store.tables.complaint import KINDS as STORED_KINDS

OFFICER, OFFICE, BUREAU = (
    DeskPlace(Desk.OFFICER),
    DeskPlace(Desk.OFFICE, "9901"),
    DeskPlace(Desk.BUREAU, "13"),
)


def case(
    state: State = State.OPEN,
    place: DeskPlace = OFFICE,
    opened_by: Opener = Opener.SEEKER,
    unit_sees: bool = True,
    seeker_sees: bool = True,
) -> Case:
    return Case(opened_by, state, place, seeker_id=1, unit_id=2, unit_sees=unit_sees, seeker_sees=seeker_sees)


DESK_MAY = {
    State.OPEN: "examine write ask answer hand_over close",
    State.EXAMINED: "write ask answer hand_over settle close",
    State.ASKED: "write ask answer hand_over settle close",
    State.ANSWERED: "write ask answer hand_over settle close",
    State.SETTLED: "reopen",
    State.CLOSED: "",
}
OPENER_MAY = {
    **dict.fromkeys(LIVE, "reply settle close"),
    State.SETTLED: "reopen",
    State.CLOSED: "",
}
OTHER_MAY = {**dict.fromkeys(LIVE, "reply"), State.SETTLED: "", State.CLOSED: ""}


def acts(words: str) -> frozenset[Act]:
    return frozenset(map(Act, words.split()))


@pytest.mark.parametrize("state", State)
def test_each_side_may_do_what_the_table_says_and_nothing_else(state: State) -> None:
    assert possible(Side.DESK, case(state)) == acts(DESK_MAY[state])
    assert possible(Side.OPENER, case(state)) == acts(OPENER_MAY[state])
    assert possible(Side.OTHER, case(state)) == acts(OTHER_MAY[state])
    never = acts("ask hand_over")
    assert possible(Side.DESK, case(state, OFFICER)) == acts(DESK_MAY[state]) - never


@pytest.mark.parametrize(
    ("act", "side", "state", "place"), list(product(Act, Side, State, (OFFICER, OFFICE, BUREAU)))
)
def test_what_is_not_possible_is_refused(act: Act, side: Side, state: State, place: DeskPlace) -> None:
    asked = case(state, place)
    if act in possible(side, asked):
        assert after(act, side, asked) in State
        return
    with pytest.raises((Forbidden, Conflict)):
        after(act, side, asked)


@pytest.mark.parametrize(
    ("act", "side", "before", "then"),
    [
        (Act.EXAMINE, Side.DESK, State.OPEN, State.EXAMINED),
        (Act.WRITE, Side.DESK, State.OPEN, State.EXAMINED),
        (Act.WRITE, Side.DESK, State.ASKED, State.ASKED),
        (Act.ASK, Side.DESK, State.OPEN, State.ASKED),
        (Act.ANSWER, Side.DESK, State.ASKED, State.ANSWERED),
        (Act.REPLY, Side.OPENER, State.ANSWERED, State.EXAMINED),
        (Act.REPLY, Side.OPENER, State.ASKED, State.ASKED),
        (Act.REPLY, Side.OTHER, State.ASKED, State.EXAMINED),
        (Act.REPLY, Side.OTHER, State.ANSWERED, State.ANSWERED),
        (Act.HAND_OVER, Side.DESK, State.ASKED, State.OPEN),
        (Act.SETTLE, Side.OPENER, State.OPEN, State.SETTLED),
        (Act.CLOSE, Side.OPENER, State.ASKED, State.CLOSED),
        (Act.REOPEN, Side.OPENER, State.SETTLED, State.EXAMINED),
    ],
)
def test_where_a_case_stands_after_an_act(act: Act, side: Side, before: State, then: State) -> None:
    assert after(act, side, case(before)) is then


def test_nobody_settles_for_the_other_side_nor_reopens_what_a_desk_closed() -> None:
    with pytest.raises(Forbidden):
        after(Act.SETTLE, Side.OTHER, case())
    with pytest.raises(Conflict, match="wrong_state"):
        after(Act.REOPEN, Side.OPENER, case(State.CLOSED))


@pytest.mark.parametrize("role", ["member", "contact", None])
def test_R64_only_the_officer_of_the_unit_meets_a_case(role: str | None) -> None:
    for place in (OFFICER, OFFICE):
        assert not sides_of_member(case(place=place), 2, role)
        assert sides_of_member(case(place=place), 2, "officer")
        assert not sides_of_member(case(place=place), 3, "officer")


def test_R64_a_case_at_an_office_is_not_there_for_the_organisation_until_it_is_asked() -> None:
    assert not unit_sees_at_once(Opener.SEEKER, Desk.OFFICE)
    assert not sides_of_member(case(unit_sees=False), 2, "officer")
    assert sides_of_member(case(unit_sees=True), 2, "officer") == {Side.OTHER}
    assert unit_sees_at_once(Opener.SEEKER, Desk.OFFICER)
    assert sides_of_member(case(place=OFFICER), 2, "officer") == {Side.DESK}


def test_P_Q9_what_an_organisation_asks_an_office_is_its_own_and_not_shown_to_the_seeker() -> None:
    assert unit_sees_at_once(Opener.UNIT, Desk.OFFICE)
    assert not seeker_sees_at_once(Opener.UNIT)
    mine = case(opened_by=Opener.UNIT, seeker_sees=False)
    assert sides_of_member(mine, 2, "officer") == {Side.OPENER}
    assert not sides_of_seeker(mine, 1)
    asked = case(opened_by=Opener.UNIT)
    assert sides_of_seeker(asked, 1) == {Side.OTHER}


def test_a_seeker_meets_only_the_own_case_and_a_desk_only_what_it_handles_now() -> None:
    assert sides_of_seeker(case(), 1) == {Side.OPENER}
    assert not sides_of_seeker(case(), 9)
    assert sides_of_desk(case(), OFFICE) == {Side.DESK}
    for other in (DeskPlace(Desk.OFFICE, "9902"), BUREAU, OFFICER):
        assert not sides_of_desk(case(), other)
    assert not sides_of_desk(case(place=OFFICER), OFFICER)


@pytest.mark.parametrize(
    ("act", "side", "opened_by", "place", "seeker", "unit"),
    [
        (Act.REPLY, Side.OPENER, Opener.SEEKER, OFFICE, True, False),
        (Act.ANSWER, Side.DESK, Opener.SEEKER, OFFICE, True, False),
        (Act.WRITE, Side.DESK, Opener.SEEKER, BUREAU, True, False),
        (Act.ASK, Side.DESK, Opener.SEEKER, OFFICE, False, True),
        (Act.REPLY, Side.OTHER, Opener.SEEKER, OFFICE, False, True),
        (Act.ANSWER, Side.DESK, Opener.SEEKER, OFFICER, True, True),
        (Act.REPLY, Side.OPENER, Opener.SEEKER, OFFICER, True, True),
        (Act.REPLY, Side.OPENER, Opener.UNIT, OFFICE, False, True),
        (Act.ANSWER, Side.DESK, Opener.UNIT, OFFICE, False, True),
        (Act.ASK, Side.DESK, Opener.UNIT, OFFICE, True, False),
        (Act.REPLY, Side.OTHER, Opener.UNIT, OFFICE, True, False),
    ],
)
def test_what_one_side_writes_goes_to_the_desk_and_never_straight_to_the_other(
    act: Act, side: Side, opened_by: Opener, place: DeskPlace, seeker: bool, unit: bool
) -> None:
    assert audience(act, side, case(place=place, opened_by=opened_by)) == Audience(seeker=seeker, unit=unit)


def test_whoever_is_asked_learns_of_the_question_and_the_end_and_of_nothing_in_between() -> None:
    shown = {state: shown_state(Side.OTHER, state) for state in State}
    assert {state for state in State if shown[state] is state} == {
        State.EXAMINED,
        State.ASKED,
        State.SETTLED,
        State.CLOSED,
    }
    assert shown[State.OPEN] is shown[State.ANSWERED] is State.EXAMINED
    assert all(shown_state(side, state) is state for side in (Side.DESK, Side.OPENER) for state in State)


@pytest.mark.parametrize("state", State)
def test_R65_a_frozen_thread_is_read_only_through_an_open_case(state: State) -> None:
    assert transcript_open(case(state)) == (state in LIVE)


@pytest.mark.parametrize(
    ("recorded", "left", "signs_in", "why"),
    [
        (True, False, True, ""),
        (False, False, True, "officer_missing"),
        (True, True, True, "officer_left"),
        (True, False, False, "officer_not_here"),
    ],
)
def test_S_Q4_the_officer_can_be_chosen_where_somebody_answers(
    recorded: bool, left: bool, signs_in: bool, why: str
) -> None:
    assert officer_refusal(OfficerFacts(recorded, left, signs_in)) == why


def test_numbers_are_drawn_and_never_counted() -> None:
    assert number(2026, 48310957) == "2026-4831-0957"
    assert number(2026, 7) == "2026-0000-0007"


def test_R66_a_reminder_is_a_day_and_no_time_limit() -> None:
    assert remind_on(date(2026, 6, 15), 14) == date(2026, 6, 29)


def test_the_words_of_the_rules_are_those_of_the_tables() -> None:
    assert tuple(State) == STATES
    assert tuple(Kind) == STORED_KINDS
    assert tuple(Act) == ACTS


GOOD = {"kind": "unwanted", "desk": "office", "office": "9901", "text": "毎日届きます。"}


def test_S_Q4_a_seeker_chooses_the_officer_or_an_office_and_nothing_comes_first() -> None:
    assert read_entry(GOOD, Opener.SEEKER, ["9901"]).place == OFFICE
    # A case goes to an office although the officer was never asked.
    assert read_entry(GOOD, Opener.SEEKER, ["9901"], "officer_left").place == OFFICE
    assert read_entry({**GOOD, "desk": "officer", "office": ""}, Opener.SEEKER, []).place == OFFICER


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"kind": ""}, {"kind": ["missing"]}),
        ({"kind": "trouble"}, {"kind": ["unknown_code"]}),
        ({"desk": ""}, {"desk": ["missing"]}),
        ({"desk": "bureau"}, {"desk": ["unknown_code"]}),
        ({"office": "9999"}, {"office": ["unknown_code"]}),
        ({"office": ""}, {"office": ["missing"]}),
        ({"text": " "}, {"text": ["missing"]}),
        ({"text": "あ" * 4001}, {"text": ["too_long"]}),
        ({"desk": "officer"}, {"desk": ["officer_left"]}),
    ],
)
def test_what_is_wrong_with_a_form_is_said_at_its_field(
    typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        read_entry({**GOOD, **typed}, Opener.SEEKER, ["9901"], "officer_left")
    assert refused.value.errors == errors


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read_entry({}, Opener.SEEKER, ["9901"])
    assert set(refused.value.errors) == {"kind", "desk", "text"}


def test_P_Q9_M_Q6_an_organisation_goes_to_an_office_and_has_its_own_kinds() -> None:
    typed = {"kind": "trouble", "office": "9901", "text": "相談します。", "desk": "officer"}
    assert read_entry(typed, Opener.UNIT, ["9901"]).place == OFFICE
    with pytest.raises(Invalid):
        read_entry({**typed, "kind": "unwanted"}, Opener.UNIT, ["9901"])
    assert Kind.TROUBLE not in KINDS[Opener.SEEKER]
