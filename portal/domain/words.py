"""Words to search free text for: how they are read, when a text holds them, and the pairs of letters it is found by.

A text and a word are compared by their search keys (portal.domain.folding): width, case, kana and dashes make no
difference, and neither do blanks, line breaks and middle dots, except between Latin letters or digits, where they
part words. Stored text is never changed.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from portal.domain.folding import fold
from portal.domain.refusal import Invalid

MOST_WORDS = 5
SHORTEST_WORD = 2
"""Characters of a key: what can be told from almost every text, and the length of what is indexed."""
LONGEST_WORD = 40

_LONGEST_FIELD = 1000
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co"})
_PARTS = re.compile("[ \n・]+")
_NOT_BETWEEN_LATIN = re.compile("(?<![a-z0-9]) | (?![a-z0-9])")
# コンピューター and コンピュータ are the same word: the last mark is left out where three characters stay.
_LAST_LONG_VOWEL = re.compile("(?<=[ぁ-ゖ].[ぁ-ゖ])-$")


def text_key(text: str) -> str:
    """The search key of a text."""
    return _NOT_BETWEEN_LATIN.sub("", _PARTS.sub(" ", fold(text).key))


def search_key(texts: Iterable[str]) -> str:
    """The key under which several texts are searched as one; a word never reaches from one into the next."""
    return "\n".join(filter(None, map(text_key, texts)))


def holds(key: str, words: Iterable[str]) -> bool:
    """Whether each of the words occurs in the texts of a search key. The search statement is proven equal to this."""
    return all(word_key(word) in key for word in words)


def pairs(key: str) -> frozenset[str]:
    """Every two neighbouring characters of a key: what holds a word holds all pairs of the word, not the other way."""
    return frozenset(one + other for one, other in pairwise(key) if "\n" not in (one, other))


def word_key(word: str) -> str:
    """What must occur in the key of a text for the word to be found there."""
    return _LAST_LONG_VOWEL.sub("", text_key(word).strip())


def read_words(typed: Iterable[str]) -> tuple[str, ...]:
    """The words of one field, as they were typed, each once. What cannot be seen is left out.

    Raises Invalid "words": "too_many", "too_short_word" (told of the first one), "too_long".
    """
    texts = tuple(typed)
    if sum(map(len, texts)) > _LONGEST_FIELD:
        raise Invalid({"words": ["too_long"]}, longest=LONGEST_WORD)
    found: dict[str, str] = {}
    for word in _apart(" ".join(texts)):
        if len(word) > LONGEST_WORD:
            raise Invalid({"words": ["too_long"]}, longest=LONGEST_WORD)
        key = word_key(word)
        if len(key) < SHORTEST_WORD:
            raise Invalid({"words": ["too_short_word"]}, shortest=SHORTEST_WORD)
        found.setdefault(key, word)
    if len(found) > MOST_WORDS:
        raise Invalid({"words": ["too_many"]}, most=MOST_WORDS)
    return tuple(found.values())


def _apart(text: str) -> list[str]:
    blanks = "".join(" " if fold(char).key in (" ", "\n") else char for char in text)
    words = ("".join(char for char in word if not _is_unseen(char)) for word in blanks.split(" "))
    return [word for word in words if word]


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in _UNSEEN
