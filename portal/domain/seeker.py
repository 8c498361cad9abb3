"""Who a seeker (求職者) is: identity, school and range as the office types them.

Nothing of the identity is ever shown to an organisation (seed 004 S-Q2); it is stored sealed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.calendar.era import UnreadableDay, parse_day
from portal.calendar.period import end_of_month_after
from portal.domain.eligibility import (
    CompiledEligibility,
    SchoolFacts,
    SchoolStatus,
    check_school,
    compile_eligibility,
)
from portal.domain.entry import Gathered, Typed, choice, kana, line, mail, narrow, one, phone, ticked
from portal.domain.refusal import Invalid
from portal.domain.registration import Validity, check_validity, first_validity

LONGEST = {"name": 80, "kana": 80, "residence": 200, "employer": 100, "school": 100}
OLDEST_YEARS = 120
FARTHEST_MONTHS = 12
"""A registration is not recorded as valid for longer than this at a time: our guard against typing slips."""

_REGISTRATION_NUMBER = re.compile(r"([0-9]{5})-?([0-9]{6,8})")


class Sex(StrEnum):
    """As stated at the counter; may be left out. Never shown, never searched."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


@dataclass(frozen=True)
class Identity:
    """Everything that must never reach an organisation. Missing values are ""."""

    registration_number: str
    name: str
    kana: str
    birth_date: date
    sex: str = ""
    phone: str = ""
    mail: str = ""
    residence: str = ""
    employer: str = ""
    school: str = ""

    def texts(self) -> dict[str, str]:
        """Field by field as text; the birth date in ISO form."""
        return {name: str(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class School:
    """The school that the rule of seed 004 S-Q1 asks about; kind is None for no school that matters."""

    kind: str | None
    status: SchoolStatus
    graduated_on: date | None
    eligibility: CompiledEligibility


@dataclass(frozen=True)
class Range:
    """提供範囲: to whom the job-search data are shown (seed 004 S-Q3)."""

    private: bool
    municipal: bool


def read_day(typed: Typed, field: str) -> date:
    """A day in 西暦 or 和暦. Raises Invalid with the codes of portal.calendar.era.UnreadableDay."""
    try:
        return parse_day(one(typed, field))
    except UnreadableDay as unreadable:
        raise Invalid({field: [unreadable.reason]}) from None


def read_registration_number(typed: Typed, field: str = "registration_number") -> str:
    """求職番号 as 00000-00000000 (5 digits, then 6 to 8). Raises "missing", "bad_registration_number"."""
    text = narrow(line(typed, field, 60, needed=True)).replace(" ", "")
    found = _REGISTRATION_NUMBER.fullmatch(text)
    if not found:
        raise Invalid({field: ["bad_registration_number"]})
    return f"{found[1]}-{found[2]}"


def read_birth_date(typed: Typed, on: date, field: str = "birth_date") -> date:
    """Raises "in_future", "too_long_ago" and what `read_day` raises."""
    born = read_day(typed, field)
    if born >= on:
        raise Invalid({field: ["in_future"]})
    if (born.year + OLDEST_YEARS, born.month, born.day) < (on.year, on.month, on.day):
        raise Invalid({field: ["too_long_ago"]})
    return born


def read_identity(typed: Typed, on: date) -> Identity:
    """Read every field of the identity; raises Invalid with everything that is wrong."""
    faults = Gathered()
    identity = Identity(
        registration_number=faults.read("", read_registration_number, typed),
        name=faults.read("", line, typed, "name", LONGEST["name"], needed=True),
        kana=faults.read("", kana, typed, "kana", LONGEST["kana"]),
        birth_date=faults.read(on, read_birth_date, typed, on),
        sex=faults.read("", choice, typed, "sex", list(Sex)),
        phone=faults.read("", phone, typed, "phone"),
        mail=faults.read("", mail, typed, "mail"),
        residence=faults.read("", line, typed, "residence", LONGEST["residence"]),
        employer=faults.read("", line, typed, "employer", LONGEST["employer"]),
        school=faults.read("", line, typed, "school", LONGEST["school"]),
    )
    faults.settle()
    return identity


def read_school(typed: Typed, target_schools: Mapping[str, bool], on: date) -> School:
    """The school status; `target_schools` says for each kind of school whether it is a 対象学校.

    Raises Invalid: "missing", "unknown_code", "in_future" (an expected day is no graduation), "not_needed" (a
    kind of school for somebody without one), and what portal.domain.eligibility.check_school says.
    """
    faults = Gathered()
    word = faults.read("", choice, typed, "school_status", list(SchoolStatus), needed=True)
    status = SchoolStatus(word) if word else SchoolStatus.NONE
    needed = bool(word) and status is not SchoolStatus.NONE
    kind = faults.read("", choice, typed, "school_kind", target_schools, needed=needed)
    if word and kind and not needed:
        faults.add("school_kind", "not_needed")
    graduated_on = None
    if one(typed, "graduated_on").strip():
        graduated_on = faults.read(None, read_day, typed, "graduated_on")
        if graduated_on and graduated_on > on:
            faults.add("graduated_on", "in_future")
    faults.settle()
    facts = SchoolFacts(bool(kind) and target_schools[kind], status, graduated_on)
    check_school(facts)
    return School(kind or None, status, graduated_on, compile_eligibility(facts))


def read_range(typed: Typed) -> Range:
    """Raises Invalid "range_missing" (with neither, one is not in the service: seed 004 S-Q3), "yes_or_no"."""
    faults = Gathered()
    chosen = Range(
        faults.read(False, ticked, typed, "range_private"),
        faults.read(False, ticked, typed, "range_municipal"),
    )
    faults.settle()
    if not (chosen.private or chosen.municipal):
        raise Invalid({"range_private": ["range_missing"]})
    return chosen


def read_validity(typed: Typed, on: date) -> Validity:
    """First and last day of the registration, both typed. Raises "before_start", "too_far" and as `read_day`."""
    faults = Gathered()
    first = faults.read(on, read_day, typed, "valid_from")
    last = faults.read(on, read_day, typed, "valid_until")
    faults.settle()
    check_validity(first, last)
    if first > on:
        raise Invalid({"valid_from": ["in_future"]})
    if last > end_of_month_after(on, FARTHEST_MONTHS):
        raise Invalid({"valid_until": ["too_far"]})
    return Validity(first, last)


def read_first_validity(typed: Typed, on: date, default_months: int) -> Validity:
    """The validity of a new registration: from the day of 求職申込み, to the day typed or, without one, by the default.

    Only a 有効求職者 may take part (seed 004 S-Q1): raises "not_in_force" for a registration that is over already.
    """
    faults = Gathered()
    applied = faults.read(on, read_day, typed, "registered_on")
    if applied > on:
        faults.add("registered_on", "in_future")
    faults.settle()
    if one(typed, "valid_until").strip():
        validity = read_validity({**typed, "valid_from": applied.isoformat()}, on)
        field = "valid_until"
    else:
        validity = first_validity(applied, default_months)
        field = "registered_on"
    if validity.valid_until < on:
        raise Invalid({field: ["not_in_force"]})
    return validity
