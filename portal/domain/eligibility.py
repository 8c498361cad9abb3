"""Who is left out by the school rule: pupils and new graduates of a 対象学校 (seed 004 S-Q1).

A 対象学校 is a school of 職業安定法 (Employment Security Act) art. 33-2(1)(i) other than a university or a
college of technology (高専). Left out are its 生徒 (pupils) and its 新規卒業者 (new graduates) up to the end
of June of the year of graduation. Which kinds of school these are is a dated table, not code; 専修学校 as not
left out is our reading (R12). Nobody is left out for being registered as a person with a disability: the seed
does not say so.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.refusal import Invalid


class SchoolStatus(StrEnum):
    """How a seeker stands to the school recorded last."""

    NONE = "none"  # no school that matters
    STUDENT = "student"  # 生徒, evening and correspondence courses too
    GRADUATED = "graduated"  # 卒業者
    LEFT = "left"  # left without graduating: neither 生徒 nor 卒業者


@dataclass(frozen=True)
class SchoolFacts:
    """target_school: the kind of school is a 対象学校. graduated_on: the day, once certain."""

    target_school: bool
    status: SchoolStatus
    graduated_on: date | None = None


@dataclass(frozen=True)
class CompiledEligibility:
    """The rule as two plain columns for the search filter.

    eligible_from: first eligible day, None = always. never: left out on every day until the office records
    more.
    """

    eligible_from: date | None
    never: bool

    @property
    def excluded_until(self) -> date | None:
        """The last day left out, for "対象外(…まで)"; None when never or always eligible."""
        return None if self.eligible_from is None else self.eligible_from - timedelta(days=1)

    def covers(self, on: date) -> bool:
        """What the search filter decides on a day."""
        return not self.never and (self.eligible_from is None or self.eligible_from <= on)


def is_eligible(facts: SchoolFacts, on: date) -> bool:
    """Whether the school rule lets a seeker take part on a day (seed 004 S-Q1), read literally.

    A pupil stays left out until the office records the graduation: an expected day is no graduation. The day
    of graduation itself still counts as a pupil's day (our reading, the safer one). Who graduates after June
    is a new graduate whose end of June has passed, hence eligible from the next day.
    """
    if not facts.target_school:
        return True
    match facts.status:
        case SchoolStatus.NONE | SchoolStatus.LEFT:
            return True
        case SchoolStatus.STUDENT:
            return False
        case SchoolStatus.GRADUATED:
            if facts.graduated_on is None or on <= facts.graduated_on:
                return False
            new_graduate = on.year == facts.graduated_on.year and on <= date(on.year, 6, 30)
            return not new_graduate


def compile_eligibility(facts: SchoolFacts) -> CompiledEligibility:
    """`is_eligible` for all days at once, as the columns the search filter reads."""
    if not facts.target_school or facts.status in (SchoolStatus.NONE, SchoolStatus.LEFT):
        return CompiledEligibility(eligible_from=None, never=False)
    if facts.status is SchoolStatus.STUDENT or facts.graduated_on is None:
        return CompiledEligibility(eligible_from=None, never=True)
    after_june = date(facts.graduated_on.year, 7, 1)
    return CompiledEligibility(max(facts.graduated_on + timedelta(days=1), after_june), never=False)


def check_school(facts: SchoolFacts) -> None:
    """Refuse a school record that contradicts itself, before it is stored.

    Raises Invalid on graduated_on: "missing" for a graduate of a 対象学校 without a day, "not_a_graduate" for
    a day of graduation given for somebody who is not recorded as a graduate.
    """
    if facts.status is SchoolStatus.GRADUATED:
        if facts.target_school and facts.graduated_on is None:
            raise Invalid({"graduated_on": ["missing"]})
    elif facts.graduated_on is not None:
        raise Invalid({"graduated_on": ["not_a_graduate"]})
