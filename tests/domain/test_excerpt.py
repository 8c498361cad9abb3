"""Excerpts: the words are found however they are written, and the text is shown as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.excerpt import AROUND, GAP, LONGEST, Piece, emphasised, excerpt, found_in, searchable
from portal.domain.words import text_key, word_key

LETTERS = st.text(st.sampled_from("あいアイｱｶﾞガー-ＡaＢb1２ 　\n・介護看護①㈱é゛ﾞ<&\u200b"), max_size=40)


@given(LETTERS | st.text(max_size=60))
def test_the_key_with_the_way_back_is_the_key_that_is_searched(text: str) -> None:
    assert searchable(text).key == text_key(text)


@given(LETTERS, LETTERS)
def test_a_word_is_pointed_at_exactly_where_the_search_finds_it(text: str, word: str) -> None:
    key = word_key(word)
    found = bool(key) and key in text_key(text)
    assert bool(found_in(text, [word])) is found


@given(LETTERS, st.lists(LETTERS, max_size=3))
def test_the_pieces_are_the_text_and_nothing_else(text: str, words: list[str]) -> None:
    assert "".join(piece.text for piece in emphasised(text, words)) == text


@given(st.text(max_size=600), LETTERS)
def test_an_excerpt_is_short_and_cut_from_the_text(text: str, word: str) -> None:
    pieces = excerpt(text, [word])
    shown = [piece.text for piece in pieces if piece.text != GAP]
    assert sum(map(len, shown)) <= LONGEST
    assert all(piece in text for piece in shown)
    assert bool(pieces) is bool(found_in(text, [word]))


@pytest.mark.parametrize(
    ("text", "word", "marked"),
    [
        ("ｶﾝｺﾞｼとして働きました", "かんごし", "ｶﾝｺﾞｼ"),
        ("ＥＸＣＥＬが得意", "excel", "ＥＸＣＥＬ"),
        ("コンピュータの仕事", "コンピューター", "コンピュータ"),
        ("サービス業", "サ－ビス", "サービス"),
        ("介護\nの仕事", "介護の", "介護\nの"),
        ("<b>看護</b>", "看護", "看護"),
    ],
)
def test_what_is_marked_is_what_was_written(text: str, word: str, marked: str) -> None:
    assert [piece.text for piece in emphasised(text, [word]) if piece.found] == [marked]


def test_words_that_overlap_are_marked_once() -> None:
    assert emphasised("介護福祉士", ["介護福祉", "福祉士"]) == (Piece("介護福祉士", found=True),)


def test_between_words_far_apart_something_is_left_out() -> None:
    text = "看護" + "あ" * 100 + "介護" + "い" * 100
    pieces = excerpt(text, ["看護", "介護"])
    assert [piece.text for piece in pieces] == [
        "看護",
        "あ" * AROUND,
        GAP,
        "あ" * AROUND,
        "介護",
        "い" * AROUND,
        GAP,
    ]


def test_of_a_word_everywhere_only_the_beginning_is_shown() -> None:
    pieces = excerpt("看護" * 300, ["看護"])
    assert sum(len(piece.text) for piece in pieces) == LONGEST + len(GAP)
