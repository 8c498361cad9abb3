"""Saved searches: what is kept of one, who of a unit sees it, and what counts as new since the last look.

New is said to the month and by the unit's own acts, never by the day on which somebody came into reach: a list of who
appeared since yesterday would let two units join their lists by the day (ruling R5, docs/decisions/0007).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from portal.calendar.day import month_start
from portal.domain.entry import Typed, line, ticked
from portal.domain.narrowing import Narrowing
from portal.domain.profile import FACETS, Book
from portal.domain.refusal import Invalid
from portal.domain.search import Criteria
from portal.domain.thread import Belonging

MOST_OWN = 20
"""Saved searches of one person, shared ones included. Our decision, as are the next two."""
MOST_SHARED = 30
"""Shared saved searches of one department, one contractor or the unit's people without either."""
LONGEST_NAME = 40
KEPT_AFTER_REMOVAL = timedelta(hours=24)
"""So long a removed one can be put back."""

_KIND_OF = {facet.name: facet.kind for facet in FACETS} | {"years": "experience_band"}


@dataclass(frozen=True)
class Asked:
    """The conditions of a search as they are kept: no month, because a saved search has its own."""

    criteria: Criteria = field(default_factory=Criteria)
    narrowing: Narrowing = field(default_factory=Narrowing)

    def __post_init__(self) -> None:
        object.__setattr__(self, "narrowing", replace(self.narrowing, since=None))


@dataclass(frozen=True)
class Content:
    """Everything of a saved search that is sealed."""

    name: str
    asked: Asked


@dataclass(frozen=True)
class Dropped:
    """A condition that is left out because its code may no longer be chosen."""

    facet: str
    code: str


def read_name(typed: Typed) -> str:
    """The name of a saved search. Raises Invalid on "name" as `portal.domain.entry.line` does."""
    return line(typed, "name", LONGEST_NAME, needed=True)


def read_shared(typed: Typed) -> bool:
    """Whether colleagues see it too."""
    return ticked(typed, "shared")


def pack(content: Content) -> str:
    """As it is kept, before it is sealed."""
    criteria, narrowing = content.asked.criteria, content.asked.narrowing
    return json.dumps(
        {
            "name": content.name,
            "chosen": {facet: list(codes) for facet, codes in criteria.chosen.items()},
            "words": list(criteria.words),
            "years": list(narrowing.years),
            "unwritten": narrowing.unwritten,
            "unopened": narrowing.unopened,
        },
        ensure_ascii=False,
    )


def unpack(text: str) -> Content:
    """What ``pack`` wrote."""
    kept = json.loads(text)
    criteria = Criteria(
        {facet: tuple(codes) for facet, codes in kept["chosen"].items()}, tuple(kept["words"])
    )
    narrowing = Narrowing(tuple(kept["years"]), kept["unwritten"], kept["unopened"])
    return Content(kept["name"], Asked(criteria, narrowing))


def still_valid(asked: Asked, offered: Book) -> tuple[Asked, tuple[Dropped, ...]]:
    """The conditions whose codes may be chosen today, and those that are left out.

    ``offered`` holds the rows in force. A facet of which nothing is left is no condition any more.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    dropped: list[Dropped] = []
    for facet, codes in asked.criteria.chosen.items():
        kept = _in_force(facet, codes, offered, dropped)
        if kept:
            chosen[facet] = kept
    years = _in_force("years", asked.narrowing.years, offered, dropped)
    now = Asked(replace(asked.criteria, chosen=chosen), replace(asked.narrowing, years=years))
    return now, tuple(dropped)


def _in_force(facet: str, codes: Iterable[str], offered: Book, dropped: list[Dropped]) -> tuple[str, ...]:
    rows = offered.get(_KIND_OF.get(facet, ""), {})
    kept = []
    for code in codes:
        if code in rows:
            kept.append(code)
        else:
            dropped.append(Dropped(facet, code))
    return tuple(kept)


def sees(membership_id: int, belongs: Belonging, owner_id: int, place: Belonging, *, shared: bool) -> bool:
    """Whether somebody sees a saved search of the own unit: its owner, and when shared the people of the same place.

    Officer and contact see all threads of a unit, but not what their colleagues look for (our reading of ruling R13).
    """
    return owner_id == membership_id or (shared and place == belongs)


def require_room(own: int, shared_here: int, *, shared: bool) -> None:
    """Whether one more may be kept. Raises Invalid: "saved_full" of the form, "shared_full" on "shared".

    own: what the person has; shared_here: what is shared at the person's place. Neither counts the new one.
    """
    if own >= MOST_OWN:
        raise Invalid({"": ["saved_full"]}, most=MOST_OWN)
    if shared and shared_here >= MOST_SHARED:
        raise Invalid({"shared": ["shared_full"]}, most=MOST_SHARED)


@dataclass(frozen=True)
class Looks:
    """Months, as their first days. looked_in: of the last look; new_from: of the look in an earlier month."""

    looked_in: date
    new_from: date

    @staticmethod
    def first(on: date) -> "Looks":
        """When the search is saved."""
        return Looks(month_start(on), month_start(on))

    def again(self, on: date) -> "Looks":
        """After a look on a day. In one month the boundary stays, so that what is new does not vanish by looking."""
        month = month_start(on)
        return Looks(month, self.looked_in) if month > self.looked_in else self

    def newly(self, on: date) -> Narrowing:
        """Who is new for a look on a day: published in the month of the look before or later, and neither opened
        nor written to by the unit."""
        return Narrowing(unwritten=True, unopened=True, since=self.again(on).new_from)


def with_new(asked: Asked, looks: Looks, on: date) -> Narrowing:
    """The narrowing of a saved search that leaves only those who are new."""
    return replace(looks.newly(on), years=asked.narrowing.years)
