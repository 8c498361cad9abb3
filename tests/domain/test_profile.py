"""The job-search data: what may be chosen, by what it is found, what can be shown at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.profile import FACETS, FIELDS, Choice, ProfileView, read_choices, shuffle, tokens
from portal.domain.refusal import Invalid


@dataclass(frozen=True)
class Row:
    name_ja: str
    parent: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


BOOK: dict[str, dict[str, Row]] = {
    "occupation_major": {"05": Row("保育・教育の職業"), "09": Row("サービスの職業")},
    "occupation": {"056": Row("接客・給仕の職業", "09"), "031": Row("学校等教員", "05")},
    "prefecture": {
        "01": Row("北海道"),
        "13": Row("東京都"),
        "24": Row("三重県"),
        "26": Row("京都府"),
        "34": Row("広島県"),
    },
    "municipality": {
        "01100": Row("札幌市", "01"),
        "01101": Row("札幌市中央区", "01", {"city": "01100"}),
        "13206": Row("府中市", "13"),
        "34208": Row("府中市", "34"),
        "24201": Row("津市", "24"),
        "13362": Row("新ヶ島村", "13"),
    },
    "employment_type": {"regular": Row("正社員"), "part_time": Row("パート")},
    "time_band": {"full_day": Row("フルタイム")},
    "wage_band": {
        "M20": Row("月額20万円", None, {"unit": "month"}),
        "H11": Row("時給1,100円", None, {"unit": "hour"}),
    },
    "licence": {f"L{n:03}": Row(f"免許{n}") for n in range(1, 13)},
    "experience_band": {
        "none": Row("経験なし", None, {"min_years": "0", "below_years": "0"}),
        "3_to_5": Row("3年以上5年未満", None, {"min_years": "3", "below_years": "5"}),
    },
    "education_level": {"university": Row("大学卒業")},
}
LEAST = {"occupation_1": "056", "place_1": "24", "employment": "regular"}


def errors(**typed: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        read_choices({**LEAST, **typed}, BOOK)
    return refused.value.errors


def test_the_least_is_an_occupation_a_place_and_a_form_of_employment() -> None:
    assert read_choices(LEAST, BOOK) == (
        Choice("occupation", "occupation", "056"),
        Choice("place", "prefecture", "24"),
        Choice("employment", "employment_type", "regular"),
    )
    with pytest.raises(Invalid) as refused:
        read_choices({}, BOOK)
    assert refused.value.errors == {
        "occupation_1": ["missing"],
        "place_1": ["missing"],
        "employment": ["missing"],
    }


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("24", "prefecture", "24"),
        ("２４２０１", "municipality", "24201"),
        ("三重県", "prefecture", "24"),
        ("三重", "prefecture", "24"),
        ("京都", "prefecture", "26"),
        ("東京", "prefecture", "13"),
        ("北海道", "prefecture", "01"),
        ("津市", "municipality", "24201"),
        ("三重県　津市", "municipality", "24201"),
        ("東京都府中市", "municipality", "13206"),
        ("新ケ島村", "municipality", "13362"),
    ],
)
def test_a_place_is_read_by_code_and_by_name(text: str, kind: str, code: str) -> None:
    read = read_choices({**LEAST, "place_1": text}, BOOK)
    assert Choice("place", kind, code) in read


def test_a_place_that_is_unknown_or_not_clear_is_refused() -> None:
    assert errors(place_1="府中市") == {"place_1": ["ambiguous_place"]}
    for text in ("北", "99", "架空市", "🌸", "津" * 200, "%", "' OR 1=1"):
        assert errors(place_2=text) == {"place_2": ["unknown_place"]}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"occupation_1": "999"}, {"occupation_1": ["unknown_code"]}),
        ({"occupation_1": "x" * 1000}, {"occupation_1": ["unknown_code"]}),
        ({"occupation_2": "056"}, {"occupation_2": ["double"]}),
        ({"employment": ["regular", "regular"]}, {"employment": ["double"]}),
        ({"employment": ["regular", "?"]}, {"employment": ["unknown_code"]}),
        ({"licences": [f"L{n:03}" for n in range(1, 12)]}, {"licences": ["too_many"]}),
        ({"wage_month": "H11"}, {"wage_month": ["unknown_code"]}),
        ({"wage_hour": "M20"}, {"wage_hour": ["unknown_code"]}),
        ({"education": "\ud800"}, {"education": ["unknown_code"]}),
        ({"experience_1": "056"}, {"experience_years_1": ["years_missing"]}),
        ({"experience_1": "056", "experience_years_1": "none"}, {"experience_years_1": ["unknown_code"]}),
        ({"experience_years_2": "3_to_5"}, {"experience_2": ["years_without_occupation"]}),
    ],
)
def test_a_choice_that_cannot_be_is_refused_at_its_field(
    typed: dict[str, Any], expected: dict[str, list[str]]
) -> None:
    assert errors(**typed) == expected


def test_codes_of_a_cell_are_separated_by_semicolons() -> None:
    read = read_choices({**LEAST, "employment": "regular; part_time", "licences": "L001；L002"}, BOOK)
    assert [choice.code for choice in read if choice.role in ("employment", "licence")] == [
        "regular",
        "part_time",
        "L001",
        "L002",
    ]


def test_a_code_that_has_ended_stays_possible_for_whoever_has_it() -> None:
    offered = {**BOOK, "occupation": {"031": BOOK["occupation"]["031"]}}
    kept = [Choice("occupation", "occupation", "056")]
    assert read_choices(LEAST, offered, kept)[0] == kept[0]
    with pytest.raises(Invalid):
        read_choices(LEAST, offered)


def test_a_profile_is_found_by_its_codes_and_those_above() -> None:
    chosen = read_choices(
        {
            **LEAST,
            "occupation_2": "05",
            "place_1": "01101",
            "experience_1": "031",
            "experience_years_1": "3_to_5",
            "wage_hour": "H11",
            "education": "university",
            "licences": ["L001"],
            "times": ["full_day"],
        },
        BOOK,
    )
    assert tokens(chosen, BOOK) == {
        "occupation:056",
        "occupation_major:09",
        "occupation_major:05",
        "place:01101",
        "place:01100",
        "place:01",
        "employment:regular",
        "experience:031",
        "experience_major:05",
        "wage:H11",
        "education:university",
        "licence:L001",
        "time:full_day",
    }


def test_every_token_belongs_to_a_facet_and_none_tells_age_sex_or_residence() -> None:
    prefixes = {facet.prefix for facet in FACETS}
    assert set(FIELDS.values()) <= prefixes
    assert not {"age", "sex", "residence", "name", "birth", "school"} & {
        word for facet in FACETS for word in (facet.prefix, facet.name, facet.kind)
    }


def test_S_Q2_a_view_has_these_fields_and_no_other() -> None:
    assert [each.name for each in fields(ProfileView)] == [
        "alias",
        "month",
        "occupations",
        "places",
        "employment",
        "times",
        "wages",
        "education",
        "licences",
        "experiences",
        "pr",
        "experience_text",
        "paid_notice",
    ]


@given(st.binary(min_size=16, max_size=16))
def test_the_place_in_a_month_is_drawn_once_for_each_month(key: bytes) -> None:
    june, july = shuffle(key, date(2026, 6, 1)), shuffle(key, date(2026, 7, 1))
    assert june == shuffle(key, date(2026, 6, 30))
    assert june != july
    assert 0 <= june < 2**31
