"""Keys for comparing: what folds together, what stays apart, and the way back to the original text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import folding
from portal.domain.folding import Folded, compact, fold, is_blank


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ＡＢＣ　ａｂｃ", "abc abc"),
        ("ﾔﾏﾀﾞ ﾊﾟｿｺﾝ", "やまだ ぱそこん"),
        ("ヴァイオリン", "ゔぁいおりん"),
        ("か\u3099き゛", "がぎ"),
        ("㈱架空 ㍻２年", "(株)架空 平成2年"),
        ("①②⓪❶⑴٣²", "1201132"),
        ("0️⃣9️⃣", "09"),
        ("ⓁⓘⓃⓔ 🄻🅘🅽🇪", "line line"),
        ("Ōno Satō café", "ono sato cafe"),
        ("ー−‐‑–—―ｰ－─", "----------"),
        ("～〜~", "~~~"),
        ("山\u200b田\u2060\u00ad\ufeff\x00\ud800", "山田"),
        ("邊\U000e0100 葛\ufe00", "邊 葛"),
        ("a\u00a0b\tc\u3164d", "a b c d"),
        ("a\r\nb\u2028c", "a\n\nb\nc"),
        ("⼭", "山"),
        ("ß", "ss"),
        ("", ""),
    ],
)
def test_the_same_thing_written_differently_folds_to_one_key(written: str, key: str) -> None:
    assert fold(written).key == key


@pytest.mark.parametrize(
    ("one", "other"), [("は", "ば"), ("つ", "っ"), ("O", "0"), ("髙", "高"), ("一", "ー")]
)
def test_what_differs_in_meaning_stays_apart(one: str, other: str) -> None:
    assert fold(one).key != fold(other).key


def test_a_find_in_the_key_points_to_the_original_text() -> None:
    folded = fold("私はﾔﾏﾀﾞです")

    start = folded.key.index("やまだ")

    assert folded.text[slice(*folded.span(start, start + 3))] == "ﾔﾏﾀﾞ"


def test_one_character_that_folds_to_three_points_back_as_one() -> None:
    folded = fold("㈱架空")

    assert folded.span(1, 2) == (0, 1)
    assert folded.span(0, 4) == (0, 2)


def test_a_key_without_blanks_remembers_where_they_were() -> None:
    folded = fold("山 田\u200b太").without(is_blank)

    assert folded.key == "山田太"
    assert folded.joined == (True, False, True)
    assert folded.only([0, 2]).joined == (True, False)


def test_a_mapped_key_keeps_its_length() -> None:
    assert fold("一二").mapped(lambda key: key.replace("一", "1")).key == "1二"
    with pytest.raises(ValueError, match="length"):
        fold("一二").mapped(lambda key: key + "三")


def test_a_key_for_looking_up_has_no_blanks() -> None:
    assert compact(" ヤマダ　タロウ\n") == "やまだたろう"


def test_thousands_of_stacked_marks_fold_to_nothing() -> None:
    assert fold("e" + "\u0301\u0316\u3099" * 5000).key == "e"


def test_each_character_folds_to_a_key_that_folds_to_itself() -> None:
    for code in (*range(0x20000), *range(0x2F800, 0x2FA20), *range(0xE0000, 0xE0200)):
        key = fold(chr(code)).key
        assert fold(key).key == key, hex(code)


# Characters whose folding is not plain are drawn more often than chance would.
ODD = st.sampled_from(
    "ﾊﾞﾟ゛゜か\u3099\u309aはヴわヷ①㈱㍻ß\u0130\u0345ー～ \n\u200b\ud800\x00０Ａ゠〰髙\U00020bb7"
)
TEXTS = st.text(st.one_of(ODD, st.characters(exclude_categories=())), max_size=60)


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text).key

    assert fold(once).key == once


@given(TEXTS)
def test_every_character_of_the_key_lies_in_the_text_in_order(text: str) -> None:
    folded = fold(text)

    assert len(folded.key) == len(folded.starts) == len(folded.ends) == len(folded.joined)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)


@given(
    st.lists(st.sampled_from(["山田", "ヤマダ", "ﾔ", "ﾏ", "ﾀﾞ", "ﾊﾟ", "やまだ", "Ａａ", "１1"]), max_size=20)
)
def test_for_plain_japanese_the_key_is_NFKC_with_small_letters_in_hiragana(pieces: list[str]) -> None:
    text = "".join(pieces)
    plain = unicodedata.normalize("NFKC", text).casefold()
    hiragana = "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in plain)

    assert fold(text).key == hiragana


@given(TEXTS, TEXTS)
def test_the_key_of_joined_texts_is_the_joined_keys_unless_a_voicing_mark_joins_them(
    one: str, other: str
) -> None:
    folded: Folded = fold(one + "。" + other)

    assert folded.key == fold(one).key + "。" + fold(other).key


@given(st.text(alphabet="山田かきガがｶﾞﾊﾟ゛゜\u3099\u309a\u0301 \n\t　ABｚ①㈱-ー。、\u200b\0é12", max_size=12))
def test_the_short_way_for_even_texts_gives_what_the_long_way_gives(text: str) -> None:
    assert folding.fold(text) == folding._folded(text)
    assert folding.compact(text) == folding._folded(text).without(folding.is_blank).key


def test_the_short_way_begins_anew_before_it_keeps_too_much() -> None:
    for start in range(0x3400, 0x3400 + 2 * folding._MOST_KEPT, 1000):
        folding.fold("".join(chr(code) for code in range(start, start + 1000)))
    assert len(folding._ALONE) <= folding._MOST_KEPT + 1000
    assert folding.fold("㈱山").key == folding._folded("㈱山").key
