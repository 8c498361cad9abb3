"""The school rule of seed 004 S-Q1."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.domain.eligibility import (
    CompiledEligibility,
    SchoolFacts,
    SchoolStatus,
    check_school,
    compile_eligibility,
    is_eligible,
)
from portal.domain.refusal import Invalid

NONE, STUDENT, GRADUATED, LEFT = (
    SchoolStatus.NONE,
    SchoolStatus.STUDENT,
    SchoolStatus.GRADUATED,
    SchoolStatus.LEFT,
)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
SCHOOLS = st.builds(
    SchoolFacts,
    target_school=st.booleans(),
    status=st.sampled_from(SchoolStatus),
    graduated_on=st.none() | DAYS,
)


@pytest.mark.parametrize(
    ("graduated_on", "on", "eligible"),
    [
        (date(2026, 3, 1), date(2026, 2, 28), False),
        (date(2026, 3, 1), date(2026, 3, 1), False),
        (date(2026, 3, 1), date(2026, 6, 29), False),
        (date(2026, 3, 1), date(2026, 6, 30), False),
        (date(2026, 3, 1), date(2026, 7, 1), True),
        (date(2026, 3, 31), date(2026, 6, 30), False),
        (date(2026, 3, 31), date(2026, 7, 1), True),
        (date(2025, 3, 31), date(2026, 1, 1), True),
        (date(2025, 3, 31), date(2026, 6, 30), True),
        (date(2028, 2, 29), date(2028, 6, 30), False),
        (date(2028, 2, 29), date(2028, 7, 1), True),
        (date(2026, 6, 30), date(2026, 6, 30), False),
        (date(2026, 6, 30), date(2026, 7, 1), True),
        (date(2026, 7, 1), date(2026, 7, 1), False),
        (date(2026, 7, 1), date(2026, 7, 2), True),
        (date(2026, 1, 1), date(2025, 12, 31), False),
        (date(2026, 1, 1), date(2026, 7, 1), True),
        (date(2026, 12, 31), date(2026, 12, 31), False),
        (date(2026, 12, 31), date(2027, 1, 1), True),
    ],
)
def test_S_Q1_a_new_graduate_of_a_target_school_is_left_out_until_the_end_of_june_of_that_year(
    graduated_on: date, on: date, eligible: bool
) -> None:
    assert is_eligible(SchoolFacts(True, GRADUATED, graduated_on), on) is eligible


def test_S_Q1_who_graduated_in_september_is_not_left_out_because_that_june_has_passed() -> None:
    autumn = SchoolFacts(True, GRADUATED, date(2026, 9, 15))
    assert not is_eligible(autumn, date(2026, 9, 15))
    assert is_eligible(autumn, date(2026, 9, 16))
    assert is_eligible(autumn, date(2027, 6, 30))


@pytest.mark.parametrize("on", [date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2030, 1, 1)])
def test_S_Q1_a_pupil_of_a_target_school_is_left_out_on_every_day(on: date) -> None:
    assert not is_eligible(SchoolFacts(True, STUDENT), on)


@pytest.mark.parametrize("on", [date(2026, 6, 30), date(2026, 7, 1), date(2030, 1, 1)])
def test_S_Q1_a_day_on_which_a_pupil_hopes_to_graduate_changes_nothing(on: date) -> None:
    assert not is_eligible(SchoolFacts(True, STUDENT, date(2026, 3, 31)), on)


@pytest.mark.parametrize("status", [STUDENT, GRADUATED, LEFT, NONE])
def test_S_Q1_students_and_graduates_of_universities_and_technical_colleges_are_not_left_out(
    status: SchoolStatus,
) -> None:
    assert is_eligible(SchoolFacts(False, status, date(2026, 3, 31)), date(2026, 4, 1))


def test_S_Q1_who_left_a_target_school_without_graduating_is_neither_pupil_nor_graduate() -> None:
    assert is_eligible(SchoolFacts(True, LEFT), date(2026, 4, 1))


def test_S_Q1_a_graduate_whose_day_is_unknown_is_left_out_until_the_office_records_it() -> None:
    assert not is_eligible(SchoolFacts(True, GRADUATED), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("facts", "compiled"),
    [
        (SchoolFacts(True, GRADUATED, date(2026, 3, 31)), CompiledEligibility(date(2026, 7, 1), False)),
        (SchoolFacts(True, GRADUATED, date(2026, 6, 30)), CompiledEligibility(date(2026, 7, 1), False)),
        (SchoolFacts(True, GRADUATED, date(2026, 7, 1)), CompiledEligibility(date(2026, 7, 2), False)),
        (SchoolFacts(True, GRADUATED, date(2026, 12, 31)), CompiledEligibility(date(2027, 1, 1), False)),
        (SchoolFacts(True, GRADUATED), CompiledEligibility(None, True)),
        (SchoolFacts(True, STUDENT), CompiledEligibility(None, True)),
        (SchoolFacts(True, LEFT), CompiledEligibility(None, False)),
        (SchoolFacts(True, NONE), CompiledEligibility(None, False)),
        (SchoolFacts(False, STUDENT), CompiledEligibility(None, False)),
    ],
)
def test_S_Q1_the_school_rule_is_compiled_into_one_day_and_one_flag(
    facts: SchoolFacts, compiled: CompiledEligibility
) -> None:
    assert compile_eligibility(facts) == compiled


@given(SCHOOLS, DAYS)
@example(SchoolFacts(True, GRADUATED, date(2026, 3, 31)), date(2026, 6, 30))
@example(SchoolFacts(True, GRADUATED, date(2026, 3, 31)), date(2026, 7, 1))
def test_S_Q1_the_compiled_columns_say_the_same_as_the_rule_on_every_day(
    facts: SchoolFacts, on: date
) -> None:
    assert compile_eligibility(facts).covers(on) == is_eligible(facts, on)


@given(st.booleans(), st.sampled_from(SchoolStatus), st.none() | DAYS)
def test_S_Q1_around_the_compiled_day_the_rule_turns_exactly_once(
    target: bool, status: SchoolStatus, graduated_on: date | None
) -> None:
    facts = SchoolFacts(target, status, graduated_on)
    first = compile_eligibility(facts).eligible_from
    if first is not None:
        assert is_eligible(facts, first)
        assert not is_eligible(facts, first - timedelta(days=1))


@given(SCHOOLS, DAYS, st.integers(0, 2000))
def test_who_is_eligible_stays_so_as_long_as_nothing_is_recorded(
    facts: SchoolFacts, on: date, later: int
) -> None:
    if is_eligible(facts, on):
        assert is_eligible(facts, on + timedelta(days=later))


def test_the_office_is_told_until_when_somebody_is_left_out() -> None:
    until = compile_eligibility(SchoolFacts(True, GRADUATED, date(2026, 3, 31))).excluded_until
    assert until == date(2026, 6, 30)
    assert compile_eligibility(SchoolFacts(True, STUDENT)).excluded_until is None


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (SchoolFacts(True, GRADUATED), "missing"),
        (SchoolFacts(True, STUDENT, date(2027, 3, 31)), "not_a_graduate"),
        (SchoolFacts(False, LEFT, date(2027, 3, 31)), "not_a_graduate"),
        (SchoolFacts(False, NONE, date(2027, 3, 31)), "not_a_graduate"),
    ],
)
def test_a_school_record_that_contradicts_itself_is_refused(facts: SchoolFacts, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_school(facts)
    assert refused.value.errors == {"graduated_on": [code]}


@pytest.mark.parametrize(
    "facts",
    [
        SchoolFacts(True, GRADUATED, date(2026, 3, 31)),
        SchoolFacts(False, GRADUATED),
        SchoolFacts(True, STUDENT),
        SchoolFacts(True, LEFT),
        SchoolFacts(False, NONE),
    ],
)
def test_a_school_record_that_fits_together_is_taken(facts: SchoolFacts) -> None:
    check_school(facts)
