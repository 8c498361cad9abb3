"""What an application says: each step on both sides of its limits, in every calendar; what is missing."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import pytest

from portal.domain.application import Kind, Part, Step
from portal.domain.application_content import (
    Content,
    Person,
    lookup,
    missing,
    pack,
    person_from,
    record_of,
    unpack,
)
from portal.domain.application_reading import (
    MOST_ROWS,
    Offered,
    Reading,
    mentions,
    typed_of,
    with_step,
)
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid
from tests.application_forms import MUNICIPAL, PRIVATE, Fields

TODAY = date(2026, 6, 15)
OFFERED = Offered(
    frozenset({"24", "13"}),
    {
        "paid": UnitClass.PRIVATE,
        "municipality": UnitClass.MUNICIPAL,
        "contractor": UnitClass.MUNICIPAL,
    },
    {"art30": UnitClass.PRIVATE, "art29": UnitClass.MUNICIPAL},
)


def reading(kind: Kind = Kind.USE, unit_class: UnitClass = UnitClass.PRIVATE, on: date = TODAY) -> Reading:
    return Reading(kind, unit_class, OFFERED, on)


def read(step: Step, typed: Fields, how: Reading | None = None) -> Content:
    return with_step(Content(), step, typed, how or reading())


def errors(step: Step, typed: Fields, how: Reading | None = None) -> dict[str, list[str]]:
    try:
        read(step, typed, how)
    except Invalid as invalid:
        return invalid.errors
    return {}


def whole(steps: Mapping[Step, Fields], unit_class: UnitClass) -> Content:
    content = Content()
    for step, typed in steps.items():
        content = with_step(content, step, typed, reading(unit_class=unit_class))
    return content


# Who, and as what


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"unit_class": "private", "registration_class": "paid", "bureau_code": "24"}, {}),
        ({"unit_class": "private", "registration_class": "paid", "bureau_code": "２４"}, {}),
        (
            {},
            {"unit_class": ["missing"], "registration_class": ["missing"], "bureau_code": ["missing"]},
        ),
        (
            {"unit_class": "private", "registration_class": "paid", "bureau_code": "48"},
            {"bureau_code": ["unknown_code"]},
        ),
        (
            {"unit_class": "private", "registration_class": "municipality", "bureau_code": "24"},
            {"registration_class": ["other_class"]},
        ),
        (
            {"unit_class": "municipal", "registration_class": "contractor", "bureau_code": "24"},
            {"registration_class": ["joint_only"]},
        ),
    ],
)
def test_M_Q3_who_applies_and_as_what(typed: Fields, wrong: dict[str, list[str]]) -> None:
    assert errors(Step.APPLICANT, typed) == wrong


def test_another_class_empties_what_depended_on_it() -> None:
    content = whole(MUNICIPAL, UnitClass.MUNICIPAL)
    same = with_step(content, Step.APPLICANT, MUNICIPAL[Step.APPLICANT], reading())
    assert same == content
    other = with_step(content, Step.APPLICANT, PRIVATE[Step.APPLICANT], reading())
    assert (other.organisation, other.contractors) == (None, None)
    assert other.people == content.people


# The organisation


def organisation(**changes: str) -> dict[str, list[str]]:
    return errors(Step.ORGANISATION, {**PRIVATE[Step.ORGANISATION], **changes})


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, {}),
        ({"name": "あ" * 100}, {}),
        ({"name": "あ" * 101}, {"name": ["too_long"]}),
        ({"name": ""}, {"name": ["missing"]}),
        ({"kana": "漢字"}, {"kana": ["bad_kana"]}),
        ({"kana": ""}, {"kana": ["missing"]}),
        ({"corporation_number": ""}, {}),
        ({"corporation_number": "999000000000"}, {"corporation_number": ["bad_corporation_number"]}),
        ({"number": "24-ユ-30000"}, {"number": ["bad_number"]}),
        ({"number": "24201"}, {"number": ["bad_number"]}),
        ({"number": ""}, {"number": ["missing"]}),
        ({"basis": "art29"}, {"basis": ["unknown_code"]}),
        ({"basis": ""}, {"basis": ["missing"]}),
        ({"postal_code": "〒０００００００"}, {}),
        ({"postal_code": ""}, {}),
        ({"postal_code": "000-000"}, {"postal_code": ["bad_postal_code"]}),
        ({"address": "あ" * 200}, {}),
        ({"address": "あ" * 201}, {"address": ["too_long"]}),
        ({"address": ""}, {"address": ["missing"]}),
        ({"representative_title": "あ" * 40}, {}),
        ({"representative_title": "あ" * 41}, {"representative_title": ["too_long"]}),
        ({"representative": ""}, {"representative": ["missing"]}),
        ({"name": "見\0本"}, {"name": ["nul"]}),
    ],
)
def test_an_organisation_on_both_sides_of_each_limit(
    changes: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    assert organisation(**changes) == wrong


def test_everything_wrong_with_a_step_is_told_at_once() -> None:
    assert set(errors(Step.ORGANISATION, {})) == {
        "name",
        "kana",
        "number",
        "basis",
        "address",
        "representative",
    }


def test_the_class_comes_before_the_number() -> None:
    how = Reading(Kind.USE, None, OFFERED, TODAY)
    assert errors(Step.ORGANISATION, PRIVATE[Step.ORGANISATION], how) == {"number": ["class_first"]}


def test_P_Q3_the_branch_is_read_apart_from_the_number_that_makes_the_unit() -> None:
    content = read(Step.ORGANISATION, {**PRIVATE[Step.ORGANISATION], "number": "24ユ300001-02"})
    assert content.organisation is not None
    assert (content.organisation.number, content.organisation.branch) == ("24-ユ-300001", "02")
    assert lookup(content.organisation)["unit_number"] == "24-ユ-300001"


def test_a_public_body_has_its_code_and_perhaps_a_number_of_its_own() -> None:
    how = reading(unit_class=UnitClass.MUNICIPAL)
    typed = {**MUNICIPAL[Step.ORGANISATION], "own_number": "24-地-000001"}
    content = read(Step.ORGANISATION, typed, how)
    assert content.organisation is not None
    assert (content.organisation.number, content.organisation.own_number) == ("24201", "24-地-000001")
    assert errors(Step.ORGANISATION, {**typed, "own_number": "見本"}, how) == {"own_number": ["bad_number"]}


# People


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, {}),
        ({"officer_name": ""}, {"officer_name": ["missing"]}),
        ({"contact_name": ""}, {"contact_name": ["missing"]}),
        ({"officer_phone": ""}, {"officer_phone": ["phone_or_mail"]}),
        ({"contact_mail": ""}, {"contact_phone": ["phone_or_mail"]}),
        ({"officer_phone": "", "officer_mail": "a@example.jp"}, {}),
        ({"officer_phone": "12"}, {"officer_phone": ["bad_phone"]}),
        ({"contact_mail": "見本"}, {"contact_mail": ["bad_mail"]}),
        ({"officer_kana": "漢字"}, {"officer_kana": ["bad_kana"]}),
        ({"officer_department": "あ" * 41}, {"officer_department": ["too_long"]}),
        ({"officer_mail": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.example"}, {"officer_mail": ["too_long"]}),
    ],
)
def test_S_Q4_officer_and_contact_can_be_reached(
    changes: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    assert errors(Step.PEOPLE, {**PRIVATE[Step.PEOPLE], **changes}) == wrong


def test_how_somebody_is_reached_is_one_line_of_the_record_and_can_be_told_apart_again() -> None:
    person = Person("見本 責任", "", "管理部", "00-0000-0000", "a@example.jp")
    assert person.reached == "管理部 電話 00-0000-0000 メール a@example.jp"
    assert person_from(person.name, person.reached, []) == person
    known = Person("見本 責任", "ミホン セキニン", "管理部", "00-0000-0000", "a@example.jp")
    assert person_from(person.name, person.reached, [known]) is known
    assert person_from("別の人", person.reached, [known]).kana == ""


@pytest.mark.parametrize(
    ("reached", "department", "phone", "mail"),
    [
        ("00-0000-0000", "", "00-0000-0000", ""),
        ("総務課 00-0000-0000", "総務課", "00-0000-0000", ""),
        ("a.b@example.jp", "", "", "a.b@example.jp"),
        ("総務課", "総務課", "", ""),
        ("", "", "", ""),
    ],
)
def test_an_older_record_is_told_apart_as_far_as_it_goes(
    reached: str, department: str, phone: str, mail: str
) -> None:
    assert person_from("見本", reached, []) == Person("見本", "", department, phone, mail)


# Branches, departments, contractors


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {}),
        ({"branches-0-branch_number": "０２", "branches-0-name": "津支店"}, {}),
        ({"branches-0-branch_number": "02"}, {"branches-0-name": ["missing"]}),
        ({"branches-7-name": "津支店"}, {"branches-7-branch_number": ["missing"]}),
        (
            {"branches-0-branch_number": "二", "branches-0-name": "津支店"},
            {"branches-0-branch_number": ["bad_branch_number"]},
        ),
        (
            {
                "branches-0-branch_number": "02",
                "branches-0-name": "津支店",
                "branches-1-branch_number": "０２",
                "branches-1-name": "別の店",
            },
            {"branches-1-branch_number": ["twice"]},
        ),
        ({"departments-0-name": "営業課", "departments-2-name": "営業課"}, {"departments-2-name": ["twice"]}),
        ({"departments-0-name": "あ" * 101}, {"departments-0-name": ["too_long"]}),
        (
            {"departments-0-name": "営業課", "departments-0-until": "2026-07-01"},
            {"departments-0-until": ["only_in_a_change"]},
        ),
        ({f"departments-{n}-name": f"第{n}課" for n in range(MOST_ROWS)}, {}),
        (
            {f"departments-{n}-name": f"第{n}課" for n in range(MOST_ROWS + 1)},
            {"departments": ["too_many_rows"]},
        ),
        ({"departments-0-name": " ", "departments-x-name": "何か", "departments-99999-name": "何か"}, {}),
    ],
)
def test_branches_and_departments_row_by_row(typed: Fields, wrong: dict[str, list[str]]) -> None:
    assert errors(Step.PLACES, typed) == wrong


def test_a_change_ends_a_department_with_a_day() -> None:
    typed = {"departments-0-name": "営業課", "departments-0-until": "令和8年9月30日"}
    content = read(Step.PLACES, typed, reading(Kind.CHANGE))
    assert content.places is not None
    assert content.places.departments[0].until == date(2026, 9, 30)


def contractor(row: int = 0, **changes: str) -> dict[str, str]:
    typed = {
        "name": "架空受託社",
        "licence_number": "24-ユ-300009",
        "since": "2026-07-01",
        "until": "2027-03-31",
        **changes,
    }
    return {f"contractors-{row}-{name}": value for name, value in typed.items()}


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, {}),
        (contractor(), {}),
        (contractor(since="令和8年7月1日", until="R9.3.31"), {}),
        (contractor(since="2027-04-01"), {"contractors-0-until": ["before_start"]}),
        (contractor(until="2027-02-29"), {"contractors-0-until": ["date_impossible"]}),
        (contractor(until="2028-02-29"), {}),
        (contractor(licence_number=""), {"contractors-0-licence_number": ["missing"]}),
        (contractor(licence_number="24201"), {"contractors-0-licence_number": ["bad_number"]}),
        (contractor(3, name=""), {"contractors-3-name": ["missing"]}),
        ({**contractor(), **contractor(1)}, {"contractors-1-licence_number": ["twice"]}),
        (
            {**contractor(), **contractor(1, since="2027-03-31", until="2028-03-31")},
            {"contractors-1-licence_number": ["twice"]},
        ),
        ({**contractor(), **contractor(1, since="2027-04-01", until="2028-03-31")}, {}),
        ({**contractor(), **contractor(1, licence_number="24-ユ-300008")}, {}),
        (contractor(since="2016-06-15", until="2036-06-15"), {}),
        (contractor(since="2016-06-14"), {"contractors-0-since": ["too_long_ago"]}),
        (contractor(until="2036-06-16"), {"contractors-0-until": ["too_far"]}),
        (contractor(until="9999-12-31"), {"contractors-0-until": ["too_far"]}),
    ],
)
def test_M_Q3_contractors_have_a_licence_of_their_own_and_a_period(
    typed: Fields, wrong: dict[str, list[str]]
) -> None:
    assert errors(Step.CONTRACTORS, typed, reading(unit_class=UnitClass.MUNICIPAL)) == wrong


def test_P_Q4_only_a_public_body_has_contractors() -> None:
    assert errors(Step.CONTRACTORS, contractor()) == {"contractors": ["private_unit"]}
    change = {"day": "2026-07-01", "parts": ["contractors"]}
    assert errors(Step.CHANGE, change, reading(Kind.CHANGE)) == {"parts": ["private_unit"]}
    assert errors(Step.CHANGE, change, reading(Kind.CHANGE, UnitClass.MUNICIPAL)) == {}


# Undertakings, change, end


@pytest.mark.parametrize(
    ("kind", "typed", "wrong"),
    [
        (Kind.USE, {"antivirus": "1", "terms": "1", "correctness": "1"}, {}),
        (Kind.USE, {"terms": "1", "correctness": "1"}, {"antivirus": ["must_be_given"]}),
        (Kind.RENEWAL, {"antivirus": "1"}, {"terms": ["must_be_given"], "correctness": ["must_be_given"]}),
        (Kind.USE, {"antivirus": "maybe", "terms": "1", "correctness": "1"}, {"antivirus": ["yes_or_no"]}),
        (Kind.CHANGE, {"correctness": "1"}, {}),
        (Kind.CHANGE, {}, {"correctness": ["must_be_given"]}),
    ],
)
def test_P_Q1_undertakings_are_given_one_by_one(
    kind: Kind, typed: Fields, wrong: dict[str, list[str]]
) -> None:
    assert errors(Step.UNDERTAKINGS, typed, reading(kind)) == wrong


@pytest.mark.parametrize(
    ("on", "typed", "wrong"),
    [
        (TODAY, {"day": "令和8年7月1日", "parts": ["people"]}, {}),
        (TODAY, {"day": "2027-06-15", "parts": ["people"]}, {}),
        (TODAY, {"day": "2027-06-16", "parts": ["people"]}, {"day": ["too_far"]}),
        (TODAY, {"day": "2025-06-15", "parts": ["people"]}, {}),
        (TODAY, {"day": "2025-06-14", "parts": ["people"]}, {"day": ["too_long_ago"]}),
        (date(2028, 2, 29), {"day": "2029-02-28", "parts": ["people"]}, {}),
        (date(2028, 2, 29), {"day": "2029-03-01", "parts": ["people"]}, {"day": ["too_far"]}),
        (TODAY, {"day": "8年7月1日", "parts": ["people"]}, {"day": ["year_unclear"]}),
        (TODAY, {}, {"day": ["date_missing"], "parts": ["missing"]}),
        (TODAY, {"day": "2026-07-01", "parts": ["people", "name"]}, {"parts": ["unknown_code"]}),
        (TODAY, {"day": "2026-07-01", "parts": ["people"], "remark": "あ" * 501}, {"remark": ["too_long"]}),
    ],
)
def test_a_change_says_from_when_and_what(on: date, typed: Fields, wrong: dict[str, list[str]]) -> None:
    assert errors(Step.CHANGE, typed, reading(Kind.CHANGE, on=on)) == wrong


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"last_day": "令和8年6月30日", "reason": "事業の終了"}, {}),
        ({"last_day": "2026-06-31", "reason": "事業の終了"}, {"last_day": ["date_impossible"]}),
        ({"last_day": "2026-06-30"}, {"reason": ["missing"]}),
        ({"last_day": "2026-06-30", "reason": "あ" * 500}, {}),
        ({"last_day": "2026-06-30", "reason": "あ" * 501}, {"reason": ["too_long"]}),
    ],
)
def test_an_end_names_its_last_day_and_its_reason(typed: Fields, wrong: dict[str, list[str]]) -> None:
    assert errors(Step.ENDING, typed, reading(Kind.END)) == wrong


# As a whole


@pytest.mark.parametrize(
    ("steps", "unit_class"), [(PRIVATE, UnitClass.PRIVATE), (MUNICIPAL, UnitClass.MUNICIPAL)]
)
def test_what_is_missing_gets_less_with_every_step(
    steps: Mapping[Step, Fields], unit_class: UnitClass
) -> None:
    content, left = Content(), []
    for step, typed in steps.items():
        left.append({found.step for found in missing(Kind.USE, unit_class, content)})
        content = with_step(content, step, typed, reading(unit_class=unit_class))
    assert all(after < before for before, after in pairwise(left))
    assert missing(Kind.USE, unit_class, content) == ()


def test_a_change_misses_only_what_it_is_about() -> None:
    how = reading(Kind.CHANGE)
    content = read(Step.CHANGE, {"day": "2026-07-01", "parts": ["people"]}, how)
    assert content.parts == {Part.PEOPLE}
    assert [found.step for found in missing(Kind.CHANGE, UnitClass.PRIVATE, content)] == [
        Step.PEOPLE,
        Step.UNDERTAKINGS,
    ]
    assert [found.step for found in missing(Kind.CHANGE, UnitClass.PRIVATE, Content())] == [
        Step.CHANGE,
        Step.UNDERTAKINGS,
    ]


@pytest.mark.parametrize(
    ("steps", "unit_class"), [(PRIVATE, UnitClass.PRIVATE), (MUNICIPAL, UnitClass.MUNICIPAL)]
)
def test_what_was_read_is_kept_and_shown_as_it_was(
    steps: Mapping[Step, Fields], unit_class: UnitClass
) -> None:
    content = whole(steps, unit_class)
    assert unpack(pack(content)) == content
    for step in steps:
        again = with_step(Content(), step, typed_of(content, step), reading(unit_class=unit_class))
        assert getattr(again, step.value) == getattr(content, step.value), step
    assert typed_of(Content(), Step.PEOPLE) == {}


def test_a_change_and_an_end_are_kept_and_shown_as_they_were() -> None:
    for kind, step, typed in (
        (Kind.CHANGE, Step.CHANGE, {"day": "R8.7.1", "parts": ["places", "people"], "remark": "異動"}),
        (Kind.CHANGE, Step.PLACES, {"departments-4-name": "営業課", "departments-4-until": "2026-09-30"}),
        (Kind.END, Step.ENDING, {"last_day": "R8.7.1", "reason": "終了"}),
    ):
        content = read(step, typed, reading(kind))
        assert unpack(pack(content)) == content
        assert with_step(Content(), step, typed_of(content, step), reading(kind)) == content


def test_P_Q3_a_branch_typed_with_the_number_is_shown_with_it_again() -> None:
    content = read(Step.ORGANISATION, {**PRIVATE[Step.ORGANISATION], "number": "24-ユ-300001-02"})
    assert typed_of(content, Step.ORGANISATION)["number"] == "24-ユ-300001-02"
    assert read(Step.ORGANISATION, typed_of(content, Step.ORGANISATION)) == content


@pytest.mark.parametrize(
    ("step", "typed", "said"),
    [
        (Step.ORGANISATION, {"name": " "}, False),
        (Step.ORGANISATION, {"name": "架空"}, True),
        (Step.ORGANISATION, {"reason": "終了"}, False),
        (Step.PLACES, {"departments-3-name": "課"}, True),
        (Step.PLACES, {"departments-3-name": ""}, False),
        (Step.CONTRACTORS, {"contractors-0-since": "2026-07-01"}, True),
        (Step.CHANGE, {"parts": ["people"]}, True),
        (Step.CHANGE, {"parts": []}, False),
    ],
)
def test_which_steps_a_paper_mentions(step: Step, typed: Fields, said: bool) -> None:
    assert mentions(step, typed) is said


def test_the_record_is_what_the_application_says() -> None:
    content = whole(PRIVATE, UnitClass.PRIVATE)
    assert content.organisation is not None
    assert content.people is not None
    record = record_of(content.organisation, content.people)
    assert (record.name, record.kana) == ("株式会社架空人材", "カクウジンザイ")
    assert (record.officer_name, record.officer_contact) == ("見本 責任", "管理部 電話 00-0000-0000")
    assert (record.contact_name, record.contact_contact) == ("見本 連絡", "メール renraku@example.jp")
