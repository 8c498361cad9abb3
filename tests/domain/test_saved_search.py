"""Saved searches: what is kept, what is dropped when a code has ended, who sees them, and what is new to the month."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.narrowing import Narrowing, occupations_worked_in, read_month, read_narrowing
from portal.domain.refusal import Invalid
from portal.domain.saved_search import (
    LONGEST_NAME,
    MOST_OWN,
    MOST_SHARED,
    Asked,
    Content,
    Dropped,
    Looks,
    pack,
    read_name,
    require_room,
    sees,
    still_valid,
    unpack,
    with_new,
)
from portal.domain.search import Criteria
from portal.domain.thread import Belonging


@dataclass(frozen=True)
class Row:
    name_ja: str = ""
    parent: str | None = None
    facts: dict[str, str] = field(default_factory=dict)


BOOK = {
    "occupation_major": {"03": Row(), "05": Row()},
    "occupation": {"031": Row(parent="03"), "032": Row(parent="03"), "051": Row(parent="05")},
    "licence": {"L001": Row(), "L002": Row()},
    "experience_band": {"1_to_3": Row(), "3_to_5": Row()},
}
JUNE = date(2026, 6, 1)

contents = st.builds(
    Content,
    st.text(min_size=1, max_size=LONGEST_NAME),
    st.builds(
        Asked,
        st.builds(
            Criteria,
            st.dictionaries(
                st.sampled_from(["occupation", "licence"]), st.lists(st.text(max_size=5)).map(tuple)
            ),
            st.lists(st.text(max_size=40), max_size=5).map(tuple),
        ),
        st.builds(Narrowing, st.lists(st.text(max_size=5)).map(tuple), st.booleans(), st.booleans()),
    ),
)


@given(contents)
def test_what_is_kept_comes_back_as_it_was(content: Content) -> None:
    assert unpack(pack(content)) == content


def test_a_month_is_never_kept() -> None:
    assert Asked(Criteria(), Narrowing(since=JUNE)) == Asked()


def test_an_ended_code_is_dropped_and_told_and_the_rest_stays() -> None:
    asked = Asked(
        Criteria({"licence": ("L001", "L009"), "occupation": ("099",)}, ("介護",)),
        Narrowing(("3_to_5", "x"), unwritten=True),
    )
    now, dropped = still_valid(asked, BOOK)
    assert now == Asked(Criteria({"licence": ("L001",)}, ("介護",)), Narrowing(("3_to_5",), unwritten=True))
    assert dropped == (Dropped("licence", "L009"), Dropped("occupation", "099"), Dropped("years", "x"))


def test_R13_shared_ones_are_seen_at_the_same_place_only() -> None:
    here, there = Belonging(department_id=1), Belonging(department_id=2)
    assert sees(7, here, 7, there, shared=False)
    assert sees(7, here, 8, here, shared=True)
    assert not sees(7, here, 8, here, shared=False)
    assert not sees(7, here, 8, there, shared=True)
    assert not sees(7, here, 8, Belonging(contractor_id=1), shared=True)
    assert sees(7, Belonging(), 8, Belonging(), shared=True)


@pytest.mark.parametrize(
    ("own", "here", "shared", "errors"),
    [
        (MOST_OWN - 1, MOST_SHARED - 1, True, None),
        (MOST_OWN, 0, False, {"": ["saved_full"]}),
        (0, MOST_SHARED, True, {"shared": ["shared_full"]}),
        (0, MOST_SHARED, False, None),
    ],
)
def test_there_is_room_for_so_many(own: int, here: int, shared: bool, errors: object) -> None:
    if errors is None:
        require_room(own, here, shared=shared)
        return
    with pytest.raises(Invalid) as refused:
        require_room(own, here, shared=shared)
    assert refused.value.errors == errors


def test_what_is_new_does_not_vanish_by_looking_and_is_never_said_to_the_day() -> None:
    looks = Looks.first(date(2026, 6, 15))
    for day in (date(2026, 6, 15), date(2026, 6, 30)):
        assert looks.again(day) == looks
        assert looks.newly(day) == Narrowing(unwritten=True, unopened=True, since=JUNE)
    in_july = looks.again(date(2026, 7, 1))
    assert looks.newly(date(2026, 7, 1)).since == JUNE
    assert in_july == Looks(date(2026, 7, 1), JUNE)
    assert in_july.newly(date(2026, 7, 31)).since == JUNE
    assert in_july.newly(date(2026, 8, 1)).since == date(2026, 7, 1)
    assert in_july.again(date(2027, 1, 9)) == Looks(date(2027, 1, 1), date(2026, 7, 1))


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.lists(st.integers(0, 90), max_size=12))
def test_every_day_of_a_month_gives_the_same_boundary(saved: date, steps: list[int]) -> None:
    looks, day = Looks.first(saved), saved
    for step in steps:
        day = date.fromordinal(day.toordinal() + step)
        newly = looks.newly(day)
        assert newly.since is not None
        assert newly.since.day == 1
        assert all(looks.newly(day.replace(day=other)) == newly for other in (1, 15, 28))
        looks = looks.again(day)


def test_who_is_new_keeps_the_years_asked_for() -> None:
    asked = Asked(narrowing=Narrowing(("3_to_5",)))
    newly = with_new(asked, Looks.first(JUNE), JUNE)
    assert newly == Narrowing(("3_to_5",), unwritten=True, unopened=True, since=JUNE)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "missing"), ("　", "missing"), ("あ" * 41, "too_long"), ("a\nb", "line_break"), ("😀", "emoji")],
)
def test_a_name_is_one_line_of_text(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_name({"name": typed})
    assert refused.value.errors == {"name": [code]}


# Narrowing


def test_what_narrows_is_read_from_its_fields() -> None:
    typed = {"years": ["3_to_5", "３_to_5", ""], "unwritten": "y", "unopened": "0", "since": "2026-05"}
    assert read_narrowing(typed, BOOK) == Narrowing(("3_to_5",), True, False, date(2026, 5, 1))
    assert not read_narrowing({}, BOOK)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"years": "x"}, {"years": ["unknown_code"]}),
        ({"years": [str(n) for n in range(11)]}, {"years": ["too_many"]}),
        ({"since": "2026-13"}, {"since": ["unknown_code"]}),
        ({"since": "2026-06-15"}, {"since": ["unknown_code"]}),
    ],
)
def test_what_cannot_narrow_is_refused(typed: Any, errors: object) -> None:
    with pytest.raises(Invalid) as refused:
        read_narrowing(typed, BOOK)
    assert refused.value.errors == errors


@given(st.text(max_size=12))
def test_no_text_is_read_as_a_day(text: str) -> None:
    found = read_month(text)
    assert found is None or (found.day == 1 and f"{found:%Y-%m}" == text)


def test_years_hold_in_the_occupations_asked_for_and_a_chosen_one_narrows_its_group() -> None:
    asked = Criteria({"experience": ("031",), "experience_major": ("03", "05")})
    assert occupations_worked_in(asked, BOOK) == {
        ("occupation", "031"),
        ("occupation", "051"),
        ("occupation_major", "05"),
    }
    assert occupations_worked_in(Criteria(), BOOK) == frozenset()
