"""What a unit may do on a day, whoever the seeker is."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.refusal import SendingClosed
from portal.domain.standing import Standing, UnitFacts, UnitStatus, standing

ON = date(2026, 6, 15)
UNIT = UnitFacts(
    status=UnitStatus.APPROVED,
    valid_from=date(2026, 4, 1),
    valid_until=date(2027, 3, 31),
    officer_name="架空 見本子",
    officer_contact="00-0000-0000",
)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
UNITS = st.builds(
    UnitFacts,
    status=st.sampled_from(UnitStatus),
    valid_from=st.none() | DAYS,
    valid_until=st.none() | DAYS,
    suspended_from=st.none() | DAYS,
    suspended_until=st.none() | DAYS,
    officer_name=st.sampled_from(["", " ", "架空 見本子"]),
    officer_contact=st.sampled_from(["", "\u3000", "00-0000-0000"]),
    officer_since=st.none() | DAYS,
    officer_until=st.none() | DAYS,
    lowered_limit=st.none() | st.integers(0, 2000),
)


def may(found: Standing) -> tuple[bool, bool, bool]:
    return found.search, found.send, found.read


def test_an_approved_valid_unit_with_an_officer_searches_sends_and_reads() -> None:
    assert standing(UNIT, ON) == Standing(search=True, send=True, read=True, limit=1000, reasons=())


@pytest.mark.parametrize(
    ("on", "rights", "reasons"),
    [
        (date(2026, 3, 31), (False, False, True), ("not_yet_valid",)),
        (date(2026, 4, 1), (True, True, True), ()),
        (date(2027, 3, 31), (True, True, True), ()),
        (date(2027, 4, 1), (False, False, True), ("validity_ended",)),
    ],
)
def test_after_its_validity_a_unit_only_reads(
    on: date, rights: tuple[bool, bool, bool], reasons: tuple[str, ...]
) -> None:
    found = standing(UNIT, on)
    assert (may(found), found.reasons) == (rights, reasons)


def test_without_a_day_set_by_the_bureau_a_unit_s_validity_does_not_end() -> None:
    assert standing(replace(UNIT, valid_from=None, valid_until=None), date(2099, 12, 31)).send


@pytest.mark.parametrize(
    ("until", "on", "held"),
    [
        (None, date(2026, 6, 14), False),
        (None, date(2026, 6, 15), True),
        (None, date(2027, 3, 31), True),
        (date(2026, 6, 30), date(2026, 6, 30), True),
        (date(2026, 6, 30), date(2026, 7, 1), False),
        (date(2026, 6, 14), date(2026, 6, 15), False),
    ],
)
def test_a_suspended_unit_neither_searches_nor_sends_but_reads(
    until: date | None, on: date, held: bool
) -> None:
    found = standing(replace(UNIT, suspended_from=date(2026, 6, 15), suspended_until=until), on)
    assert may(found) == ((False, False, True) if held else (True, True, True))
    assert found.reasons == (("suspended",) if held else ())


@pytest.mark.parametrize(
    "missing",
    [
        {"officer_name": ""},
        {"officer_name": " \u3000"},
        {"officer_contact": ""},
        {"officer_contact": "\n"},
        {"officer_since": date(2026, 6, 16)},
        {"officer_until": date(2026, 6, 14)},
    ],
)
def test_S_Q4_without_an_approved_officer_a_unit_searches_but_sends_nothing(
    missing: dict[str, object],
) -> None:
    found = standing(replace(UNIT, **missing), ON)  # type: ignore[arg-type]  # a table of single fields
    assert (may(found), found.reasons) == ((True, False, True), ("officer_missing",))
    with pytest.raises(SendingClosed) as refused:
        found.require_send()
    assert refused.value.reason == "officer_missing"


@pytest.mark.parametrize("edge", [{"officer_since": ON}, {"officer_until": ON}])
def test_P_Q11_an_officer_counts_from_the_first_to_the_last_recorded_day(edge: dict[str, date]) -> None:
    assert standing(replace(UNIT, **edge), ON).send  # type: ignore[arg-type]  # a table of single fields


def test_before_approval_there_is_nothing_to_do() -> None:
    found = standing(replace(UNIT, status=UnitStatus.PENDING), ON)
    assert (may(found), found.reasons) == ((False, False, False), ("not_approved",))


def test_P_Q2_a_unit_that_ended_its_use_only_reads() -> None:
    found = standing(replace(UNIT, status=UnitStatus.ENDED), ON)
    assert (may(found), found.reasons) == ((False, False, True), ("application_ended",))


def test_of_several_reasons_the_weightiest_is_told_first() -> None:
    found = standing(replace(UNIT, suspended_from=ON, officer_name=""), date(2027, 4, 1))
    assert found.reasons == ("validity_ended", "suspended", "officer_missing")
    with pytest.raises(SendingClosed, match="validity_ended"):
        found.require_send()


@pytest.mark.parametrize(("lowered", "limit"), [(None, 1000), (0, 0), (999, 999), (1000, 1000), (1001, 1000)])
def test_P_Q6_M_Q5_a_unit_s_daily_limit_is_1000_or_less(lowered: int | None, limit: int) -> None:
    assert standing(replace(UNIT, lowered_limit=lowered), ON).limit == limit


def test_P_Q5_M_Q4_no_hour_of_the_day_is_asked_for() -> None:
    # The rule takes a day and nothing finer: a unit that may send on a day may send at any time of it.
    assert standing(UNIT, ON).send
    standing(UNIT, ON).require_send()


@given(UNITS, DAYS)
def test_who_sends_may_search_who_searches_may_read_and_every_closed_door_has_a_reason(
    unit: UnitFacts, on: date
) -> None:
    found = standing(unit, on)
    assert found.read or not found.search
    assert found.search or not found.send
    assert found.send == (not found.reasons)
    assert 0 <= found.limit <= 1000


@given(UNITS, DAYS)
def test_S_Q4_nothing_is_sent_without_name_and_contact_of_an_officer(unit: UnitFacts, on: date) -> None:
    if standing(unit, on).send:
        assert unit.officer_name.strip()
        assert unit.officer_contact.strip()
