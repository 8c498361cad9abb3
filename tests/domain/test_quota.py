"""The day's 1,000 messages of a unit."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.domain.quota import (
    LIMIT_PER_DAY,
    decide_place,
    decide_quota,
    effective_limit,
    require_both,
    resets_at,
)
from portal.domain.refusal import LimitReached, PlaceLimitReached

ON = date(2026, 6, 15)
COUNT = st.integers(0, 2500)


@pytest.mark.parametrize(
    ("used", "asked", "allowed"),
    [
        (0, 999, True),
        (0, 1000, True),
        (0, 1001, False),
        (998, 1, True),
        (999, 1, True),
        (1000, 1, False),
        (999, 2, False),
        (600, 400, True),
        (600, 401, False),
        (990, 10, True),
        (990, 11, False),
        (1000, 0, True),
        (0, 0, True),
    ],
)
def test_P_Q6_a_unit_sends_1000_messages_a_day_all_departments_together(
    used: int, asked: int, allowed: bool
) -> None:
    assert decide_quota(1000, used, 0, asked, False, ON).allowed is allowed


def test_M_Q5_a_municipality_has_the_same_1000_for_all_its_departments() -> None:
    assert LIMIT_PER_DAY == 1000
    assert not decide_quota(LIMIT_PER_DAY, 700 + 300, 0, 1, False, ON).allowed


def test_P_Q6_a_batch_that_does_not_fit_is_refused_whole_and_says_how_many_would_fit() -> None:
    decision = decide_quota(1000, 990, 0, 11, False, ON)
    with pytest.raises(LimitReached) as refused:
        decision.require()
    assert refused.value.facts == {
        "limit": 1000,
        "used": 990,
        "asked": 11,
        "fits": 10,
        "resets_at": datetime(2026, 6, 15, 15, tzinfo=UTC),
    }


def test_a_batch_that_fits_goes() -> None:
    decide_quota(1000, 990, 0, 10, False, ON).require()


@pytest.mark.parametrize("is_answer", [False, True])
def test_R1_an_answer_counts_like_any_other_message(is_answer: bool) -> None:
    assert decide_quota(1000, 999, 0, 1, is_answer, ON).allowed
    assert not decide_quota(1000, 1000, 0, 1, is_answer, ON).allowed


def test_P_Q7_a_municipality_s_unit_used_up_leaves_the_contractor_s_own_unit_its_1000() -> None:
    municipality, own = decide_quota(1000, 1000, 0, 1, False, ON), decide_quota(1000, 0, 0, 1000, False, ON)
    assert (municipality.allowed, own.allowed) == (False, True)


@pytest.mark.parametrize(
    ("used", "asked", "is_answer", "allowed"),
    [
        (0, 950, False, True),
        (0, 951, False, False),
        (949, 1, False, True),
        (950, 1, False, False),
        (950, 1, True, True),
        (950, 50, True, True),
        (950, 51, True, False),
        (999, 1, True, True),
        (1000, 1, True, False),
    ],
)
def test_R1_a_reserve_of_50_is_kept_from_first_messages_and_open_to_answers(
    used: int, asked: int, is_answer: bool, allowed: bool
) -> None:
    assert decide_quota(1000, used, 50, asked, is_answer, ON).allowed is allowed


@pytest.mark.parametrize("reserve", [1000, 1001, 5000])
def test_a_reserve_as_large_as_the_day_leaves_answers_only_and_adds_nothing(reserve: int) -> None:
    assert not decide_quota(1000, 0, reserve, 1, False, ON).allowed
    assert decide_quota(1000, 0, reserve, 1000, True, ON).allowed
    assert not decide_quota(1000, 0, reserve, 1001, True, ON).allowed


def test_a_limit_lowered_below_what_is_used_leaves_nothing() -> None:
    decision = decide_quota(100, 150, 0, 1, True, ON)
    assert (decision.allowed, decision.left, decision.fits) == (False, 0, 0)


@pytest.mark.parametrize("numbers", [(-1, 0, 0, 1), (1000, -1, 0, 1), (1000, 0, -1, 1), (1000, 0, 0, -1)])
def test_negative_numbers_are_refused(numbers: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="not negative"):
        decide_quota(*numbers, False, ON)


@pytest.mark.parametrize(
    ("lowered", "limit"), [(None, 1000), (0, 0), (1, 1), (999, 999), (1000, 1000), (1001, 1000), (9999, 1000)]
)
def test_R1_the_limit_can_be_lowered_and_never_raised(lowered: int | None, limit: int) -> None:
    assert effective_limit(lowered) == limit


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        effective_limit(-1)


@pytest.mark.parametrize(
    ("on", "instant"),
    [
        (date(2026, 6, 15), datetime(2026, 6, 15, 15, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2026, 12, 31, 15, tzinfo=UTC)),
        (date(2028, 2, 28), datetime(2028, 2, 28, 15, tzinfo=UTC)),
    ],
)
def test_the_count_begins_anew_at_midnight_in_japan(on: date, instant: datetime) -> None:
    assert resets_at(on) == instant


@given(COUNT, COUNT, COUNT, COUNT, st.booleans())
@example(1000, 999, 0, 1, True)
@example(2000, 1000, 0, 1, True)
def test_P_Q6_whatever_is_allowed_never_leads_beyond_the_limit(
    limit: int, used: int, reserve: int, asked: int, is_answer: bool
) -> None:
    decision = decide_quota(limit, used, reserve, asked, is_answer, ON)
    if decision.allowed and asked:
        assert used + asked <= min(limit, 1000)
    assert decision.allowed == (asked <= decision.fits)
    assert 0 <= decision.fits <= decision.left <= 1000
    assert decision.fits + decision.held_back == decision.left


@given(COUNT, COUNT, COUNT, COUNT)
def test_an_answer_is_never_worse_off_than_a_first_message(
    limit: int, used: int, reserve: int, asked: int
) -> None:
    first = decide_quota(limit, used, reserve, asked, False, ON)
    answer = decide_quota(limit, used, reserve, asked, True, ON)
    assert answer.allowed or not first.allowed
    assert answer.fits == first.left == answer.left


@given(COUNT, COUNT, COUNT, st.booleans())
def test_exactly_what_is_said_to_fit_goes_and_one_more_does_not(
    limit: int, used: int, reserve: int, is_answer: bool
) -> None:
    fits = decide_quota(limit, used, reserve, 0, is_answer, ON).fits
    assert decide_quota(limit, used, reserve, fits, is_answer, ON).allowed
    assert not decide_quota(limit, used, reserve, fits + 1, is_answer, ON).allowed


@pytest.mark.parametrize(
    ("own", "unit", "used", "asked", "allowed", "limit", "left"),
    [
        (100, 1000, 0, 100, True, 100, 100),
        (100, 1000, 0, 101, False, 100, 100),
        (100, 1000, 100, 0, True, 100, 0),
        (100, 1000, 100, 1, False, 100, 0),
        (100, 1000, 130, 1, False, 100, 0),  # set below what was used already
        (0, 1000, 0, 1, False, 0, 0),
        (300, 200, 150, 50, True, 200, 50),  # the bureau lowered the unit's below it
        (300, 200, 150, 51, False, 200, 50),
        (5000, 5000, 0, 1000, True, 1000, 1000),
        (5000, 5000, 0, 1001, False, 1000, 1000),
    ],
)
def test_M_Q5_a_place_has_what_the_unit_gives_it_and_never_more_than_the_unit_has(
    own: int, unit: int, used: int, asked: int, allowed: bool, limit: int, left: int
) -> None:
    decided = decide_place(own, unit, used, asked, ON)
    assert (decided.allowed, decided.limit, decided.left) == (allowed, limit, left)
    assert decided.resets_at == resets_at(ON)
    if not allowed:
        with pytest.raises(PlaceLimitReached) as refused:
            decided.require()
        assert (refused.value.reason, refused.value.fits) == ("place_limit_reached", left)


@pytest.mark.parametrize("counts", [(-1, 1, 1, 1), (1, -1, 1, 1), (1, 1, -1, 1), (1, 1, 1, -1)])
def test_counts_of_a_place_are_not_negative(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        decide_place(*counts, ON)


@pytest.mark.parametrize(
    ("unit_used", "place_used", "reason"),
    [
        (0, 0, None),
        (1000, 0, "limit_reached"),
        (0, 100, "place_limit_reached"),
        (995, 98, "place_limit_reached"),
        (998, 95, "limit_reached"),
        (998, 98, "limit_reached"),
    ],
)
def test_whichever_limit_lets_fewer_through_says_no(
    unit_used: int, place_used: int, reason: str | None
) -> None:
    unit = decide_quota(1000, unit_used, 0, 6, is_answer=False, on=ON)
    place = decide_place(100, 1000, place_used, 6, ON)
    if reason is None:
        require_both(unit, place)
        return
    with pytest.raises(LimitReached) as refused:
        require_both(unit, place)
    assert refused.value.reason == reason
    assert refused.value.fits == min(unit.fits, place.left)
