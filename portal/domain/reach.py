"""The one rule on whether a unit reaches a seeker on a day: to find, to open and to write are the same
question.

Outside the portal there is one answer, reachable or not. Why not is nobody's business but the seeker's and
the office's (ruling R3): the unit sees 「現在、この方には送信できません」 whatever the cause.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.registration import in_force


class UnitClass(StrEnum):
    """The 申請区分 of a unit as the seeker's 提供範囲 (range) knows it; every 登録区分 maps to one."""

    PRIVATE = "private"  # 民間職業紹介事業者等
    # A contractor writing for a municipality counts as municipal (seed 004 P-Q4, P-Q7).
    MUNICIPAL = "municipal"  # 地方自治体等


class Cause(StrEnum):
    """Why a seeker is out of reach. Internal: never in an answer, a log or a page that a unit sees."""

    NO_PROFILE = "no_profile"
    REGISTRATION = "registration"
    SCHOOL = "school"
    RANGE = "range"
    TERMS = "terms"
    STOPPED = "stopped"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class ReachFacts:
    """One seeker as one unit meets them; the fields are the plain columns of the search filter.

    valid_from, valid_until: registration, both days included. eligible_from, never_eligible: the compiled
    school rule. terms_until: last day on which the version agreed to suffices, None = no limit
    (portal.domain.terms). published: a profile exists; a free text held by the office does not take the
    profile away. blocked: by this seeker, this unit.
    """

    valid_from: date
    valid_until: date
    eligible_from: date | None
    never_eligible: bool
    range_private: bool
    range_municipal: bool
    stopped: bool
    terms_until: date | None
    published: bool
    blocked: bool
    unit_class: UnitClass


def causes(facts: ReachFacts, on: date) -> frozenset[Cause]:
    """Everything that keeps the unit from the seeker on a day; empty = reachable. Never for the unit."""
    in_range = facts.range_private if facts.unit_class is UnitClass.PRIVATE else facts.range_municipal
    eligible = not facts.never_eligible and (facts.eligible_from is None or facts.eligible_from <= on)
    agreed = facts.terms_until is None or on <= facts.terms_until
    found = {
        Cause.NO_PROFILE: not facts.published,
        Cause.REGISTRATION: not in_force(facts.valid_from, facts.valid_until, on),
        Cause.SCHOOL: not eligible,
        Cause.RANGE: not in_range,
        Cause.TERMS: not agreed,
        Cause.STOPPED: facts.stopped,
        Cause.BLOCKED: facts.blocked,
    }
    return frozenset(cause for cause, holds in found.items() if holds)


def reachable(facts: ReachFacts, on: date) -> bool:
    """Whether the unit finds, opens and writes to the seeker on a day (seed 004 S-Q1, S-Q3, S-Q5; rulings R3,
    R10).

    The state of the seeker's sign-in account does not matter: a profile is offered by registration and
    consent.
    """
    return not causes(facts, on)
