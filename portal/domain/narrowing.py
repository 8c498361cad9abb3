"""What narrows a search further: how long somebody has worked, since which month, and what the unit has done already.

None of it tells a day. A month of publication is what every list shows anyway; "not opened" and "not written to" are
the unit's own acts (ruling R5, docs/decisions/0007).
"""

import re
from dataclasses import dataclass
from datetime import date

from portal.domain.entry import Gathered, Typed, narrow, one, several, ticked
from portal.domain.profile import Book
from portal.domain.search import Criteria

MOST_BANDS = 10
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_BAND = "experience_band"


@dataclass(frozen=True)
class Narrowing:
    """years: bands of experience, one of which must hold, in one of the occupations asked for if any are asked.

    unwritten, unopened: nobody of the unit has written to them, or opened their profile. since: first day of the
    month of publication from which people count; None = any.
    """

    years: tuple[str, ...] = ()
    unwritten: bool = False
    unopened: bool = False
    since: date | None = None

    def __bool__(self) -> bool:
        """Whether it narrows at all."""
        return self != Narrowing()


def read_narrowing(typed: Typed, book: Book) -> Narrowing:
    """Read the fields years, unwritten, unopened and since (2026-06). ``book`` holds ended codes too.

    Raises Invalid: "unknown_code", "too_many" on years; "unknown_code" on since.
    """
    faults = Gathered()
    given = several(typed, "years")[: MOST_BANDS + 1]
    years = tuple(dict.fromkeys(narrow(text[:100]) for text in given))
    if len(years) > MOST_BANDS:
        faults.add("years", "too_many")
    elif any(code not in book.get(_BAND, {}) for code in years):
        faults.add("years", "unknown_code")
    month = narrow(one(typed, "since")[:100])
    since = read_month(month)
    if month and since is None:
        faults.add("since", "unknown_code")
    faults.settle()
    return Narrowing(years, ticked(typed, "unwritten"), ticked(typed, "unopened"), since)


def read_month(text: str) -> date | None:
    """The first day of a month written as 2026-06; None for anything else."""
    found = _MONTH.fullmatch(text)
    if found is None:
        return None
    year, month = int(found[1]), int(found[2])
    return date(year, month, 1) if 2000 <= year <= 2100 and 1 <= month <= 12 else None


def occupations_worked_in(criteria: Criteria, book: Book) -> frozenset[tuple[str, str]]:
    """Table and code of every occupation that the experience asked for may be in; empty when any will do.

    As in the search itself a chosen occupation narrows its group.
    """
    asked = criteria.chosen.get("experience", ())
    rows = book["occupation"]
    narrowed = {rows[code].parent for code in asked}
    groups = {code for code in criteria.chosen.get("experience_major", ()) if code not in narrowed}
    below = {code for code, row in rows.items() if row.parent in groups}
    return frozenset(
        [("occupation", code) for code in {*asked, *below}] + [("occupation_major", code) for code in groups]
    )
