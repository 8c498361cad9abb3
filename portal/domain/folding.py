"""Folds the many ways to write the same thing into one key, and knows the way back.

For comparing only: the stored text is never changed. A key keeps, for each of its characters, where it came
from, so that whatever is found in the key can be pointed at in the original text.

What is folded, character by character (NFKD, so that nothing depends on its neighbours):
- compatibility forms (ＡＢＣ, ﾔﾏﾀﾞ, ㈱, ㍻, Kangxi radicals) and case, as Unicode says;
- letters in black circles and squares and of flags, which Unicode keeps apart: as their outlined ones;
- digits in circles, in brackets, on keycaps, of other scripts: to 0-9;
- katakana to hiragana; the voicing marks ﾞ ﾟ join the kana before them;
- accents on letters are dropped (Ōno, Satō);
- every dash, and the long-vowel mark ー that is typed for one, to "-"; every wave to "~";
- every blank to a space, every line break to "\\n";
- what cannot be seen (zero-width, direction marks, variation selectors, NUL, lone surrogates) is dropped.

One character depends on nothing but itself and a voicing mark after it: folding is linear, also for thousands
of stacked accents, and never raises.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

VOICING = "\u3099\u309a"
# The marks that stand for themselves mean the same; Unicode would fold them to a blank.
STANDING_VOICING = {"゛": "\u3099", "゜": "\u309a"}
WAVES = frozenset("~〜～∼∾˜⁓〰")
# Dashes by use that Unicode does not class as such: the long-vowel mark, the minus, lines of tables.
DASHES = frozenset("ー−─━⎯⁃˗➖")
LINE_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")
# Letters and symbols by class, but nothing is to be seen of them.
BLANKS = frozenset("\t\u3164\u2800")
INVISIBLE = frozenset("\u115f\u1160")
INVISIBLE_CLASSES = frozenset({"Cc", "Cf", "Cs", "Cn", "Mn", "Me", "Mc"})
# Alphabets that Unicode gives no letters: negative circled, negative squared, regional indicators.
ENCLOSED = {
    chr(first + place): chr(ord("a") + place) for first in (0x1F150, 0x1F170, 0x1F1E6) for place in range(26)
}
KATAKANA = range(ord("ァ"), ord("ヶ") + 1)
KATAKANA_REPEATS = range(ord("ヽ"), ord("ヾ") + 1)
TO_HIRAGANA = ord("ァ") - ord("ぁ")


@dataclass(frozen=True)
class Folded:
    """A key and the way back: `starts[n]` to `ends[n]` is where character n of the key stands in `text`.

    `joined[n]` says that nothing visible stands between character n and the one before it; a key from which
    blanks or separators were taken out remembers the gaps by this.
    """

    text: str
    key: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    joined: tuple[bool, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original text behind `key[start:end]`, which must not be empty."""
        return self.starts[start], self.ends[end - 1]

    def source(self, index: int) -> str:
        """The original character behind one character of the key."""
        return self.text[self.starts[index]]

    def without(self, unwanted: Callable[[str], bool]) -> "Folded":
        """The same without some characters of the key; the gaps are remembered."""
        return self.only([index for index, char in enumerate(self.key) if not unwanted(char)])

    def only(self, kept: list[int]) -> "Folded":
        """The same with only these characters of the key, given in ascending order."""
        if len(kept) == len(self.key) and self.joined[:1] != (False,):
            return self
        joined = [
            index == 0 or (before == index - 1 and self.joined[index])
            for before, index in zip([-1, *kept], kept, strict=False)
        ]
        return Folded(
            self.text,
            "".join(map(self.key.__getitem__, kept)),
            tuple(map(self.starts.__getitem__, kept)),
            tuple(map(self.ends.__getitem__, kept)),
            tuple(joined),
        )

    def mapped(self, replace: Callable[[str], str]) -> "Folded":
        """The same with a key of the same length; ValueError when the length changes."""
        key = replace(self.key)
        if len(key) != len(self.key):
            raise ValueError("a mapped key keeps its length")
        return Folded(self.text, key, self.starts, self.ends, self.joined)


def fold(text: str) -> Folded:
    """The key of a text, blanks and line breaks kept, with the way back. Linear; never raises."""
    if len(_ALONE) > _MOST_KEPT:
        _ALONE.forget()
    key = text.translate(_ALONE)
    if not _ALONE.uneven.isdisjoint(text):
        return _folded(text)
    size = len(key)
    return Folded(text, key, tuple(range(size)), tuple(range(1, size + 1)), (True,) * size)


class _Alone(dict[int, str]):
    """What each character folds to when it stands alone. uneven: those that do not become exactly one letter.

    Where none of these is in a text, every character of the key stands where it stood.
    """

    uneven: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.uneven = set()

    def __missing__(self, code: int) -> str:
        char = chr(code)
        key = _folded(char).key
        if len(key) != 1:
            self.uneven.add(char)
        self[code] = key
        return key

    def forget(self) -> None:
        """Begin anew; never while a text is being translated, whose uneven ones would pass for even."""
        self.clear()
        self.uneven.clear()


_MOST_KEPT = 16384
_ALONE = _Alone()


def _folded(text: str) -> Folded:
    key: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for position, char in enumerate(text):
        for letter in _letters(char):
            if letter in VOICING:
                voiced = unicodedata.normalize("NFC", key[-1] + letter) if key else ""
                if len(voiced) == 1:
                    key[-1] = voiced
                    ends[-1] = position + 1
                continue
            key.append(letter)
            starts.append(position)
            ends.append(position + 1)
    return Folded(text, "".join(key), tuple(starts), tuple(ends), (True,) * len(key))


def is_blank(char: str) -> bool:
    """Whether a character of a key is a space or a line break."""
    return char in " \n"


def compact(text: str) -> str:
    """The key of a text without blanks and line breaks: for looking things up, where no way back is needed."""
    return fold(text).key.replace(" ", "").replace("\n", "")


@lru_cache(maxsize=16384)
def _letters(char: str) -> str:
    """What one character folds to: mostly one letter, sometimes several (㈱), nothing for the invisible."""
    if char in WAVES:
        return "~"
    if char in BLANKS:
        return " "
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    before, after = "", STANDING_VOICING.get(char) or ENCLOSED.get(char, char)
    while before != after:
        before, after = after, unicodedata.normalize("NFKD", after).casefold()
    return "".join(_letter(letter) for letter in after)


def _letter(letter: str) -> str:
    if letter in VOICING:
        return letter
    if letter in LINE_BREAKS:
        return "\n"
    category = unicodedata.category(letter)
    if category == "Zs":
        return " "
    if letter in INVISIBLE or category in INVISIBLE_CLASSES:
        return ""
    if letter in WAVES:
        return "~"
    if letter in DASHES or category == "Pd":
        return "-"
    if ord(letter) in KATAKANA or ord(letter) in KATAKANA_REPEATS:
        return chr(ord(letter) - TO_HIRAGANA)
    return letter
