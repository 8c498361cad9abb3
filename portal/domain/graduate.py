"""Who is a 新規大学卒業者等 (new university graduate and the like) on a day (seed 004 P-Q8).

The seed protects them and defines neither the word nor its 「等」. The wide reading is our decision (ruling R12, said on
the pages): whoever attends one of the schools below, and whoever has graduated from one, until the end of June of the
year of graduation, the same day on which the seed ends 新規卒業者 in S-Q1. Which kinds of school these are is a dated
table (the fact ``graduate`` of `school_kind`), not code; 専修学校 is among them, because a notice too many harms nobody.
"""

from dataclasses import dataclass
from datetime import date

from portal.domain.eligibility import SchoolStatus

OPEN_END = date.max
"""Last day of whoever is a student still, or has graduated on a day that nobody has recorded."""


@dataclass(frozen=True)
class GraduateFacts:
    """covered: the kind of school is one of the table. graduated_on: the day, None = not recorded."""

    covered: bool
    status: SchoolStatus
    graduated_on: date | None = None


def graduate_until(facts: GraduateFacts) -> date | None:
    """The last day on which somebody is one; None = on no day, `OPEN_END` = no end is known.

    A graduate whose day is not recorded stays one until the office records it: the safe side. Who graduates after June
    is one up to the day of graduation and not afterwards, as in S-Q1. Who left without graduating is none.
    """
    if not facts.covered:
        return None
    match facts.status:
        case SchoolStatus.NONE | SchoolStatus.LEFT:
            return None
        case SchoolStatus.STUDENT:
            return OPEN_END
        case SchoolStatus.GRADUATED:
            if facts.graduated_on is None:
                return OPEN_END
            return max(facts.graduated_on, date(facts.graduated_on.year, 6, 30))


def is_graduate(until: date | None, on: date) -> bool:
    """Whether somebody is a 新規大学卒業者等 on a day, by the day that `graduate_until` gave."""
    return until is not None and on <= until
