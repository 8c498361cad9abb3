"""The ハローワーク (Hello Work offices) whose desk can be chosen: one of the seeker's first, any other by choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.services import code
from portal.services.code import Choice
from portal.store import complaint_desk as desks


@dataclass(frozen=True)
class Region:
    """The offices of one 都道府県 (prefecture)."""

    prefecture: Choice | None
    offices: tuple[Choice, ...]


@dataclass(frozen=True)
class Offices:
    """first: the office that stands before all others, None where there is none of that kind. regions: all of them."""

    first: Choice | None
    regions: tuple[Region, ...]

    @property
    def codes(self) -> frozenset[str]:
        """Every code that can be chosen."""
        return frozenset(office.code for region in self.regions for office in region.offices)


def offices(session: Session, on: date, *, first: str = "", near: str = "") -> Offices:
    """What can be chosen on a day: offices where somebody works, for elsewhere nobody would read it.

    first: code of one office, which is there whoever works there; near: of a prefecture that comes before the others.
    """
    open_to = desks.staffed(session, on) | {first}
    found = [office for office in code.choices(session, "office", on) if office.code in open_to]
    prefectures = code.names(session, "prefecture")
    grouped: dict[str, list[Choice]] = {}
    for office in found:
        grouped.setdefault(office.parent or "", []).append(office)
    order = sorted(grouped, key=lambda each: (each != near, each))
    regions = tuple(Region(prefectures.get(each), tuple(grouped[each])) for each in order)
    return Offices(_of(found, first), regions)


def _of(found: Sequence[Choice], wanted: str) -> Choice | None:
    return next((office for office in found if office.code == wanted), None)
