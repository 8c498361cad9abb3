"""Finds 氏名: the writer's own in kanji, and any name told as one (「…と申します」「氏名：…」)."""

import re
from collections.abc import Iterator
from itertools import permutations

from portal.domain.folding import Folded, fold
from portal.domain.screening.finding import Finding, FindingKind
from portal.domain.screening.introduction import CALLED, called, introduced, led
from portal.domain.screening.kana import own_reading
from portal.domain.screening.kanji import plain_kanji
from portal.domain.screening.reading import (
    NAME_SCRIPTS,
    Reading,
    Script,
    occurrences,
    run_after,
    run_before,
    touches_after,
    touches_before,
    unbroken,
)
from portal.domain.screening.words import COMMON_KANJI, NO_NAME

KANJI = frozenset({Script.KANJI})
# A family name before these is a place (山田町, 千葉県); 山田家 or 山田様 is still the name.
PLACE_ENDINGS = frozenset("県府市区町村郡駅線橋川半港湾寺")
# Family names have mostly two kanji; used when a name was registered without a blank.
PROBABLE_FAMILY = {3: (2,), 4: (2,), 5: (2, 3), 6: (3,)}
LONGEST_NAME = 10
SHORTEST_MIXED = 2  # kana; with one, 山だ is no name but a sentence

_SAID = re.compile("と申しま|ともうしま|と申す")
_FIELD = re.compile("(?:氏名|姓名|本名|名前|ふるね-む)[ ]?[:=→][ ]{0,2}")
_STATED = re.compile("(?:氏名|姓名|本名|名前)は[ ]?")


def parts(name: str) -> tuple[str, ...]:
    """Family and given name as keys; a name without a blank is split where names mostly are."""
    split = tuple(
        plain_kanji(part) for part in re.split(r"[^\w-]+", fold(name).key) if part and not part.isdecimal()
    )
    if len(split) == 1 and all("一" <= char <= "鿿" for char in split[0]):
        whole = split[0]
        return whole, *(whole[:size] for size in PROBABLE_FAMILY.get(len(whole), ()))
    return split


def own_name(reading: Reading, name: str) -> Iterator[Finding]:
    """The own name, whole in any order, or one of its parts."""
    own = parts(name)
    wholes = {"".join(order) for order in permutations(own, 2)} if len(own) > 1 else set()
    for whole in sorted(wholes):
        yield from _found(reading, whole, weak=False)
    for part in own:
        if part.isascii() or all("ぁ" <= char <= "ゖ" or char == "-" for char in part):
            yield from own_reading(reading, part, FindingKind.NAME)
        else:
            yield from _found(reading, part, weak=len(part) == 1 or part in COMMON_KANJI)


def own_mixed(reading: Reading, name: str, kana: str) -> Iterator[Finding]:
    """A name of two kanji with one of them written in kana, as やま田 and 高はし."""
    names, readings = parts(name), parts(kana)
    if len(names) != len(readings):
        return
    for part, sound in zip(names, readings, strict=True):
        if len(part) != 2 or sound.isascii():
            continue
        cuts = range(SHORTEST_MIXED, len(sound))
        for mixed in {sound[:cut] + part[1] for cut in cuts} | {part[0] + sound[-cut:] for cut in cuts}:
            yield from _found(reading, mixed, weak=False)


def told_name(reading: Reading) -> Iterator[Finding]:
    """Names that are told as such, whoever they belong to."""
    view = reading.closed
    for match in _SAID.finditer(view.key):
        start = run_before(view, match.start(), NAME_SCRIPTS, LONGEST_NAME)
        if start < match.start() and view.key[start : match.start()] not in NO_NAME:
            yield _finding(view, start, match.start())
    for match in _FIELD.finditer(view.key):
        end = run_after(view, match.end(), NAME_SCRIPTS, LONGEST_NAME)
        if end - match.end() > 1 and view.key[match.end() : end] not in NO_NAME:
            yield _finding(view, match.end(), end)
    for match in _STATED.finditer(view.key):
        end = run_after(view, match.end(), NAME_SCRIPTS, LONGEST_NAME)
        said = view.key.startswith((*CALLED, "です"), end)
        if said and end - match.end() > 1 and view.key[match.end() : end] not in NO_NAME:
            yield _finding(view, match.end(), end)


def _found(reading: Reading, term: str, *, weak: bool) -> Iterator[Finding]:
    view = reading.letters
    for start in occurrences(view.key, term):
        end = start + len(term)
        if introduced(view, start, end) if weak else _stands(view, start, end):
            first, last = view.span(start, end)
            yield Finding(FindingKind.NAME, first, last, own=True)


def _stands(view: Folded, start: int, end: int) -> bool:
    """Whether a name of two or more kanji stands for itself here, and not inside other words."""
    if end - start >= 4:
        return True
    open_before = not touches_before(view, start, KANJI)
    open_after = not touches_after(view, end, KANJI)
    if not unbroken(view, start, end):
        return open_before and open_after
    if not (open_before or led(view, start) or called(view, end)):
        return False
    return open_after or view.key[end] not in PLACE_ENDINGS


def _finding(view: Folded, start: int, end: int) -> Finding:
    first, last = view.span(start, end)
    return Finding(FindingKind.NAME, first, last, own=False)
