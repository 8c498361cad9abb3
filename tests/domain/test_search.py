"""What a search means: one of a facet, all facets, every licence, the child narrows the parent."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.profile import Choice, tokens
from portal.domain.refusal import Invalid
from portal.domain.search import Criteria, Cursor, read_criteria


@dataclass(frozen=True)
class Row:
    name_ja: str
    parent: str | None = None
    facts: dict[str, str] = field(default_factory=dict)


BOOK = {
    "prefecture": {"01": Row("北海道"), "23": Row("愛知県"), "24": Row("三重県")},
    "municipality": {
        "01100": Row("札幌市", "01", {"level": "designated_city"}),
        "01101": Row("札幌市中央区", "01", {"level": "ward", "city": "01100"}),
        "24201": Row("津市", "24"),
        "24202": Row("四日市市", "24"),
        "23100": Row("名古屋市", "23", {"level": "designated_city"}),
    },
    "occupation_major": {"03": Row("事務的職業"), "04": Row("販売")},
    "occupation": {"031": Row("一般事務", "03"), "032": Row("会計事務", "03"), "041": Row("販売店員", "04")},
    "licence": {"L01": Row("普通自動車"), "L02": Row("簿記2級")},
    "employment_type": {"regular": Row("正社員"), "part": Row("パート")},
    "time_band": {},
    "wage_band": {},
    "experience_band": {"3_5": Row("3年以上")},
    "education_level": {},
}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, []),
        ({"occupation": ("031", "041")}, [{"occupation:031", "occupation:041"}]),
        ({"licence": ("L01", "L02")}, [{"licence:L01"}, {"licence:L02"}]),
        ({"prefecture": ("24",)}, [{"place:24"}]),
        ({"municipality": ("24201",)}, [{"place:24201", "whole:24"}]),
        ({"municipality": ("24201", "24202")}, [{"place:24201", "place:24202", "whole:24"}]),
        ({"municipality": ("01101",)}, [{"place:01101", "whole:01100", "whole:01"}]),
        ({"municipality": ("01100",)}, [{"place:01100", "whole:01"}]),
        (
            {"prefecture": ("23", "24"), "municipality": ("24201",)},
            [{"place:24201", "whole:24", "place:23"}],
        ),
        (
            {"occupation_major": ("03", "04"), "occupation": ("031",)},
            [{"occupation:031", "occupation_major:04"}],
        ),
        ({"employment": ("part",), "prefecture": ("24",)}, [{"place:24"}, {"employment:part"}]),
    ],
)
def test_choices_become_groups_of_which_each_must_hold(
    chosen: dict[str, tuple[str, ...]], expected: list[set[str]]
) -> None:
    assert sorted(map(sorted, Criteria(chosen).demands(BOOK))) == sorted(map(sorted, expected))


def test_what_a_form_sends_is_read_with_full_width_digits_and_without_doubles() -> None:
    assert read_criteria({"occupation": ["０３１", "031"], "prefecture": "24"}, BOOK) == Criteria(
        {"occupation": ("031",), "prefecture": ("24",)}
    )


def test_words_stand_in_one_field_and_stay_as_they_were_typed() -> None:
    assert read_criteria({"words": "　接客　 ＥＸＣＥＬ\tｾｯｷｬｸ せっきゃく "}, BOOK) == Criteria(
        words=("接客", "ＥＸＣＥＬ", "ｾｯｷｬｸ")
    )
    assert Criteria(words=("接客",))
    assert not Criteria()


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"words": "接"}, {"words": ["too_short_word"]}),
        ({"words": "接客 ｶﾞ"}, {"words": ["too_short_word"]}),
        ({"words": "・・"}, {"words": ["too_short_word"]}),
        ({"words": "接客" * 21}, {"words": ["too_long"]}),
        ({"words": "接客" * 100_000}, {"words": ["too_long"]}),
        ({"words": "一一 二二 三三 四四 五五 六六"}, {"words": ["too_many"]}),
        ({"words": "接", "prefecture": "99"}, {"words": ["too_short_word"], "prefecture": ["unknown_code"]}),
        ({"occupation": ["031", "032", "041", "042"]}, {"occupation": ["too_many"]}),
        ({"prefecture": ["99"]}, {"prefecture": ["unknown_code"]}),
        ({"licence": ["\x00"]}, {"licence": ["unknown_code"]}),
        ({"municipality": ["\ud800"]}, {"municipality": ["unknown_code"]}),
    ],
)
def test_what_cannot_be_asked_is_refused_in_its_field(
    typed: dict[str, list[str]], fault: dict[str, list[str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        read_criteria(typed, BOOK)
    assert refused.value.errors == fault


@given(place=st.sampled_from(sorted(BOOK["municipality"])))
def test_a_profile_is_found_by_its_municipality_and_by_its_prefecture(place: str) -> None:
    carried = tokens([Choice("place", "municipality", place)], BOOK)
    for chosen in ({"municipality": (place,)}, {"prefecture": (place[:2],)}):
        assert all(carried & group for group in Criteria(chosen).demands(BOOK))


PLACES = {"prefecture": ("01", "23", "24"), "municipality": tuple(sorted(BOOK["municipality"]))}


@pytest.mark.parametrize(
    ("wished", "asked", "found"),
    [
        ("24", "24201", True),
        ("24201", "24201", True),
        ("24202", "24201", False),
        ("24", "23100", False),
        ("01", "01101", True),
        ("01100", "01101", True),
        ("01101", "01100", True),
        ("01", "01100", True),
        ("01101", "01101", True),
    ],
)
def test_whoever_wishes_for_the_whole_is_found_in_each_part(wished: str, asked: str, found: bool) -> None:
    kind = "prefecture" if len(wished) == 2 else "municipality"
    carried = tokens([Choice("place", kind, wished)], BOOK)
    (group,) = Criteria({"municipality": (asked,)}).demands(BOOK)
    assert bool(carried & group) is found


@pytest.mark.parametrize(
    ("wished", "asked", "around"),
    [
        (["24"], {"municipality": ("24201",)}, True),
        (["24", "24201"], {"municipality": ("24201",)}, False),
        (["24", "24202"], {"municipality": ("24201",)}, True),
        (["24"], {"prefecture": ("24",)}, False),
        (["24"], {"prefecture": ("24",), "municipality": ("24201",)}, True),
        (["24", "23100"], {"prefecture": ("23",), "municipality": ("24201",)}, False),
        (["01100"], {"municipality": ("01101",)}, True),
        (["01101"], {"municipality": ("01100",)}, False),
        (["24"], {}, False),
    ],
)
def test_a_card_says_when_only_the_whole_was_wished_for(
    wished: list[str], asked: dict[str, tuple[str, ...]], around: bool
) -> None:
    assert Criteria(asked).only_around(wished, BOOK) is around


@given(
    wished=st.sets(st.sampled_from([*PLACES["prefecture"], *PLACES["municipality"]]), min_size=1),
    data=st.data(),
)
def test_found_only_around_means_found_by_nothing_else(wished: set[str], data: st.DataObject) -> None:
    asked = {
        kind: tuple(data.draw(st.lists(st.sampled_from(codes), unique=True)))
        for kind, codes in PLACES.items()
    }
    carried = tokens(
        [Choice("place", "prefecture" if len(code) == 2 else "municipality", code) for code in wished], BOOK
    )
    for group in Criteria(asked).demands(BOOK):
        hits = carried & group
        only_whole = bool(hits) and all(token.startswith("whole:") for token in hits)
        assert Criteria(asked).only_around(wished, BOOK) is only_whole


@given(st.dates(), st.integers(0, 2**31 - 1), st.integers(1, 2**53))
def test_a_cursor_comes_back_and_its_length_tells_nothing(month: date, shuffle: int, number: int) -> None:
    cursor = Cursor(month, shuffle, number)
    assert Cursor.unpack(cursor.pack()) == cursor
    assert len(cursor.pack()) == 24
