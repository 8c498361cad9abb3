"""Reading what a 利用申請 (application for use) says: the number that makes a unit, and its approved record.

A unit is one 申請区分 and one 許可・届出番号 without its 枝番 (branch number): branch offices and departments are part of
it and share its messages (seed 004 P-Q3, P-Q6). A public body is known by the code of the body (M-Q5). That a second
application under the same number joins the first unit is our default (ruling R2).
"""

import re
from dataclasses import dataclass
from datetime import date

from portal.domain.entry import Gathered, Typed, choice, kana, line, narrow, one
from portal.domain.folding import compact
from portal.domain.quota import LIMIT_PER_DAY
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid
from portal.domain.seeker import read_day

LONGEST_NAME = 100
LONGEST_CONTACT = 200
LONGEST_REASON = 500
CORPORATION_DIGITS = 13

# 13-ユ-300001, with or without hyphens and branch number; ユ paid, ム free, 特 special corporation, 地 public body in
# common use. The letters are not verified, so any one letter is taken.
_LICENCE = re.compile(r"([0-9]{2})-?([^\W0-9_])-?([0-9]{6})(?:-([0-9]{1,4}))?")
_BODY = re.compile(r"[0-9]{2,6}|[0-9A-Z]{2,20}(?:-[0-9A-Z]{1,20})*")


@dataclass(frozen=True)
class UnitNumber:
    """number: what makes the unit. branch: the 枝番 that was typed with it, "" without one."""

    number: str
    branch: str = ""


@dataclass(frozen=True)
class Record:
    """The approved record; "" = none. Without an officer (個人情報管理・苦情処理責任者) nothing can be sent."""

    name: str
    kana: str
    corporation_number: str
    officer_name: str
    officer_contact: str
    contact_name: str
    contact_contact: str

    @property
    def search_key(self) -> str:
        """What the directory searches and sorts by: the reading before the name."""
        return search_key(self.name, self.kana)


@dataclass(frozen=True)
class ContractorEntry:
    """A 受託団体 (連名申請者) and the period it was applied for, both days included."""

    name: str
    corporation_number: str
    licence_number: str
    since: date
    until: date


def search_key(name: str, reading: str = "") -> str:
    """Name and reading folded, so that every spelling finds them and nothing is found across the two."""
    return f"{compact(reading) or compact(name)}\n{compact(name)}"


def read_number(typed: Typed, field: str, unit_class: UnitClass) -> UnitNumber:
    """The number of a unit in one spelling. Raises Invalid: "missing", "bad_number"."""
    text = re.sub(r"\s", "", narrow(one(typed, field)[:LONGEST_NAME])).upper()
    if not text:
        raise Invalid({field: ["missing"]})
    if unit_class is UnitClass.MUNICIPAL and _BODY.fullmatch(text):
        return UnitNumber(text)
    found = _LICENCE.fullmatch(text)
    if found is None:
        raise Invalid({field: ["bad_number"]})
    return UnitNumber("-".join(found.group(1, 2, 3)), found[4] or "")


def read_corporation_number(typed: Typed, field: str) -> str:
    """法人番号, 13 digits; "" for none. Its check digit is not looked at. Raises Invalid: "bad_corporation_number"."""
    text = narrow(one(typed, field)[:LONGEST_NAME]).replace("-", "").replace(" ", "")
    if text and not (len(text) == CORPORATION_DIGITS and text.isdigit()):
        raise Invalid({field: ["bad_corporation_number"]})
    return text


def read_record(typed: Typed) -> Record:
    """The approved record from a form or a command; raises Invalid with everything wrong at once.

    "one_without_other" when only one of an officer's name and contact is given.
    """
    faults = Gathered()
    read = Record(
        name=faults.read("", line, typed, "name", LONGEST_NAME, needed=True),
        kana=faults.read("", _reading, typed, "kana"),
        corporation_number=faults.read("", read_corporation_number, typed, "corporation_number"),
        officer_name=faults.read("", line, typed, "officer_name", LONGEST_NAME),
        officer_contact=faults.read("", line, typed, "officer_contact", LONGEST_CONTACT),
        contact_name=faults.read("", line, typed, "contact_name", LONGEST_NAME),
        contact_contact=faults.read("", line, typed, "contact_contact", LONGEST_CONTACT),
    )
    pairs = (("officer_name", "officer_contact"), ("contact_name", "contact_contact"))
    for first, second in pairs:
        given = [bool(one(typed, field).strip()) for field in (first, second)]
        if any(given) and not all(given):
            faults.add(second if given[0] else first, "one_without_other")
    faults.settle()
    return read


def _reading(typed: Typed, field: str) -> str:
    return kana(typed, field, LONGEST_NAME) if one(typed, field).strip() else ""


def read_contractor(typed: Typed) -> ContractorEntry:
    """A contractor. Raises Invalid with everything wrong at once; "before_start" for a period that ends too early.

    It must hold a licence or notification of its own (seed 004 M-Q3).
    """
    faults = Gathered()
    name = faults.read("", line, typed, "name", LONGEST_NAME, needed=True)
    corporation = faults.read("", read_corporation_number, typed, "corporation_number")
    number = faults.read(UnitNumber(""), read_number, typed, "licence_number", UnitClass.PRIVATE)
    since, until = faults.read((date.min, date.max), read_days, typed, "since", "until")
    faults.settle()
    return ContractorEntry(name, corporation, number.number, since, until)


def read_class(typed: Typed, field: str = "unit_class") -> UnitClass:
    """申請区分. Raises Invalid: "missing", "unknown_code"."""
    return UnitClass(choice(typed, field, [unit_class.value for unit_class in UnitClass], needed=True))


def read_limit(typed: Typed, field: str) -> int:
    """Messages a day, 0 to 1,000: lowered or back at the seed's number, never above it (seed 004 P-Q6, ruling R1).

    Raises Invalid: "missing", "not_a_number", "above_limit" (facts: most).
    """
    text = narrow(one(typed, field)[:LONGEST_NAME]).replace(",", "")
    if not text:
        raise Invalid({field: ["missing"]})
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Invalid({field: ["not_a_number"]})
    if int(text) > LIMIT_PER_DAY:
        raise Invalid({field: ["above_limit"]}, most=LIMIT_PER_DAY)
    return int(text)


def read_days(typed: Typed, first: str = "valid_from", last: str = "valid_until") -> tuple[date, date]:
    """A span of days, both included. Raises Invalid with everything wrong at once; "before_start" on the last one."""
    faults = Gathered()
    span = (faults.read(date.min, read_day, typed, first), faults.read(date.max, read_day, typed, last))
    if span[1] < span[0]:
        faults.add(last, "before_start")
    faults.settle()
    return span
