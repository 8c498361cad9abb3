"""Invented seekers, skewed as real ones are: a few prefectures, occupations and licences are most of them."""

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bench.search_vocabulary import Vocabulary
from portal.domain.profile import Book, Choice


@dataclass(frozen=True)
class Invented:
    """One seeker as far as searching goes; texts by kind."""

    choices: tuple[Choice, ...]
    texts: dict[str, str]
    month: date
    valid_from: date
    valid_until: date
    published: bool
    stopped: bool
    range_private: bool
    range_municipal: bool
    eligible_from: date | None


class _Skewed:
    """Draws codes so that the first of a shuffled list is the most frequent."""

    def __init__(self, chance: random.Random, codes: Sequence[str], steepness: float = 1.0) -> None:
        self.chance, self.codes = chance, list(codes)
        chance.shuffle(self.codes)
        self.cumulated = list(itertools.accumulate(1 / rank**steepness for rank in range(1, len(codes) + 1)))

    def draw(self, most: int) -> list[str]:
        return list(dict.fromkeys(self.chance.choices(self.codes, cum_weights=self.cumulated, k=most)))


def invented(book: Book, vocabulary: Vocabulary, on: date, number: int, seed: int = 1) -> Iterator[Invented]:
    """So many seekers whose data are of use around a day; the same ones for the same seed."""
    chance = random.Random(seed)
    wages = [code for code, row in book["wage_band"].items() if row.facts.get("unit") == "month"]
    bands = [code for code, row in book["experience_band"].items() if row.facts.get("below_years") != "0"]
    places: dict[str, list[str]] = {}
    for code, row in book["municipality"].items():
        places.setdefault(row.parent or "", []).append(code)
    prefectures = _Skewed(chance, list(book["prefecture"]))
    towns = {above: _Skewed(chance, codes) for above, codes in places.items()}
    draw = {
        kind: _Skewed(chance, codes)
        for kind, codes in (
            ("occupation", list(book["occupation"])),
            ("employment", list(book["employment_type"])),
            ("time", list(book["time_band"])),
            ("wage", wages),
            ("licence", list(book["licence"])),
            ("education", list(book["education_level"])),
            ("band", bands),
        )
    }

    def several(role: str, kind: str, most: int) -> Iterator[Choice]:
        for code in draw[role if role != "experience" else "occupation"].draw(chance.randint(1, most)):
            yield Choice(role, kind, code, draw["band"].draw(1)[0] if role == "experience" else None)

    for _ in range(number):
        chosen = [
            *several("occupation", "occupation", 3),
            *several("employment", "employment_type", 2),
            *several("time", "time_band", 2),
            *several("wage", "wage_band", 1),
            *several("education", "education_level", 1),
        ]
        for prefecture in prefectures.draw(chance.randint(1, 2)):
            if chance.random() < 0.3 or not places.get(prefecture):
                chosen.append(Choice("place", "prefecture", prefecture))
            else:
                chosen += [Choice("place", "municipality", town) for town in towns[prefecture].draw(2)]
        if chance.random() < 0.7:
            chosen += several("licence", "licence", 3)
        if chance.random() < 0.8:
            chosen += several("experience", "occupation", 3)
        texts = {"pr": vocabulary.text(chance, 50, 300)} if chance.random() < 0.9 else {}
        if chance.random() < 0.5:
            texts["experience"] = vocabulary.text(chance, 30, 150)
        since = on - timedelta(days=chance.randint(0, 300))
        narrow = chance.random()
        yield Invented(
            choices=tuple(chosen),
            texts=texts,
            month=since.replace(day=1),
            valid_from=since,
            valid_until=since + timedelta(days=chance.choice([90, 180, 365, 365, 365])),
            published=chance.random() < 0.95,
            stopped=chance.random() < 0.05,
            range_private=narrow < 0.9,
            range_municipal=narrow > 0.15,
            eligible_from=on + timedelta(days=60) if chance.random() < 0.02 else None,
        )
