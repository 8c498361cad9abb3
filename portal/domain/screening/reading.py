"""One text, read in the ways the detectors need it, each with the way back to the original.

Every view is made once and in linear time. A detector looks for short, bounded patterns in a view; none of them
may contain an unbounded repetition (a test reads the patterns), so a screening stays linear in the text.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from portal.domain.folding import Folded, fold, is_blank
from portal.domain.screening.kanji import plain_kanji
from portal.domain.screening.numeral import arabic

# The tables of ordinary words hold none that is longer.
LONGEST_WORD = 8
# Ends of a thought: they hold words apart, where other signs may be typed inside a name to hide it.
STOPS = frozenset("。、!?…")

# One character between blanks, a blank, and again one: letter-spaced writing.
_SPACED = re.compile("(?:\\A|(?<=[ \n]))[^ \n][ \n][^ \n](?:[ \n]|\\Z)")
_DIGIT = re.compile("[0-9]")
_LATIN = re.compile("[a-z]")

LONG_VOWEL_MARKS = frozenset("ーｰ")
_DRAWN_OUT = {
    kana: vowel
    for vowel, row in {
        "あ": "あかがさざただなはばぱまやらわ",
        "い": "いきぎしじちにひびぴみりえけげせぜてでねへべぺめれ",
        "う": "うくぐすずつぬふぶぷむゆるゔおこごそぞとどのほぼぽもよろ",
    }.items()
    for kana in row
}


class Script(Enum):
    """What kind of letter was typed."""

    KANJI = auto()
    HIRAGANA = auto()
    KATAKANA = auto()
    LATIN = auto()
    DIGIT = auto()
    OTHER = auto()


NAME_SCRIPTS = frozenset({Script.KANJI, Script.KATAKANA, Script.LATIN})
_KANJI_RANGES = ((0x2F00, 0x2FDF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_KATAKANA_RANGES = ((0x30A1, 0x30FA), (0x30FC, 0x30FE), (0x31F0, 0x31FF), (0xFF66, 0xFF9F))
_HIRAGANA_RANGES = ((0x3041, 0x3096), (0x309D, 0x309E))


@dataclass(frozen=True)
class Reading:
    """A text and its views.

    folded: the key as it is. closed: without the blanks between characters that stand alone (Ｌ Ｉ Ｎ Ｅ, 山 田), so
    that letter-spaced writing reads like any other. numbers: closed, with kanji digits as 0-9. letters: letters,
    digits and stops only, for names that are held apart by anything else.
    """

    text: str

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def closed(self) -> Folded:
        key = self.folded.key
        if not _SPACED.search(key):
            return self.folded
        size = len(key)
        alone = [
            not is_blank(char)
            and (place == 0 or is_blank(key[place - 1]))
            and (place + 1 == size or is_blank(key[place + 1]))
            for place, char in enumerate(key)
        ]
        return self.folded.only(
            [
                place
                for place, char in enumerate(key)
                if not (is_blank(char) and 0 < place < size - 1 and alone[place - 1] and alone[place + 1])
            ]
        )

    @cached_property
    def numbers(self) -> Folded:
        return self.closed.mapped(arabic)

    @cached_property
    def letters(self) -> Folded:
        key = self.folded.key
        bare = self.folded.only([place for place, char in enumerate(key) if char.isalnum() or char in STOPS])
        return bare.mapped(plain_kanji)

    @cached_property
    def has_latin(self) -> bool:
        """Whether any Latin letter is in `letters`; most texts hold none."""
        return _LATIN.search(self.letters.key) is not None

    @cached_property
    def digits(self) -> tuple[list[int], Folded]:
        """Where the digits stand in `numbers`, and that view with nothing but them."""
        key = self.numbers.key
        places = [match.start() for match in _DIGIT.finditer(key)]
        return places, self.numbers.only(places)

    @cached_property
    def drawn_out(self) -> Folded | None:
        if not LONG_VOWEL_MARKS.intersection(self.text):
            return None
        key, source = self.folded.key, self.folded.source
        kept = [
            place
            for place, char in enumerate(key)
            if char.isalnum() or char in STOPS or source(place) in LONG_VOWEL_MARKS
        ]
        return self.folded.only(kept).mapped(vowels_written)


def vowels_written(key: str) -> str:
    """A key of the same length in which drawn-out vowels are written in one way: さと-, さとう; お-の, おおの."""
    letters = list(key)
    for place in range(1, len(letters)):
        if letters[place] == "-":
            letters[place] = _DRAWN_OUT.get(letters[place - 1], "-")
    return "".join(letters).replace("おお", "おう").replace("ええ", "えい")


def script(view: Folded, place: int) -> Script:
    """What kind of letter the writer typed at this place of a view."""
    char = view.key[place]
    if "a" <= char <= "z":
        return Script.LATIN
    if char.isdecimal():
        return Script.DIGIT
    code = ord(view.source(place))
    if _within(code, _HIRAGANA_RANGES):
        return Script.HIRAGANA
    if _within(code, _KATAKANA_RANGES):
        return Script.KATAKANA
    return Script.KANJI if _within(code, _KANJI_RANGES) or char == "々" else Script.OTHER


def occurrences(key: str, term: str) -> Iterator[int]:
    """Where a term begins in a key, overlapping places included."""
    place = key.find(term) if term else -1
    while place >= 0:
        yield place
        place = key.find(term, place + 1)


def touches_before(view: Folded, start: int, scripts: Container[Script]) -> bool:
    """Whether a letter of these scripts stands directly before a place, without any gap."""
    return start > 0 and view.joined[start] and script(view, start - 1) in scripts


def touches_after(view: Folded, end: int, scripts: Container[Script]) -> bool:
    """Whether a letter of these scripts stands directly after a place, without any gap."""
    return end < len(view.key) and view.joined[end] and script(view, end) in scripts


def unbroken(view: Folded, start: int, end: int) -> bool:
    """Whether a place is written in one piece."""
    return all(view.joined[start + 1 : end])


def run_before(view: Folded, end: int, scripts: Container[Script], limit: int) -> int:
    """Where the run of letters of these scripts that ends before `end` begins; at most `limit` long."""
    start = end
    while start > 0 and end - start < limit and script(view, start - 1) in scripts:
        start -= 1
    return start


def run_after(view: Folded, start: int, scripts: Container[Script], limit: int) -> int:
    """Where the run of letters of these scripts that begins at `start` ends; at most `limit` long."""
    end = start
    while end < len(view.key) and end - start < limit and script(view, end) in scripts:
        end += 1
    return end


def covered(run: str, words: frozenset[str]) -> bool:
    """Whether a short run of letters consists of these words alone; the empty run does."""
    reached = [True] + [False] * len(run)
    for end in range(1, len(run) + 1):
        reached[end] = any(
            reached[start] and run[start:end] in words for start in range(max(0, end - LONGEST_WORD), end)
        )
    return reached[-1]


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)
