"""What a unit asks for when it searches: facets, combined so that people find what they mean.

Inside a facet one of the chosen codes is enough; all facets must hold; of licences every chosen one. Choosing a
municipality narrows its prefecture, choosing an occupation narrows its group. Whoever wishes for the whole of a
prefecture or city would work in each part of it and is found there (our decision). No age, no sex, no residence can be
asked (ruling R6). The limits on how many codes may be chosen are our decision.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from portal.domain.entry import Gathered, Typed, narrow, several
from portal.domain.profile import FACETS, Book, CodeFacts, whole_place
from portal.domain.words import read_words

MOST_CHOSEN = 10
MOST_OCCUPATIONS = 3
PAGE_SIZE = 20
COUNT_CAP = 1000
"""Counting stops here; more is shown as 1,000人以上."""

# Facets of which every chosen code must hold; of the others one is enough.
_EVERY = frozenset({"licence"})
# A chosen child narrows the chosen parent.
_NARROWS = {"municipality": "prefecture", "occupation": "occupation_major", "experience": "experience_major"}
_FACET = {facet.name: facet for facet in FACETS}


@dataclass(frozen=True)
class Criteria:
    """The chosen codes by the name of their facet and the words, as they stand in a form or a saved search."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    """As they were typed; each must occur in the published texts, however it is written (portal.domain.words)."""

    def __bool__(self) -> bool:
        """Whether anything was asked at all."""
        return any(self.chosen.values()) or bool(self.words)

    def demands(self, book: Book) -> tuple[frozenset[str], ...]:
        """Groups of tokens; a profile fits when it carries at least one token of every group."""
        groups: list[frozenset[str]] = []
        for name in _FACET:
            if name in _NARROWS.values():
                continue
            codes = self.chosen.get(name, ())
            found = [_FACET[name].token(code) for code in codes]
            if name in _EVERY:
                groups.extend(frozenset({token}) for token in found)
                continue
            parent = _NARROWS.get(name)
            if parent:
                narrowed = {book[_FACET[name].kind][code].parent for code in codes}
                above = (code for code in self.chosen.get(parent, ()) if code not in narrowed)
                found.extend(_FACET[parent].token(code) for code in above)
            if name == "municipality":
                found.extend(map(whole_place, _around(codes, book)))
            if found:
                groups.append(frozenset(found))
        return tuple(groups)

    def only_around(self, places: Collection[str], book: Book) -> bool:
        """Whether a profile with these desired places is found only because it names the whole of a prefecture or
        city in which a chosen municipality lies."""
        codes = self.chosen.get("municipality", ())
        rows = book["municipality"]
        asked = {*codes, *self.chosen.get("prefecture", ())} - {rows[code].parent for code in codes}
        named = {above for place in places for above in (place, *_above(place, rows))}
        return bool(codes) and not asked & named and bool(set(_around(codes, book)) & set(places))


def _around(codes: Iterable[str], book: Book) -> list[str]:
    """The prefectures and cities in which these municipalities lie."""
    rows = book["municipality"]
    return list(dict.fromkeys(above for code in codes for above in _above(code, rows)))


def _above(code: str, rows: Mapping[str, CodeFacts]) -> list[str]:
    row = rows.get(code)
    return [above for above in (row.parent, row.facts.get("city")) if above] if row else []


@dataclass(frozen=True)
class Cursor:
    """Where a page of results ended; travels sealed under the unit's key."""

    LENGTH: ClassVar[int] = 24
    """Bytes when packed."""

    month: date
    shuffle: int
    seeker_id: int

    def pack(self) -> bytes:
        """A fixed-length form, so that its length tells nothing."""
        return b"".join(
            number.to_bytes(8, "big") for number in (self.month.toordinal(), self.shuffle, self.seeker_id)
        )

    @staticmethod
    def unpack(packed: bytes) -> "Cursor":
        """The cursor again."""
        month, shuffle, seeker_id = (int.from_bytes(packed[at : at + 8], "big") for at in (0, 8, 16))
        return Cursor(date.fromordinal(month), shuffle, seeker_id)


def read_criteria(typed: Typed, book: Book) -> Criteria:
    """Read a search form or an address. ``book`` holds every row of the tables, ended ones too.

    Words stand in one field, "words", with blanks between them. Raises Invalid with all of it: "unknown_code",
    "too_many", and for words "too_many", "too_short_word", "too_long".
    """
    faults = Gathered()
    chosen: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        codes = tuple(
            dict.fromkeys(narrow(text[:100]) for text in several(typed, facet.name)[: MOST_CHOSEN + 1])
        )
        most = MOST_OCCUPATIONS if facet.name in ("occupation", "occupation_major") else MOST_CHOSEN
        if len(codes) > most:
            faults.add(facet.name, "too_many")
        elif any(code not in book.get(facet.kind, {}) for code in codes):
            faults.add(facet.name, "unknown_code")
        elif codes:
            chosen[facet.name] = codes
    words = faults.read((), read_words, several(typed, "words"))
    faults.settle()
    return Criteria(chosen, words)
