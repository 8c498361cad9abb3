"""Finds pieces of the writer's own 住所: municipality, town, building.

The municipality is on the list of what is never shown (matching service 12.5), so the own one is found wherever it
stands, also as a wish for the place of work; the office decides. A prefecture alone is shown by the portal itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.folding import fold
from portal.domain.screening.address import LIVING
from portal.domain.screening.finding import Finding, FindingKind
from portal.domain.screening.kanji import plain_kanji
from portal.domain.screening.reading import (
    Reading,
    Script,
    occurrences,
    touches_after,
    touches_before,
)
from portal.domain.screening.words import PREFECTURES

# Names that have 市区町村 inside, so that the first such letter is not the end of the municipality.
_MISLEADING = (
    "東村山|武蔵村山|西村山|北村山|羽村|田村|大村|玉村|中村|四日市|廿日市|野々市|野野市|八日市|十日町|大町|町田|余市|上市|下市|高市|市川|"
    "市原|市来|市貝|市浦|村上|村山|村田|区|郡山|郡上|小郡|蒲郡|大和郡山"
)
_PREFECTURE = re.compile("北海道|(?:" + "|".join(sorted(PREFECTURES, key=len, reverse=True)) + ")[都府県]")
_COUNTY = re.compile(f"(?:(?:{_MISLEADING})|.{{1,5}}?)郡")
_MUNICIPALITY = re.compile(f"(?:(?:{_MISLEADING})|.{{1,6}}?)[市区町村]")
_WARD = re.compile(".{1,4}?区")
_SECTION = re.compile("大字|小字|字")
_NUMBER = re.compile("[0-9〇一二三四五六七八九十]{1,5}(?:丁目|番|号|-|の|$)|[0-9]")
_DIGIT = re.compile("[0-9〇一二三四五六七八九十](?:丁目|番|号|-|の)|[0-9]")
_POSTAL = re.compile("^〒? ?[0-9]{3}-?[0-9]{4}")
_JOINED_BUILDING = re.compile("[0-9](?:番地?|号)?([^0-9番号丁の -][^0-9]{2,20})")
_BUILDING = re.compile("[^0-9]{3,20}")
_LIVES = re.compile(LIVING)
_BOUNDARY = frozenset("市区町村郡字県都府道")
_BLOCK = re.compile("[0-9一二三四五六七八九十]{1,4}(?:丁目|番|-)|[0-9]|大?字")
KANJI = frozenset({Script.KANJI})


@dataclass(frozen=True)
class Pieces:
    """An address taken apart, as keys; what it does not have is empty."""

    municipalities: tuple[str, ...]
    towns: tuple[str, ...]
    building: str


def pieces(residence: str) -> Pieces:
    """An address in one line, taken apart as far as its shape allows."""
    words = _POSTAL.sub("", plain_kanji(fold(residence).key)).split()
    numbered = next((place for place, word in enumerate(words) if _DIGIT.search(word)), len(words))
    head, rest = "".join(words[: numbered + 1]), words[numbered + 1 :]
    prefecture = _PREFECTURE.match(head)
    left = head[prefecture.end() :] if prefecture else head
    municipalities = []
    for pattern in (_COUNTY, _MUNICIPALITY, _WARD):
        match = pattern.match(left)
        if match:
            municipalities.append(match.group())
            left = left[match.end() :]
    number = _NUMBER.search(left)
    named = left[: number.start()] if number else left
    towns = tuple(town for town in _SECTION.split(named) if len(town) > 1)
    joined = _JOINED_BUILDING.search(left)
    rest = [*([joined.group(1)] if joined else []), *rest]
    building = next((found.group() for word in rest if (found := _BUILDING.match(word))), "")
    return Pieces(tuple(municipalities), towns, building)


def own_residence(reading: Reading, residence: str) -> Iterator[Finding]:
    """Where a piece of the own address stands."""
    own = pieces(residence)
    view = reading.letters
    for municipality in own.municipalities:
        stem = municipality[:-1]
        for start in occurrences(view.key, municipality):
            end = start + len(municipality)
            led = touches_before(view, start, KANJI) and view.key[start - 1] not in _BOUNDARY
            if not (led and len(municipality) == 2):
                yield _finding(reading, start, end)
        for start in occurrences(view.key, stem) if len(stem) > 1 else ():
            end = start + len(stem)
            if _LIVES.match(view.key, end) and not touches_before(view, start, KANJI):
                yield _finding(reading, start, end)
    for town in own.towns:
        for start in occurrences(view.key, town):
            if _is_own_town(reading, start, start + len(town)):
                yield _finding(reading, start, start + len(town))
    building = "".join(char for char in own.building if char.isalnum())
    if len(building) > 2:
        for start in occurrences(view.key, building):
            yield _finding(reading, start, start + len(building))


def _is_own_town(reading: Reading, start: int, end: int) -> bool:
    """Whether a town's name means the town here: 中央 and 本町 are everywhere, 架空町 and 中央1丁目 are not."""
    view = reading.letters
    key = view.key
    led = touches_before(view, start, KANJI)
    if led and key[start - 1] in _BOUNDARY:
        return True
    if led or (touches_after(view, end, KANJI) and not _BLOCK.match(key, end)):
        return False
    telling = end - start > 3 or (end - start > 2 and key[end - 1] in "町村")
    return telling or bool(_BLOCK.match(key, end)) or bool(_LIVES.match(key, end))


def _finding(reading: Reading, start: int, end: int) -> Finding:
    first, last = reading.letters.span(start, end)
    return Finding(FindingKind.ADDRESS, first, last, own=True)
