"""What somebody typed into one field, read strictly."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import entry
from portal.domain.entry import kana, line, mail, one, phone, several, ticked
from portal.domain.refusal import Invalid


def codes(reader: Any, text: str, *more: Any, **named: Any) -> list[str]:
    with pytest.raises(Invalid) as refused:
        reader({"field": text}, "field", *more, **named)
    return refused.value.errors["field"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("見本 花子", "見本 花子"),
        ("  見本　花子　", "見本　花子"),
        ("見本  花子", "見本 花子"),
        ("髙﨑　𠮷男", "髙﨑　𠮷男"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("㈱架空", "㈱架空"),
        ("神", "神"),
    ],
)
def test_a_name_is_kept_as_it_was_written(text: str, read: str) -> None:
    assert line({"field": text}, "field", 80) == read


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing"),
        ("　 ", "missing"),
        ("あ" * 81, "too_long"),
        ("あ" * 1_000_000, "too_long"),
        ("山\0田", "nul"),
        ("山\ud800田", "surrogate"),
        ("山\n田", "line_break"),
        ("山\u2028田", "line_break"),
        ("山\x07田", "control"),
        ("山🌸田", "emoji"),
        ("山☎田", "emoji"),
        ("山\u200b田", "bad_character"),
        ("山\u202e田", "bad_character"),
        ("山\ue000田", "bad_character"),
        ("山\ufffd田", "bad_character"),
    ],
)
def test_a_line_that_cannot_be_kept_is_refused_with_its_reason(text: str, code: str) -> None:
    assert code in codes(line, text, 80, needed=True)


@pytest.mark.parametrize("text", ["ヤマダ タロウ", "やまだ　たろう", "ﾔﾏﾀﾞ ﾀﾛｳ", "  やまだ  たろう "])
def test_a_reading_is_taken_in_any_kana_and_kept_in_katakana(text: str) -> None:
    assert kana({"field": text}, "field", 80) == "ヤマダ タロウ"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("かねこ みすゞ", "カネコ ミスヾ"),
        ("サヽキ", "サヽキ"),
        ("いすゝ", "イスヽ"),
        ("カ゛", "ガ"),
        ("は゜", "パ"),
        ("か\u3099", "ガ"),
        ("イランカㇰ", "イランカㇰ"),
    ],
)
def test_a_reading_may_hold_marks_of_repetition_and_marks_that_stand_by_themselves(
    text: str, read: str
) -> None:
    assert kana({"field": text}, "field", 80) == read


@pytest.mark.parametrize(
    "text", ["山田", "Yamada", "ヤマダ1", "ー", "・", "ヤ゛", "゛カ", "ヽ", "カ ゛", "々"]
)
def test_what_is_no_reading_is_refused(text: str) -> None:
    assert codes(kana, text, 80) == ["bad_kana"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", ""),
        ("00-0000-0000", "00-0000-0000"),
        ("００ー００００ー００００", "00-0000-0000"),
        ("(00)0000.0000", "00-0000-0000"),
        ("+81-00-0000-0000", "+81-00-0000-0000"),
        ("0000000000", "0000000000"),
    ],
)
def test_a_telephone_number_is_read(text: str, read: str) -> None:
    assert phone({"field": text}, "field") == read


@pytest.mark.parametrize("text", ["0", "00-0000-000x", "電話", "0" * 16, "+", "--"])
def test_what_is_no_telephone_number_is_refused(text: str) -> None:
    if text.strip("-"):
        assert codes(phone, text) == ["bad_phone"]
    else:
        assert phone({"field": text}, "field") == ""


@pytest.mark.parametrize(
    "text", ["mihon@example.jp", "Mihon.Hana+x@sub.example.jp", "ｍｉｈｏｎ＠ｅｘａｍｐｌｅ．ｊｐ"]
)
def test_an_address_of_mail_is_read(text: str) -> None:
    assert mail({"field": text}, "field").endswith("example.jp")


@pytest.mark.parametrize(
    "text",
    [
        "mihon",
        "@example.jp",
        "mihon@example",
        "a..b@example.jp",
        "a b@example.jp",
        "a@b@example.jp",
        "見本@example.jp",
        "=?utf-8?q?a=0d=0abcc?=@example.jp",
        "=mihon@example.jp",
        "mihon?@example.jp",
    ],
)
def test_what_is_no_address_of_mail_is_refused(text: str) -> None:
    assert codes(mail, text) == ["bad_mail"]


def test_a_box_is_ticked_by_any_yes() -> None:
    assert [ticked({"x": text}, "x") for text in ("y", "1", "はい", "ｙｅｓ", "on")] == [True] * 5
    assert [ticked({"x": text}, "x") for text in ("", "0", "no", "いいえ", " ")] == [False] * 5


@pytest.mark.parametrize("text", ["確認中", "未", "2", "ー", "はい？", "yes and no", "x" * 1000])
def test_what_is_neither_yes_nor_no_counts_as_neither(text: str) -> None:
    assert codes(ticked, text) == ["yes_or_no"]


def test_a_field_may_hold_one_text_several_or_none() -> None:
    assert (one({}, "x"), one({"x": []}, "x"), one({"x": ["a", "b"]}, "x"), one({"x": "c"}, "x")) == (
        "",
        "",
        "a",
        "c",
    )
    assert several({"x": ["a", " ", "b"]}, "x") == ("a", "b")
    assert several({"x": "a"}, "x") == ("a",)


@given(st.text(max_size=200))
def test_no_text_breaks_a_reader(text: str) -> None:
    for reader in (kana, line):
        try:
            read = reader({"field": text}, "field", 80)
        except Invalid:
            continue
        read.encode("utf-8")
        assert "\0" not in read
    for short in (phone, mail):
        try:
            short({"field": text}, "field").encode("ascii")
        except Invalid:
            continue


def test_ordinary_characters_are_those_in_which_nothing_is_ever_wrong_and_all_can_be_seen() -> None:
    ordinary = [chr(code) for code in range(0x110000) if entry.ORDINARY.fullmatch(chr(code))]
    assert len(ordinary) > 20_000
    for char in ordinary:
        assert unicodedata.category(char)[0] in "LNPS" or char in " \u3000"
        assert unicodedata.category(char) != "Cn"
        assert not entry._is_emoji(char)


@pytest.mark.parametrize("blank", ["\u3164\u3164", "\u2800 \u2800", "\u115f\u3000\u1160", "\uffa0"])
def test_a_line_of_letters_that_show_nothing_is_empty(blank: str) -> None:
    assert line({"title": blank}, "title", 10) == ""
    with pytest.raises(Invalid) as refused:
        line({"title": blank}, "title", 10, needed=True)
    assert refused.value.errors == {"title": ["missing"]}
