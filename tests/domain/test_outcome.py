"""The way from 利用希望 to 就職."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.actor import ActorKind
from portal.domain.outcome import TRANSITIONS, Outcome, OutcomeStep, next_outcomes, step
from portal.domain.refusal import Forbidden, Refusal

ON = date(2026, 6, 15)
NONE, WISHED, ACCEPTED, REFERRED, EMPLOYED, ENDED = Outcome
SEEKER, MEMBER = ActorKind.SEEKER, ActorKind.MEMBER


def test_R8_the_whole_way_from_a_wish_to_employment() -> None:
    way = [
        (NONE, WISHED, SEEKER, date(2026, 6, 1)),
        (WISHED, ACCEPTED, MEMBER, date(2026, 6, 1)),
        (ACCEPTED, REFERRED, MEMBER, date(2026, 6, 3)),
        (REFERRED, REFERRED, MEMBER, date(2026, 6, 5)),
        (REFERRED, EMPLOYED, MEMBER, date(2026, 6, 15)),
    ]
    before: date | None = None
    for since, to, kind, day in way:
        assert step(since, before, to, day, kind, ON) == OutcomeStep(to, day)
        before = day


@pytest.mark.parametrize("current", list(Outcome))
@pytest.mark.parametrize("to", list(Outcome))
@pytest.mark.parametrize("kind", list(ActorKind))
def test_R8_only_the_steps_of_the_table_are_taken_and_only_by_the_side_named_there(
    current: Outcome, to: Outcome, kind: ActorKind
) -> None:
    if kind in TRANSITIONS.get((current, to), ()):
        assert step(current, ON, to, ON, kind, ON) == OutcomeStep(to, ON)
        return
    with pytest.raises(Refusal) as refused:
        step(current, ON, to, ON, kind, ON)
    known = (current, to) in TRANSITIONS
    assert refused.value.reason == ("outcome_of_other_side" if known else "outcome_not_next")
    assert isinstance(refused.value, Forbidden) is known


@pytest.mark.parametrize(
    ("current", "kind", "offered"),
    [
        (NONE, SEEKER, (WISHED,)),
        (NONE, MEMBER, ()),
        (WISHED, SEEKER, (ENDED,)),
        (WISHED, MEMBER, (ACCEPTED, ENDED)),
        (ACCEPTED, MEMBER, (REFERRED, ENDED)),
        (ACCEPTED, SEEKER, ()),
        (REFERRED, MEMBER, (REFERRED, EMPLOYED, ENDED)),
        (EMPLOYED, MEMBER, ()),
        (EMPLOYED, SEEKER, (WISHED,)),
        (ENDED, MEMBER, ()),
        (ENDED, SEEKER, (WISHED,)),
        (WISHED, ActorKind.OFFICE, ()),
        (WISHED, ActorKind.BUREAU, ()),
    ],
)
def test_each_side_is_offered_its_own_next_steps(
    current: Outcome, kind: ActorKind, offered: tuple[Outcome, ...]
) -> None:
    assert next_outcomes(current, kind) == offered


@pytest.mark.parametrize(
    ("previous", "day", "reason"),
    [
        (date(2026, 6, 10), date(2026, 6, 9), "outcome_before_previous"),
        (date(2026, 6, 10), date(2026, 6, 16), "outcome_in_future"),
        (date(2026, 1, 1), date(2025, 12, 31), "outcome_before_previous"),
    ],
)
def test_a_step_lies_neither_before_the_one_before_it_nor_in_the_future(
    previous: date, day: date, reason: str
) -> None:
    with pytest.raises(Refusal) as refused:
        step(WISHED, previous, ACCEPTED, day, MEMBER, ON)
    assert refused.value.reason == reason


@pytest.mark.parametrize("day", [date(2026, 6, 10), date(2026, 6, 15)])
def test_a_step_may_lie_on_the_day_of_the_one_before_it_and_on_today(day: date) -> None:
    assert step(WISHED, date(2026, 6, 10), ACCEPTED, day, MEMBER, ON).happened_on == day


DAYS = st.dates(ON - timedelta(days=30), ON + timedelta(days=5))


@given(
    st.lists(st.tuples(st.sampled_from(Outcome), DAYS, st.sampled_from([SEEKER, MEMBER])), max_size=30),
)
def test_however_two_sides_press_the_buttons_the_story_stays_in_order(
    presses: list[tuple[Outcome, date, ActorKind]],
) -> None:
    told = [OutcomeStep(NONE, date.min)]
    for to, day, kind in presses:
        try:
            told.append(step(told[-1].outcome, told[-1].happened_on, to, day, kind, ON))
        except Refusal:
            continue
    days = [taken.happened_on for taken in told]
    states = [taken.outcome for taken in told]
    assert days == sorted(days)
    assert days[-1] <= ON
    for needed, state in ((WISHED, ACCEPTED), (ACCEPTED, REFERRED), (REFERRED, EMPLOYED)):
        if state in states:
            assert needed in states[: states.index(state)]
