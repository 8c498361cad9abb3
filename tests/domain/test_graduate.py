"""Who is a 新規大学卒業者等 on a day (seed 004 P-Q8): a wide reading, and the day on which it ends."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.code import read_rows, read_tables
from portal.domain.eligibility import SchoolStatus
from portal.domain.graduate import OPEN_END, GraduateFacts, graduate_until, is_graduate
from portal.settings import config_dir

MARCH = date(2026, 3, 20)
JUNE_30, JULY_1 = date(2026, 6, 30), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("covered", "status", "graduated_on", "until"),
    [
        (True, SchoolStatus.STUDENT, None, OPEN_END),
        (True, SchoolStatus.GRADUATED, MARCH, JUNE_30),
        (True, SchoolStatus.GRADUATED, JUNE_30, JUNE_30),
        (True, SchoolStatus.GRADUATED, date(2026, 9, 30), date(2026, 9, 30)),
        (True, SchoolStatus.GRADUATED, None, OPEN_END),
        (True, SchoolStatus.LEFT, None, None),
        (True, SchoolStatus.NONE, None, None),
        (False, SchoolStatus.STUDENT, None, None),
        (False, SchoolStatus.GRADUATED, MARCH, None),
    ],
)
def test_P_Q8_until_when_somebody_is_one(
    covered: bool, status: SchoolStatus, graduated_on: date | None, until: date | None
) -> None:
    assert graduate_until(GraduateFacts(covered, status, graduated_on)) == until


@pytest.mark.parametrize(
    ("on", "is_one"), [(MARCH, True), (JUNE_30, True), (JULY_1, False), (date(2027, 4, 1), False)]
)
def test_P_Q8_protection_ends_with_30_June_of_the_year_of_graduation(on: date, is_one: bool) -> None:
    until = graduate_until(GraduateFacts(True, SchoolStatus.GRADUATED, MARCH))
    assert is_graduate(until, on) is is_one


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_once_over_it_stays_over(graduated_on: date, days: int) -> None:
    until = graduate_until(GraduateFacts(True, SchoolStatus.GRADUATED, graduated_on))
    day = graduated_on + timedelta(days=days)
    assert is_graduate(until, day) == (day == graduated_on or day <= date(graduated_on.year, 6, 30))


def test_nobody_is_one_for_whom_nothing_is_recorded() -> None:
    assert not is_graduate(None, MARCH)


def test_R12_the_table_of_schools_holds_university_technical_college_and_専修学校() -> None:
    folder: Path = config_dir() / "tables"
    table = read_tables((folder / "tables.toml").read_bytes())["school_kind"]
    rows = read_rows(table, (folder / "school_kind.csv").read_bytes(), None)
    covered = {row.code for row in rows if "graduate=yes" in row.facts.split(";")}
    assert covered == {"university", "technical_college", "specialised"}
