"""Answers to be expected: counted from earlier sends, never made up."""

import pytest

from portal.domain.answer_rate import ENOUGH, AnswerRate, rate


def test_nothing_sent_is_nothing_known() -> None:
    assert rate([]) == AnswerRate(0, 0)
    assert (rate([]).known, rate([]).percent) == (False, 0)


@pytest.mark.parametrize(
    ("sends", "known", "percent"),
    [
        ([(ENOUGH - 1, 5)], False, 26),
        ([(ENOUGH, 1)], True, 5),
        ([(10, 1), (10, 2)], True, 15),
        ([(1000, 19)], True, 1),
        ([(1000, 1000)], True, 100),
        ([(3000, 29)], True, 0),
    ],
)
def test_a_rate_is_told_from_enough_messages_on_and_rounded_down(
    sends: list[tuple[int, int]], known: bool, percent: int
) -> None:
    assert (rate(sends).known, rate(sends).percent) == (known, percent)
