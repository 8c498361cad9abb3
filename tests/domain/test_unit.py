"""What an application says, read into one form: numbers without branch, records, days, limits."""

from datetime import date

import pytest

from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid
from portal.domain.unit import (
    UnitNumber,
    read_contractor,
    read_corporation_number,
    read_days,
    read_limit,
    read_number,
    read_record,
    search_key,
)


@pytest.mark.parametrize(
    ("typed", "number", "branch"),
    [
        ("13-ユ-300001", "13-ユ-300001", ""),
        ("13-ユ-300001-02", "13-ユ-300001", "02"),
        ("１３－ﾕ－３００００１－０２", "13-ユ-300001", "02"),
        (" 13 ユ 300001 ", "13-ユ-300001", ""),
        ("13ユ300001", "13-ユ-300001", ""),
        ("27‐ム‐200001", "27-ム-200001", ""),
        ("13-特-100001", "13-特-100001", ""),
    ],
)
def test_P_Q3_every_spelling_of_a_number_and_every_branch_is_one_unit(
    typed: str, number: str, branch: str
) -> None:
    assert read_number({"n": typed}, "n", UnitClass.PRIVATE) == UnitNumber(number, branch)


@pytest.mark.parametrize(
    "typed", ["13-ユ-3000", "ユ-300001", "見本", "13-ユ-300001-", "13--300001", "13-1-300001"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_number({"n": typed}, "n", UnitClass.PRIVATE)
    assert refused.value.errors == {"n": ["bad_number"]}


def test_M_Q5_a_public_body_is_its_code() -> None:
    assert read_number({"n": "１３１０１６"}, "n", UnitClass.MUNICIPAL) == UnitNumber("131016")
    assert read_number({"n": "13-地-000001"}, "n", UnitClass.MUNICIPAL).number == "13-地-000001"
    with pytest.raises(Invalid):
        read_number({"n": "131016"}, "n", UnitClass.PRIVATE)


def test_a_corporation_number_has_thirteen_digits() -> None:
    assert read_corporation_number({"c": "９９９-0000-000001"}, "c") == "9990000000001"
    assert read_corporation_number({"c": " "}, "c") == ""
    for typed in ("999000000000", "99900000000012", "99900000000ab"):
        with pytest.raises(Invalid):
            read_corporation_number({"c": typed}, "c")


def test_everything_wrong_with_a_record_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read_record(
            {"name": "", "kana": "漢字", "officer_contact": "00-0000-0000", "corporation_number": "1"}
        )
    assert refused.value.errors == {
        "name": ["missing"],
        "kana": ["bad_kana"],
        "corporation_number": ["bad_corporation_number"],
        "officer_name": ["one_without_other"],
    }
    read = read_record({"name": "架空 人材", "kana": "かくう じんざい"})
    assert (read.name, read.kana, read.officer_name) == ("架空 人材", "カクウ ジンザイ", "")


def test_a_key_of_the_directory_sorts_by_the_reading_and_keeps_the_two_apart() -> None:
    assert search_key("架空 人材", "カクウジンザイ") == "かくうじんざい\n架空人材"
    assert search_key("ＡＢＣ") == "abc\nabc"


def test_a_limit_is_never_above_the_seeds_thousand() -> None:
    assert [read_limit({"n": typed}, "n") for typed in ("0", "１，０００", " 10 ")] == [0, 1000, 10]
    for typed, code in (
        ("1001", "above_limit"),
        ("-1", "not_a_number"),
        ("", "missing"),
        ("9" * 30, "not_a_number"),
    ):
        with pytest.raises(Invalid) as refused:
            read_limit({"n": typed}, "n")
        assert refused.value.errors == {"n": [code]}


def test_spans_of_days_do_not_end_before_they_begin() -> None:
    days = {"valid_from": "2026-04-01", "valid_until": "令和9年3月31日"}
    assert read_days(days) == (date(2026, 4, 1), date(2027, 3, 31))
    with pytest.raises(Invalid) as refused:
        read_days({"valid_from": "2026-04-01", "valid_until": "2026-03-31"})
    assert refused.value.errors == {"valid_until": ["before_start"]}
    with pytest.raises(Invalid) as refused:
        read_days({})
    assert set(refused.value.errors) == {"valid_from", "valid_until"}


def test_M_Q3_a_contractor_has_a_licence_of_its_own_and_a_period() -> None:
    typed = {
        "name": "架空受託社",
        "licence_number": "99ユ900000",
        "since": "2026-04-01",
        "until": "2027-03-31",
    }
    assert read_contractor(typed).licence_number == "99-ユ-900000"
    with pytest.raises(Invalid) as refused:
        read_contractor({"until": "2026-13-01"})
    assert set(refused.value.errors) == {"name", "licence_number", "since", "until"}
