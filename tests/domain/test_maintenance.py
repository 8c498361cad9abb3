"""What holds at a moment: both sides of every moment of a plan, by the clock and by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.domain.maintenance import (
    LONGEST_WAIT,
    SHORTEST_WAIT,
    Phase,
    Plan,
    State,
    check,
    idle_since,
    state,
)
from portal.domain.refusal import Conflict, Invalid

START = datetime(2026, 6, 20, 13, 0, tzinfo=UTC)
END = START + timedelta(hours=4)
SHOWN = START - timedelta(days=7)
SECOND = timedelta(seconds=1)
PLAN = Plan(1, START, END, SHOWN)


@pytest.mark.parametrize(
    ("plan", "moment", "expected"),
    [
        (PLAN, SHOWN - SECOND, Phase.NONE),
        (PLAN, SHOWN, Phase.AHEAD),
        (PLAN, START - SECOND, Phase.AHEAD),
        (PLAN, START, Phase.RUNNING),
        (PLAN, END - SECOND, Phase.RUNNING),
        (PLAN, END, Phase.NONE),
        # Called off, and ended early.
        (replace(PLAN, ended_at=SHOWN), SHOWN, Phase.NONE),
        (replace(PLAN, ended_at=SHOWN), START, Phase.NONE),
        (replace(PLAN, ended_at=START + SECOND), START, Phase.RUNNING),
        (replace(PLAN, ended_at=START + SECOND), START + SECOND, Phase.NONE),
        # Begun by hand: earlier than planned, and until it is ended by hand.
        (replace(PLAN, begun_at=START - timedelta(hours=1)), START - timedelta(hours=1), Phase.RUNNING),
        (
            replace(PLAN, begun_at=START - timedelta(hours=1)),
            START - timedelta(hours=1) - SECOND,
            Phase.AHEAD,
        ),
        (replace(PLAN, begun_at=START + SECOND), END + timedelta(days=3), Phase.RUNNING),
        (replace(PLAN, begun_at=START + SECOND, ended_at=END + SECOND), END, Phase.RUNNING),
        (replace(PLAN, begun_at=START + SECOND, ended_at=END + SECOND), END + SECOND, Phase.NONE),
    ],
)
def test_a_plan_acts_at_its_very_moment(plan: Plan, moment: datetime, expected: Phase) -> None:
    assert state([plan], moment).phase is expected


def test_the_one_that_runs_is_told_of_before_the_next_one_and_the_next_one_before_later_ones() -> None:
    later = Plan(2, END + timedelta(days=1), END + timedelta(days=2), SHOWN)
    last = Plan(3, END + timedelta(days=3), END + timedelta(days=4), SHOWN)
    assert state([last, later, PLAN], START).plan == PLAN
    assert state([last, later, PLAN], START).read_only
    assert state([last, later, PLAN], END).plan == later
    assert not state([last, later, PLAN], END).read_only
    assert state([], START) == State()


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (START, LONGEST_WAIT),
        (END - timedelta(minutes=20), timedelta(minutes=20)),
        (END - SECOND, SHORTEST_WAIT),
        (END + timedelta(hours=9), SHORTEST_WAIT),
    ],
)
def test_nobody_is_told_to_ask_again_at_once_or_to_wait_for_hours(
    moment: datetime, expected: timedelta
) -> None:
    assert state([replace(PLAN, begun_at=START)], moment).wait(moment) == expected


IDLE = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("now", "plans", "expected"),
    [
        (START - SECOND, [PLAN], START - SECOND - IDLE),
        (START, [PLAN], START - IDLE),
        (START + timedelta(hours=2), [PLAN], START - IDLE),
        (END, [PLAN], START - IDLE),
        (END + timedelta(minutes=10), [PLAN], START - timedelta(minutes=20)),
        (END + IDLE, [PLAN], END),
        (END + IDLE + SECOND, [PLAN], END + SECOND),
        (END, [], END - IDLE),
        # Called off before it began.
        (END, [replace(PLAN, ended_at=SHOWN)], END - IDLE),
        # Begun by hand and not ended.
        (END + timedelta(days=1), [replace(PLAN, begun_at=START)], START - IDLE),
        # Two, with ten minutes between them.
        (
            END + timedelta(hours=1),
            [PLAN, Plan(2, END + timedelta(minutes=10), END + timedelta(hours=1), SHOWN)],
            START - timedelta(minutes=20),
        ),
    ],
)
def test_time_in_which_nothing_can_be_noted_makes_nobody_idle(
    now: datetime, plans: list[Plan], expected: datetime
) -> None:
    assert idle_since(now, IDLE, plans) == expected
    assert idle_since(now, IDLE, reversed(plans)) == expected


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        (
            {"starts_at": SHOWN - SECOND, "shown_from": SHOWN - SECOND, "ends_at": SHOWN + SECOND},
            {"from"},
        ),
        ({"ends_at": START}, {"until"}),
        ({"ends_at": START + timedelta(days=7, seconds=1)}, {"until"}),
        ({"text": "あ" * 301}, {"text"}),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(changed: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        check(replace(PLAN, **changed), [], SHOWN)
    assert set(refused.value.errors) == fields


@pytest.mark.parametrize(
    ("other", "clashes"),
    [
        (Plan(9, END, END + SECOND, SHOWN), False),
        (Plan(9, END - SECOND, END + SECOND, SHOWN), True),
        (Plan(9, START - timedelta(hours=1), START, SHOWN), False),
        (Plan(9, START - timedelta(hours=1), START + SECOND, SHOWN), True),
        (replace(PLAN, ended_at=SHOWN), False),
        (
            Plan(9, SHOWN - timedelta(hours=2), SHOWN - timedelta(hours=1), SHOWN, begun_at=SHOWN - IDLE),
            True,
        ),
    ],
)
def test_two_at_once_are_refused(other: Plan, clashes: bool) -> None:
    if not clashes:
        check(PLAN, [other], SHOWN)
        return
    with pytest.raises(Conflict) as refused:
        check(PLAN, [other], SHOWN)
    assert refused.value.reason == "maintenance_overlaps"
