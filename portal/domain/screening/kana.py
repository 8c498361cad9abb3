"""Finds how the own name is read: in hiragana, katakana, half-width, mixed, or Latin letters.

Running hiragana has no word boundaries, so たなか is also in 「したなかで」: short readings need edges or an
introduction, long ones and whole names stand for themselves.
"""

import re
from collections.abc import Iterator
from itertools import permutations

from portal.domain.folding import Folded, fold
from portal.domain.screening.finding import Finding, FindingKind
from portal.domain.screening.introduction import CALLED, STATED, certain, introduced, named_self
from portal.domain.screening.reading import (
    Reading,
    Script,
    occurrences,
    run_after,
    script,
    touches_after,
    touches_before,
    vowels_written,
)
from portal.domain.screening.romaji import spelled
from portal.domain.screening.words import COMMON_KANA, COMMON_LATIN

LATIN = frozenset({Script.LATIN})
KATAKANA = frozenset({Script.KATAKANA})
HIRAGANA = frozenset({Script.HIRAGANA})
# From this length on a whole name is taken anywhere, also inside other kana or letters.
LONG_KANA = 6
LONG_LATIN = 8
SHORT_KANA = 2
LONGEST_STRICT = 3
SHORT_LATIN = 3
# Particles that follow a noun; の, も, を follow verbs in けいけんした… too, so only longer readings take them.
FOLLOWERS = (*CALLED, *STATED, "は", "が", "と言", "という")
LOOSE_FOLLOWERS = (*FOLLOWERS, "の", "も", "を", "に", "で", "と", "へ")

# 戸籍 and old systems write シヨウジ for ショウジ.
_FULL_SIZE = str.maketrans("ぁぃぅぇぉっゃゅょゎぢづをゐゑ", "あいうえおつやゆよわじずおいえ")
_SMALL = frozenset("ぁぃぅぇぉっゃゅょゎ")
_FIELD = re.compile("(?:ふりがな|よみがな|読み仮名|かな氏名|氏名かな)[ ]?[:=はが(]{0,2}[ ]{0,2}")


def own_kana(reading: Reading, kana: str) -> Iterator[Finding]:
    """The reading of the own name, whole in any order, or of one of its parts."""
    own = [part for part in re.split(r"[^\w-]+", fold(kana).key) if part.strip("-")]
    if len(own) > 1:
        for order in permutations(own, 2):
            yield from own_reading(reading, "".join(order), FindingKind.KANA, whole=True)
            yield from _spelled(reading, order, FindingKind.KANA)
    for part in own:
        yield from own_reading(reading, part, FindingKind.KANA)


def own_reading(reading: Reading, part: str, kind: FindingKind, *, whole: bool = False) -> Iterator[Finding]:
    """One part of a name (or, when whole, all of it) that is itself kana or Latin letters."""
    if part.isascii():
        yield from _latin(reading.letters, re.compile(re.escape(part)), len(part), kind, whole=whole)
        return
    yield from _kana(reading.letters, part.replace("-", ""), kind, whole=whole)
    if reading.drawn_out is not None:
        yield from _kana(reading.drawn_out, vowels_written(part), kind, whole=whole)
    if kind is FindingKind.KANA and not whole:
        yield from _spelled(reading, (part,), kind)


def told_kana(reading: Reading) -> Iterator[Finding]:
    """A reading filled in as one: 「フリガナ：…」."""
    view = reading.closed
    for match in _FIELD.finditer(view.key):
        end = run_after(view, match.end(), KATAKANA | HIRAGANA, 12)
        katakana = all(script(view, place) is Script.KATAKANA for place in range(match.end(), end))
        if end - match.end() > 1 and (katakana or match.group().endswith((":", ": ", "="))):
            first, last = view.span(match.end(), end)
            yield Finding(FindingKind.KANA, first, last, own=False)


def _kana(view: Folded, term: str, kind: FindingKind, *, whole: bool) -> Iterator[Finding]:
    full_size = view.key.translate(_FULL_SIZE)
    for start in occurrences(full_size, term.translate(_FULL_SIZE)):
        end = start + len(term)
        katakana = all(script(view, place) is Script.KATAKANA for place in range(start, end))
        if not katakana and any(
            own in _SMALL and typed != own for typed, own in zip(view.key[start:end], term, strict=True)
        ):
            continue
        stands = _katakana_stands if katakana else _hiragana_stands
        if (whole and len(term) >= LONG_KANA) or stands(view, start, end):
            first, last = view.span(start, end)
            yield Finding(kind, first, last, own=True)


def _katakana_stands(view: Folded, start: int, end: int) -> bool:
    """Whether katakana stands alone between other scripts; two letters (ハラ, マイ) need an introduction too."""
    if touches_before(view, start, KATAKANA) or touches_after(view, end, KATAKANA):
        return False
    return end - start > SHORT_KANA or introduced(view, start, end)


def _hiragana_stands(view: Folded, start: int, end: int) -> bool:
    """Whether hiragana begins and ends where a name would."""
    if certain(view, end):
        return True
    if end - start <= SHORT_KANA or view.key[start:end] in COMMON_KANA:
        return introduced(view, start, end)
    if touches_before(view, start, HIRAGANA) and not named_self(view, start):
        return False
    followers = FOLLOWERS if end - start <= LONGEST_STRICT else LOOSE_FOLLOWERS
    return not touches_after(view, end, HIRAGANA) or view.key.startswith(followers, end)


def _spelled(reading: Reading, parts: tuple[str, ...], kind: FindingKind) -> Iterator[Finding]:
    """The reading in Latin letters; nothing when it cannot be spelled."""
    if not reading.has_latin:
        return
    spellings = [spelled(part) for part in parts]
    known = [spelling for spelling in spellings if spelling is not None]
    if known and len(known) == len(parts):
        pattern = re.compile("".join(pattern.pattern for pattern, _ in known))
        shortest = sum(shortest for _, shortest in known)
        yield from _latin(reading.letters, pattern, shortest, kind, whole=len(parts) > 1)


def _latin(
    view: Folded, pattern: re.Pattern[str], shortest: int, kind: FindingKind, *, whole: bool
) -> Iterator[Finding]:
    match = pattern.search(view.key)
    while match is not None:
        start, end = match.span()
        if (whole and shortest >= LONG_LATIN) or _latin_stands(view, start, end, whole=whole):
            first, last = view.span(start, end)
            yield Finding(kind, first, last, own=True)
        match = pattern.search(view.key, start + 1)


def _latin_stands(view: Folded, start: int, end: int, *, whole: bool) -> bool:
    """Whether Latin letters are a word of their own, and not an ordinary one (AI, date) unless introduced."""
    if touches_before(view, start, LATIN) or touches_after(view, end, LATIN):
        return False
    ordinary = end - start <= SHORT_LATIN or view.key[start:end] in COMMON_LATIN
    return whole or not ordinary or named_self(view, start) or introduced(view, start, end)
