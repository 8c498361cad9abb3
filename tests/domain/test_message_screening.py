"""The screening of messages as pure rules: forms of writing, spans, sources by day, what lets a text pass."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.message_screening import (
    Declared,
    Finding,
    FindingKind,
    Force,
    Passed,
    TextRefused,
    excuse,
    gift,
    judge,
    marked,
    marks,
    money,
    outside,
    paid,
    read_declared,
    screen,
)
from portal.domain.message_screening.source import SOURCES, in_force, source_of
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid

TODAY = date(2026, 6, 15)
PAID = "面接対策講座のご案内です。受講料は33,000円です。"
FREE = "面接対策講座のご案内です。受講料は無料です。"
WAGE = "見本市での事務の仕事です。月給は230,000円で、交通費を支給します。"
SHAM = "在宅の内職です。登録料8,000円をお支払いください。"
GIFT = "入社が決まった方に、当社からお祝い金3万円を差し上げます。"
TEXTS = (PAID, FREE, WAGE, SHAM, GIFT)
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


def kinds(text: str) -> set[str]:
    return {found.kind.value for found in screen(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PAID, {"paid_service"}),
        (FREE, set()),
        (WAGE, set()),
        (SHAM, {"sham_side_job"}),
        (GIFT, {"gift_money"}),
        ("面接対策講座 受講料 ３３，０００円", {"paid_service"}),
        ("面接対策講座の受講料は三万三千円です。", {"paid_service"}),
        ("めんせつたいさくこうざの じゅこうりょうは 3まんえんです。", {"paid_service"}),
        ("メンセツタイサクコウザ ジュコウリョウ 3マンエン", {"paid_service"}),
        ("受 講 料 は 3 3 , 0 0 0 円 で す 。", {"paid_service"}),
        ("受\u200b講\u2060料は33\u200d,000円です。面接対策講座です。", {"paid_service"}),
        ("受こう料は33,000円です。面接対策講座です。", {"paid_service"}),
        ("お電話は00-0000-0000までお願いします。", {"leaving"}),
        ("", set()),
        ("円" * 50, set()),
    ],
)
def test_what_is_found(text: str, expected: set[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize("text", TEXTS)
@given(places=st.lists(st.tuples(st.integers(0, 60), st.sampled_from(UNSEEN)), max_size=12))
@settings(max_examples=40, deadline=None)
def test_what_nobody_sees_changes_nothing(text: str, places: list[tuple[int, str]]) -> None:
    disguised = text
    for place, char in places:
        disguised = disguised[:place] + char + disguised[place:]
    assert kinds(disguised) == kinds(text)


@pytest.mark.parametrize("text", TEXTS)
@given(wide=st.lists(st.booleans(), min_size=80, max_size=80))
@settings(max_examples=40, deadline=None)
def test_the_width_of_digits_and_signs_changes_nothing(text: str, wide: list[bool]) -> None:
    typed = "".join(
        chr(ord(char) + 0xFEE0) if wide[place] and "!" <= char <= "~" else char
        for place, char in enumerate(text)
    )
    assert kinds(typed) == kinds(text)


@pytest.mark.parametrize("text", TEXTS)
def test_letter_spaced_writing_changes_nothing(text: str) -> None:
    assert kinds(" ".join(text)) == kinds(text)
    assert kinds("\u3000".join(text)) == kinds(text)


@given(text=st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_and_every_finding_lies_inside_it(text: str) -> None:
    found = screen(text)
    for each in found:
        assert 0 <= each.start < each.end <= len(text)
    findings = judge(found, UnitClass.PRIVATE, TODAY)
    assert "".join(piece for piece, _ in marked(text, findings)) == text


@given(
    pieces=st.lists(
        st.sampled_from(["受講料", "1万円", "無料", "。", "会社が", "お祝い金", "在宅", "月収", "\n"]),
        max_size=60,
    )
)
@settings(max_examples=100, deadline=None)
def test_pieces_of_the_rules_in_any_order_are_read(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert screen(text) == screen(text)


def test_no_pattern_repeats_without_a_bound() -> None:
    """So that a screening takes time in proportion to the text, whatever somebody types."""
    for module in (excuse, gift, money, outside, paid):
        for name, pattern in vars(module).items():
            if isinstance(pattern, re.Pattern):
                bare = re.sub(r"\\.|\[[^\]]*\]", "", pattern.pattern)
                assert not re.search(r"[*+]", bare), (module.__name__, name)


@pytest.mark.parametrize(
    "field", ["{希望する雇用形態}", "｛希望する職業｝", "{希望する勤務地}", "{ コード }"]
)
@pytest.mark.parametrize("text", [PAID, SHAM, GIFT, "話し方を直すレッスン、今だけ割引です。"])
def test_the_name_of_a_field_says_nothing_and_moves_no_place(field: str, text: str) -> None:
    opening = f"{field}の方へ。"
    assert screen(text)
    assert screen(opening + text) == tuple(
        replace(each, start=each.start + len(opening), end=each.end + len(opening)) for each in screen(text)
    )


def test_a_finding_with_a_field_inside_covers_the_field() -> None:
    text = "講座の受講料は{希望する職業}の方なら33,000円です。"
    assert [text[each.start : each.end] for each in screen(text)] == [
        "受講料は{希望する職業}の方なら33,000円"
    ]


def test_what_stands_between_braces_and_is_no_field_goes_out_and_is_read() -> None:
    assert kinds("{受講料33,000円}の面接対策講座です。") == {"paid_service"}


@pytest.mark.parametrize(
    "text",
    [
        "LINE kakuu",
        "らいん kakuu まで",
        "らいんのあいでぃーは kakuu です",
        "ラインのアイディー kakuu",
        "Ⓛ Ⓘ Ⓝ Ⓔ kakuu",
        "ⓛⓘⓝⓔのIDは kakuu です",
        "🅛 🅘 🅝 🅔 kakuu",
        "🅻🅸🅽🅴 kakuu",
        "🄻🄸🄽🄴 kakuu",
    ],
)
def test_a_name_on_line_is_a_way_round_however_the_letters_are_drawn(text: str) -> None:
    assert kinds(text) == {"leaving"}


@pytest.mark.parametrize(
    "text",
    [
        "オンライン kakuu で面談します。",
        "LINE WORKS を使う事務の仕事です。",
        "生産ラインの求人です。",
        "The line manager of the shop will call you.",
        "あいでぃーは要りません。IDカードをお渡しします。",
    ],
)
def test_a_line_that_is_none_goes(text: str) -> None:
    assert kinds(text) == set()


def test_every_source_has_a_day_and_says_how_sure_it_is() -> None:
    assert len({source.code for source in SOURCES}) == len(SOURCES)
    for source in SOURCES:
        assert source.citation
        assert source.confidence in {"seed", "secondary", "own_decision"}
        assert source_of(source.code) is source


@pytest.mark.parametrize(
    ("on", "unit_class", "force"),
    [
        (date(2021, 3, 31), UnitClass.PRIVATE, None),
        (date(2021, 4, 1), UnitClass.PRIVATE, Force.WARNED),
        (date(2024, 12, 31), UnitClass.PRIVATE, Force.WARNED),
        (date(2025, 1, 1), UnitClass.PRIVATE, Force.REFUSED),
        (date(2025, 4, 1), UnitClass.PRIVATE, Force.REFUSED),
        (date(2025, 1, 1), UnitClass.MUNICIPAL, Force.WARNED),
    ],
)
def test_gift_money_has_the_force_of_the_day(on: date, unit_class: UnitClass, force: Force | None) -> None:
    source = in_force(FindingKind.GIFT_MONEY, unit_class, on)
    assert (source.force if source else None) is force


def test_R7_leaving_the_relay_is_a_hint_on_every_day_for_everybody() -> None:
    for unit_class in UnitClass:
        for years in range(20):
            source = in_force(FindingKind.LEAVING, unit_class, TODAY + timedelta(days=365 * years))
            assert source is not None
            assert source.force is Force.HINT


def findings(*kinds: FindingKind) -> tuple[Finding, ...]:
    forces = {FindingKind.LEAVING: Force.HINT}
    return tuple(
        Finding(kind, "code", place * 2, place * 2 + 1, forces.get(kind, Force.REFUSED))
        for place, kind in enumerate(kinds)
    )


PAID_KIND, SHAM_KIND, LEAVING = FindingKind.PAID_SERVICE, FindingKind.SHAM_SIDE_JOB, FindingKind.LEAVING
STATED, DECLARED = Declared(lawful_because="架空の理由です。十分な長さです。"), Declared(explains_fee=True)


@pytest.mark.parametrize(
    ("found", "declared", "passed"),
    [
        (findings(), Declared(), []),
        (findings(LEAVING), Declared(), [None]),
        (findings(LEAVING), STATED, [None]),
        (findings(PAID_KIND), DECLARED, [Passed.DECLARED]),
        (findings(PAID_KIND), STATED, [Passed.STATED]),
        (findings(PAID_KIND, SHAM_KIND), STATED, [Passed.STATED, Passed.STATED]),
        (findings(PAID_KIND, PAID_KIND, LEAVING), DECLARED, [Passed.DECLARED, None]),
    ],
)
def test_what_lets_a_text_pass(
    found: tuple[Finding, ...], declared: Declared, passed: list[Passed | None]
) -> None:
    assert [mark.passed for mark in marks(found, declared)] == passed


@pytest.mark.parametrize(
    ("found", "declared"),
    [
        (findings(PAID_KIND), Declared()),
        (findings(SHAM_KIND), DECLARED),
        (findings(PAID_KIND, SHAM_KIND), DECLARED),
    ],
)
def test_what_does_not_let_it_pass(found: tuple[Finding, ...], declared: Declared) -> None:
    with pytest.raises(TextRefused):
        marks(found, declared)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("適法", "reason_too_short"),
        ("・" * 12, "reason_too_short"),
        ("－－＿＿。。、、…！？ーーーーーーーーーー", "reason_too_short"),
        ("適法です・・・・・・・・・・", "reason_too_short"),
        ("あ" * 501, "too_long"),
        ("理由\0" * 5, "nul"),
    ],
)
def test_a_reason_has_to_be_one(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_declared(explains_fee=False, lawful_because=typed)
    assert code in refused.value.errors["lawful"]
    assert read_declared(explains_fee=True, lawful_because="  ") == DECLARED


@pytest.mark.parametrize("typed", ["サーバー利用料の説明", "許可番号00-ユ-000000", "これは架空の理由です。"])
def test_a_reason_of_ten_letters_and_figures_is_one(typed: str) -> None:
    assert read_declared(explains_fee=False, lawful_because=typed).lawful_because == typed
