"""The one rule on whether a unit reaches a seeker."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.domain.reach import Cause, ReachFacts, UnitClass, causes, reachable
from portal.domain.terms import NEVER_AGREED, TermsVersion, terms_until, version_to_agree

ON = date(2026, 6, 15)
OPEN = ReachFacts(
    valid_from=date(2026, 6, 1),
    valid_until=date(2026, 8, 31),
    eligible_from=None,
    never_eligible=False,
    range_private=True,
    range_municipal=True,
    stopped=False,
    terms_until=None,
    published=True,
    blocked=False,
    unit_class=UnitClass.PRIVATE,
)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
FACTS = st.builds(
    ReachFacts,
    valid_from=DAYS,
    valid_until=DAYS,
    eligible_from=st.none() | DAYS,
    never_eligible=st.booleans(),
    range_private=st.booleans(),
    range_municipal=st.booleans(),
    stopped=st.booleans(),
    terms_until=st.none() | st.just(NEVER_AGREED) | DAYS,
    published=st.booleans(),
    blocked=st.booleans(),
    unit_class=st.sampled_from(UnitClass),
)


def test_a_seeker_to_whom_nothing_stands_in_the_way_is_reached() -> None:
    assert reachable(OPEN, ON)


@pytest.mark.parametrize(
    ("changed", "on", "cause"),
    [
        ({"published": False}, ON, Cause.NO_PROFILE),
        ({"stopped": True}, ON, Cause.STOPPED),
        ({"blocked": True}, ON, Cause.BLOCKED),
        ({"range_private": False}, ON, Cause.RANGE),
        ({"range_municipal": False, "unit_class": UnitClass.MUNICIPAL}, ON, Cause.RANGE),
        ({"never_eligible": True}, ON, Cause.SCHOOL),
        ({"eligible_from": date(2026, 7, 1)}, date(2026, 6, 30), Cause.SCHOOL),
        ({"terms_until": date(2026, 6, 30)}, date(2026, 7, 1), Cause.TERMS),
        ({"terms_until": NEVER_AGREED}, ON, Cause.TERMS),
        ({}, date(2026, 5, 31), Cause.REGISTRATION),
        ({}, date(2026, 9, 1), Cause.REGISTRATION),
    ],
)
def test_each_cause_alone_keeps_a_unit_away(changed: dict[str, object], on: date, cause: Cause) -> None:
    facts = replace(OPEN, **changed)  # type: ignore[arg-type]  # a table of single fields
    assert causes(facts, on) == {cause}
    assert not reachable(facts, on)


@pytest.mark.parametrize(
    ("changed", "on"),
    [
        ({}, date(2026, 6, 1)),
        ({}, date(2026, 8, 31)),
        ({"eligible_from": date(2026, 7, 1)}, date(2026, 7, 1)),
        ({"terms_until": date(2026, 6, 30)}, date(2026, 6, 30)),
        ({"range_municipal": False}, ON),
        ({"range_private": False, "unit_class": UnitClass.MUNICIPAL}, ON),
    ],
)
def test_on_the_near_side_of_each_threshold_the_seeker_is_reached(
    changed: dict[str, object], on: date
) -> None:
    assert reachable(replace(OPEN, **changed), on)  # type: ignore[arg-type]  # a table of single fields


@pytest.mark.parametrize(
    ("private", "municipal", "unit_class", "reached"),
    [
        (True, False, UnitClass.PRIVATE, True),
        (True, False, UnitClass.MUNICIPAL, False),
        (False, True, UnitClass.PRIVATE, False),
        (False, True, UnitClass.MUNICIPAL, True),
        (True, True, UnitClass.PRIVATE, True),
        (True, True, UnitClass.MUNICIPAL, True),
        (False, False, UnitClass.PRIVATE, False),
        (False, False, UnitClass.MUNICIPAL, False),
    ],
)
def test_S_Q3_the_range_chosen_at_the_office_decides_which_organisations_reach_a_seeker(
    private: bool, municipal: bool, unit_class: UnitClass, reached: bool
) -> None:
    facts = replace(OPEN, range_private=private, range_municipal=municipal, unit_class=unit_class)
    assert reachable(facts, ON) is reached


def test_P_Q7_range_municipal_lets_a_contractor_in_for_the_municipality_not_for_itself() -> None:
    facts = replace(OPEN, range_private=False, range_municipal=True)
    assert reachable(replace(facts, unit_class=UnitClass.MUNICIPAL), ON)
    assert not reachable(replace(facts, unit_class=UnitClass.PRIVATE), ON)


@given(FACTS, DAYS)
@example(OPEN, ON)
def test_a_seeker_is_reached_exactly_when_each_column_says_so(facts: ReachFacts, on: date) -> None:
    in_range = (
        facts.range_private
        if facts.unit_class is UnitClass.PRIVATE
        else facts.range_municipal
        if facts.unit_class is UnitClass.MUNICIPAL
        else False
    )
    assert reachable(facts, on) == all(
        (
            facts.published,
            facts.valid_from <= on,
            on <= facts.valid_until,
            not facts.never_eligible,
            (facts.eligible_from or date.min) <= on,
            on <= (facts.terms_until or date.max),
            in_range,
            not facts.stopped,
            not facts.blocked,
        )
    )


@given(FACTS, DAYS, st.sampled_from(["blocked", "stopped", "never_eligible"]))
def test_a_block_a_stop_or_the_school_rule_never_opens_anything(
    facts: ReachFacts, on: date, field: str
) -> None:
    assert not reachable(replace(facts, **{field: True}), on)  # type: ignore[arg-type]  # a flag by name


@given(FACTS, DAYS)
def test_only_the_flag_of_the_unit_s_own_class_matters(facts: ReachFacts, on: date) -> None:
    other = "range_municipal" if facts.unit_class is UnitClass.PRIVATE else "range_private"
    value = not getattr(facts, other)
    flipped = replace(facts, **{other: value})  # type: ignore[arg-type]  # a flag by name
    assert reachable(flipped, on) == reachable(facts, on)


@given(FACTS, DAYS, DAYS, DAYS)
def test_the_days_on_which_a_seeker_is_reached_hang_together(
    facts: ReachFacts, one: date, two: date, three: date
) -> None:
    first, between, last = sorted((one, two, three))
    if reachable(facts, first) and reachable(facts, last):
        assert reachable(facts, between)


TERMS = (
    TermsVersion("1", date(2025, 4, 1), date(2025, 4, 1)),
    TermsVersion("2", date(2026, 4, 1), date(2026, 6, 30)),
    TermsVersion("3", date(2027, 4, 1), date(2027, 6, 30)),
)


@pytest.mark.parametrize(
    ("agreed", "until"),
    [("1", date(2026, 6, 30)), ("2", date(2027, 6, 30)), ("3", None), (None, NEVER_AGREED)],
)
def test_R10_an_earlier_version_of_the_terms_suffices_until_the_agree_by_day_of_the_next(
    agreed: str | None, until: date | None
) -> None:
    assert terms_until(agreed, TERMS) == until


def test_S_Q3_who_agreed_to_no_terms_is_reached_by_nobody() -> None:
    assert not reachable(replace(OPEN, terms_until=terms_until(None, TERMS)), ON)


def test_R10_nobody_vanishes_on_the_first_day_of_new_terms() -> None:
    facts = replace(OPEN, terms_until=terms_until("1", TERMS))
    last = date(2026, 6, 30)
    assert reachable(facts, last)
    assert not reachable(facts, last + timedelta(days=1))


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2025, 3, 31), None),
        (date(2025, 4, 1), "1"),
        (date(2026, 3, 31), "1"),
        (date(2026, 4, 1), "2"),
        (date(2028, 1, 1), "3"),
    ],
)
def test_the_newest_version_of_the_terms_on_offer_is_the_one_to_agree_to(on: date, code: str | None) -> None:
    version = version_to_agree(TERMS, on)
    assert (version.code if version else None) == code


def test_a_version_of_the_terms_that_is_not_in_the_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        terms_until("99", TERMS)
