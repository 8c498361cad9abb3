"""What a desk's list asks for, and when a case is called to mind."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.domain.complaint import LIVE, Kind, Opener, State
from portal.domain.complaint_desk import (
    REMIND_AFTER,
    DeskFilter,
    Wanted,
    is_due,
    read_filter,
    reminder_on,
)
from portal.domain.refusal import Invalid

DAY = date(2026, 6, 15)


def test_every_case_that_is_not_over_has_a_reminder_and_no_other() -> None:
    assert set(REMIND_AFTER) == LIVE
    assert [reminder_on(state, DAY) for state in (State.SETTLED, State.CLOSED)] == [None, None]


@pytest.mark.parametrize("state", sorted(LIVE))
def test_a_case_is_called_to_mind_from_its_day_on_and_not_before(state: State) -> None:
    last = DAY + timedelta(days=REMIND_AFTER[state])
    assert not is_due(state, DAY, last - timedelta(days=1))
    assert is_due(state, DAY, last)
    assert is_due(state, DAY, last + timedelta(days=400))


def test_what_is_over_is_never_called_to_mind() -> None:
    assert not is_due(State.CLOSED, DAY, DAY + timedelta(days=400))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, DeskFilter()),
        ({"shown": ""}, DeskFilter(Wanted.LIVE)),
        ({"shown": "due"}, DeskFilter(Wanted.DUE)),
        ({"shown": "asked"}, DeskFilter(Wanted.ALL, State.ASKED)),
        ({"kind": "false", "opened_by": "unit"}, DeskFilter(kind=Kind.FALSE, opened_by=Opener.UNIT)),
        ({"number": " ２０２６－１２３４ "}, DeskFilter(number="2026-1234")),
    ],
)
def test_a_filter_is_read_from_an_address(typed: dict[str, str], expected: Any) -> None:
    assert read_filter(typed) == expected


def test_everything_wrong_with_a_filter_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read_filter({"shown": "x", "kind": "y", "opened_by": "z", "number": "9" * 15})
    assert set(refused.value.errors) == {"shown", "kind", "opened_by", "number"}
