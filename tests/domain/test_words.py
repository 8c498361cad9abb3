"""Words and texts however they are written: one key, read with patience, refused where nothing could be told."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.refusal import Invalid
from portal.domain.words import (
    LONGEST_WORD,
    MOST_WORDS,
    holds,
    pairs,
    read_words,
    search_key,
    text_key,
    word_key,
)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("接客", "接客の経験があります。"),
        ("ｾｯｷｬｸ", "せっきゃく"),
        ("せっきゃく", "セッキャク"),
        ("ガーデン", "ｶﾞｰﾃﾞﾝ"),
        ("ＥＸＣＥＬ", "Excelの操作"),
        ("excel", "ＥＸＣＥＬ"),
        ("コンピューター", "コンピュータの保守"),
        ("コンピュータ", "コンピューターの保守"),
        ("データ−入力", "データー入力"),
        ("090-1234", "０９０―１２３４"),
        ("9:00〜18:00", "９：００～１８：００"),
        ("コールセンター", "コール・センター"),
        ("コールセンター", "コール\nセンター"),
        ("接客販売", "接客 販売"),
        ("接客・販売", "接客販売"),
        ("（株）架空", "㈱架空"),
        ("café", "CAFE"),
        ("C言語", "Ｃ 言語"),
        ("3年", "③年"),
    ],
)
def test_a_word_is_found_however_it_is_written(word: str, text: str) -> None:
    assert word_key(word) in text_key(text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("接客", "接遇の客"),
        ("コピー", "こび"),
        ("こひ", "コピー"),
        ("サーバー", "さば"),
        ("sat", "is at home"),
        ("12", "1 2"),
        ("database", "data base"),
        ("A・B", "AB"),
    ],
)
def test_another_word_is_not_found(word: str, text: str) -> None:
    assert word_key(word) not in text_key(text)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ([], ()),
        (["", " \u3000\n"], ()),
        (["接客 経験"], ("接客", "経験")),
        (["接客", "経験"], ("接客", "経験")),
        (["接客\u3000\u3000経験\r\n販売"], ("接客", "経験", "販売")),
        (["\u200b接\u2060客\ufeff"], ("接客",)),
        (["\0接客\ud800 \x07"], ("接客",)),
        (["葛\U000e0100飾"], ("葛\U000e0100飾",)),
        (["接客 接客"], ("接客",)),
        ([" ".join(["一一", "二二", "三三", "四四", "五五"])], ("一一", "二二", "三三", "四四", "五五")),
        (["あ" * LONGEST_WORD], ("あ" * LONGEST_WORD,)),
    ],
)
def test_a_field_is_read_word_by_word(typed: list[str], read: tuple[str, ...]) -> None:
    assert read_words(typed) == read


@given(st.lists(st.text(max_size=60), max_size=3))
def test_whatever_is_typed_is_read_or_refused_in_its_field(typed: list[str]) -> None:
    try:
        words = read_words(typed)
    except Invalid as invalid:
        refused = set(invalid.errors)
        words = ()
    else:
        refused = set()
    assert refused <= {"words"}
    if words:
        assert len(words) <= MOST_WORDS
        assert all(len(word_key(word)) >= 2 for word in words)
        assert read_words([" ".join(words)]) == words


@given(before=st.text(max_size=20), word=st.text(min_size=1, max_size=20), after=st.text(max_size=20))
def test_a_word_that_stands_in_a_text_is_found_in_it(before: str, word: str, after: str) -> None:
    # A mark after the word would make another last character of it.
    assert word_key(word) in text_key(f"{before}{word}。{after}")


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(text: str) -> None:
    assert text_key(text_key(text)) == text_key(text)


def test_words_may_stand_in_different_texts_but_none_reaches_from_one_into_the_next() -> None:
    key = search_key(["接客が好き", "", "販売の経験"])
    assert holds(key, ["経験", "接客"])
    assert holds(key, [])
    assert not holds(key, ["接客", "介護"])
    assert not holds(key, ["好き販売"])
    assert "き販" not in pairs(key)


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("", []),
        ("接", []),
        ("接客", ["接客"]),
        ("ab c", ["ab", "b ", " c"]),
        ("接客\n販売", ["接客", "販売"]),
    ],
)
def test_pairs_are_the_neighbours_inside_one_text(key: str, found: list[str]) -> None:
    assert pairs(key) == set(found)


@given(texts=st.lists(st.text("接客経験アイabc \n・ー。", max_size=30), max_size=2), chance=st.randoms())
def test_whoever_holds_a_word_holds_its_pairs(texts: list[str], chance: random.Random) -> None:
    key = search_key(texts)
    start = chance.randrange(len(key) + 1)
    word = key[start : start + chance.randrange(2, 9)]
    if "\n" not in word and len(word_key(word)) >= 2:
        assert holds(key, [word])
        assert pairs(word_key(word)) <= pairs(key)
