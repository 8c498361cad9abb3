"""What the screening of free text finds, where it points, and what it leaves alone."""

import importlib
import pkgutil
import re

import pytest

from portal.domain import screening
from portal.domain.screening import Finding, FindingKind, KnownIdentity, screen
from portal.domain.screening.finding import settle
from portal.domain.screening.romaji import spelled
from tests.domain.screening_people import KENTA
from tests.domain.screening_pointing import WRITER, pointed_at


def test_S_Q2_without_knowing_the_writer_only_shapes_are_found() -> None:
    assert pointed_at("山田です。電話は00-0000-0000です。") == [("phone", "00-0000-0000", False)]


def test_nothing_known_is_the_same_as_knowing_nobody() -> None:
    text = "氏名：見本三郎 00-0000-0000"

    assert screen(text, KnownIdentity()) == screen(text)


@pytest.mark.parametrize("nothing", ["なし", "無", "－", "　", "特になし。", "無職", ""])
def test_a_field_that_says_there_is_nothing_finds_nothing(nothing: str) -> None:
    known = KnownIdentity(
        nothing, nothing, nothing, nothing, nothing, nothing, nothing, None, registration_number=nothing
    )

    assert screen("資格は特になし。無理なく、無職の期間なしで働きました。－　", known) == ()


def test_a_place_that_is_part_of_another_is_told_once() -> None:
    assert pointed_at("https://mihon.taro.example.jp/見本", WRITER)[0][0] == "url"
    assert settle([Finding(FindingKind.SCHOOL, 2, 6, False), Finding(FindingKind.EMPLOYER, 0, 6, False)]) == (
        Finding(FindingKind.EMPLOYER, 0, 6, False),
    )


def test_the_own_datum_inside_a_mere_pattern_is_told_too() -> None:
    assert pointed_at("yamada@mihon.example", WRITER) == [
        ("mail", "yamada@mihon.example", False),
        ("kana", "yamada", True),
    ]


def test_overlapping_places_of_one_kind_become_one() -> None:
    assert settle(
        [
            Finding(FindingKind.NAME, 3, 5, True),
            Finding(FindingKind.NAME, 0, 4, False),
            Finding(FindingKind.NAME, 5, 6, False),
        ]
    ) == (
        Finding(FindingKind.NAME, 0, 5, True),
        Finding(FindingKind.NAME, 5, 6, False),
    )


HOSTILE = (
    "a", "0", "0 ", "0-", "@", "a@", "a.", "山", "山田", "山 田", "やまだ", "ヤマダ", "yama", "市1-", "市町村", "1丁目", "〇", "一-",
    "株式会社", "株式会社あ", "架空大学", "http://", "line id ", "id:a", "19850401", "10歳", "e\u0301", "\u3099", "か\u3099", "\n",
    "。", "森\n", "と申します", "名前は", "\ud800", "\x00", "さー", "ゼロ", "荘1", "字あ", "co.,ltd ", " dot ", "+8", "o0", "(at)",
    "\U0010ffff",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_ten_thousand_characters_of_anything_are_answered(piece: str) -> None:
    text = (piece * 10_000)[:10_000]

    found = screen(text, WRITER)

    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)


def test_no_pattern_repeats_without_bound_so_that_time_grows_with_the_text_alone() -> None:
    patterns = dict(_patterns())

    assert len(patterns) > 30
    for name, pattern in patterns.items():
        bare = re.sub(r"\\.|\[\^?\]?[^\]]*\]", "x", pattern)
        assert not re.search(r"[*+]|\{\d*,\}", bare), name


def _patterns() -> list[tuple[str, str]]:
    """Every pattern that is read over a text, by module and name."""
    found = []
    for module_info in pkgutil.iter_modules(screening.__path__):
        module = importlib.import_module(f"{screening.__name__}.{module_info.name}")
        for name, value in vars(module).items():
            several = value if isinstance(value, tuple) else (value,)
            found += [
                (f"{module_info.name}.{name}[{place}]", pattern.pattern)
                for place, pattern in enumerate(several)
                if isinstance(pattern, re.Pattern)
            ]
    spelling = spelled("しょうじゃんっきゃ-")
    assert spelling is not None
    return [*found, ("romaji", spelling[0].pattern)]


def test_the_same_text_gives_the_same_answer_and_is_left_as_it_is() -> None:
    text = "有限会社ミホン製作所の山崎です"
    known = KnownIdentity(**KENTA)

    assert screen(text, known) == screen(text, known)
    assert text == "有限会社ミホン製作所の山崎です"
