"""Reading the steps of an application from a form or from paper, and showing them in the form again.

Each step is read as a whole and refused with everything that is wrong with it. Days are taken in 西暦 and 和暦. Lists
(branches, departments, contractors) come as ``branches-0-name``, ``branches-1-name`` and so on; empty rows are left
out.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.calendar.day import add_months
from portal.domain.application import Kind, Part, Step
from portal.domain.application_content import (
    Applicant,
    Branch,
    Change,
    Content,
    Contractors,
    Department,
    Ending,
    Organisation,
    People,
    Person,
    Places,
    Undertakings,
)
from portal.domain.entry import Gathered, Typed, choice, kana, line, mail, narrow, one, phone, several, ticked
from portal.domain.reach import UnitClass
from portal.domain.refusal import Invalid
from portal.domain.seeker import read_day
from portal.domain.unit import (
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_REASON,
    ContractorEntry,
    UnitNumber,
    read_class,
    read_contractor,
    read_corporation_number,
    read_number,
)

LONGEST_ADDRESS = 200
LONGEST_TITLE = 40
MOST_ROWS = 60
"""So many branches, departments or contractors in one application."""
FARTHEST_MONTHS = 12
"""Days of a change or an end lie at most so far from today: our guard against typing slips."""
FARTHEST_CONTRACT_MONTHS = 120
"""A contract began at most ten years ago and ends within ten years: the same guard."""
JOINT_ONLY = "contractor"
"""The 登録区分 of a contractor: it applies with its municipality, never by itself (seed 004 M-Q3)."""

_POSTAL_CODE = re.compile(r"([0-9]{3})-?([0-9]{4})")
_BRANCH = re.compile(r"[0-9]{1,4}")
_NOBODY = Person("", "", "", "", "")

FIELDS: Mapping[Step, tuple[str, ...]] = {
    Step.APPLICANT: ("unit_class", "registration_class", "bureau_code"),
    Step.ORGANISATION: (
        "name",
        "kana",
        "corporation_number",
        "number",
        "own_number",
        "basis",
        "postal_code",
        "address",
        "representative_title",
        "representative",
    ),
    Step.PEOPLE: tuple(
        f"{who}_{what}"
        for who in ("officer", "contact")
        for what in ("name", "kana", "department", "phone", "mail")
    ),
    Step.PLACES: (),
    Step.CONTRACTORS: (),
    Step.UNDERTAKINGS: ("antivirus", "terms", "correctness"),
    Step.CHANGE: ("day", "parts", "remark"),
    Step.ENDING: ("last_day", "reason"),
}
ROWS: Mapping[Step, Mapping[str, tuple[str, ...]]] = {
    Step.PLACES: {"branches": ("branch_number", "name", "until"), "departments": ("name", "until")},
    Step.CONTRACTORS: {"contractors": ("name", "corporation_number", "licence_number", "since", "until")},
}
"""The names of the fields of each step; of lists the names of each row's."""


@dataclass(frozen=True)
class Offered:
    """What may be chosen: bureaus; 登録区分 and legal bases with the class each belongs to."""

    bureaus: frozenset[str]
    classes: Mapping[str, UnitClass]
    bases: Mapping[str, UnitClass]


@dataclass(frozen=True)
class Reading:
    """What a step is read with: which procedure, of which class, what may be chosen, and today."""

    kind: Kind
    unit_class: UnitClass | None
    offered: Offered
    on: date


def with_step(content: Content, step: Step, typed: Typed, reading: Reading) -> Content:
    """The content with one step read anew. Raises Invalid with everything wrong with that step.

    Another class than before empties what depended on it, so that a number of the other class is never kept.
    """
    changed = content.with_step(step, _READERS[step](typed, reading))
    before, now = content.applicant, changed.applicant
    if before and now and before.unit_class is not now.unit_class:
        changed = changed.with_step(Step.ORGANISATION, None).with_step(Step.CONTRACTORS, None)
    return changed


def mentions(step: Step, typed: Typed) -> bool:
    """Whether anything was typed into a field of this step; for a paper that is entered in one go."""
    named = any(several(typed, name) for name in FIELDS[step])
    return named or any(_numbers(typed, name, columns) for name, columns in ROWS.get(step, {}).items())


def _applicant(typed: Typed, reading: Reading) -> Applicant:
    faults = Gathered()
    offered = reading.offered
    unit_class = faults.read(None, read_class, typed)
    chosen = faults.read("", choice, typed, "registration_class", offered.classes, needed=True)
    bureau = faults.read("", choice, typed, "bureau_code", offered.bureaus, needed=True)
    if chosen == JOINT_ONLY:
        faults.add("registration_class", "joint_only")
    elif chosen and unit_class and offered.classes[chosen] is not unit_class:
        faults.add("registration_class", "other_class")
    faults.settle()
    assert unit_class is not None  # noqa: S101 -- narrows: without one it was refused above
    return Applicant(unit_class, chosen, bureau)


def _organisation(typed: Typed, reading: Reading) -> Organisation:
    faults = Gathered()
    unit_class = reading.unit_class
    if unit_class is None:
        raise Invalid({"number": ["class_first"]})
    number = faults.read(UnitNumber(""), read_number, typed, "number", unit_class)
    own = UnitNumber("")
    if unit_class is UnitClass.MUNICIPAL and one(typed, "own_number").strip():
        own = faults.read(own, read_number, typed, "own_number", unit_class)
    bases = [basis for basis, known in reading.offered.bases.items() if known is unit_class]
    read = Organisation(
        name=faults.read("", line, typed, "name", LONGEST_NAME, needed=True),
        kana=faults.read("", kana, typed, "kana", LONGEST_NAME),
        corporation_number=faults.read("", read_corporation_number, typed, "corporation_number"),
        number=number.number,
        branch=number.branch,
        own_number=own.number,
        basis=faults.read("", choice, typed, "basis", bases, needed=True),
        postal_code=faults.read("", _postal_code, typed, "postal_code"),
        address=faults.read("", line, typed, "address", LONGEST_ADDRESS, needed=True),
        representative_title=faults.read("", line, typed, "representative_title", LONGEST_TITLE),
        representative=faults.read("", line, typed, "representative", LONGEST_NAME, needed=True),
    )
    faults.settle()
    return read


def _postal_code(typed: Typed, field: str) -> str:
    text = narrow(one(typed, field)[:LONGEST_TITLE]).lstrip("〒").replace(" ", "")
    found = _POSTAL_CODE.fullmatch(text)
    if text and not found:
        raise Invalid({field: ["bad_postal_code"]})
    return f"{found[1]}-{found[2]}" if found else ""


def _people(typed: Typed, reading: Reading) -> People:
    faults = Gathered()
    read = People(
        faults.read(_NOBODY, _person, typed, "officer"), faults.read(_NOBODY, _person, typed, "contact")
    )
    faults.settle()
    return read


def _person(typed: Typed, who: str) -> Person:
    faults = Gathered()
    read = Person(
        name=faults.read("", line, typed, f"{who}_name", LONGEST_NAME, needed=True),
        kana=faults.read("", _reading, typed, f"{who}_kana"),
        department=faults.read("", line, typed, f"{who}_department", LONGEST_TITLE),
        phone=faults.read("", phone, typed, f"{who}_phone"),
        mail=faults.read("", mail, typed, f"{who}_mail"),
    )
    if not any(one(typed, f"{who}_{field}").strip() for field in ("phone", "mail")):
        faults.add(f"{who}_phone", "phone_or_mail")
    if len(read.reached) > LONGEST_CONTACT:
        faults.add(f"{who}_mail", "too_long")
    faults.settle()
    return read


def _reading(typed: Typed, field: str) -> str:
    return kana(typed, field, LONGEST_NAME) if one(typed, field).strip() else ""


def _places(typed: Typed, reading: Reading) -> Places:
    faults = Gathered()
    branches = [
        (prefix, faults.read(Branch("", ""), _branch, typed, prefix, reading))
        for prefix in _prefixes(typed, "branches", ROWS[Step.PLACES]["branches"], faults)
    ]
    departments = [
        (prefix, faults.read(Department(""), _department, typed, prefix, reading))
        for prefix in _prefixes(typed, "departments", ROWS[Step.PLACES]["departments"], faults)
    ]
    _twice(faults, [(f"{prefix}branch_number", branch.branch_number) for prefix, branch in branches])
    _twice(faults, [(f"{prefix}name", department.name) for prefix, department in departments])
    faults.settle()
    return Places(tuple(row for _, row in branches), tuple(row for _, row in departments))


def _branch(typed: Typed, prefix: str, reading: Reading) -> Branch:
    faults = Gathered()
    number = faults.read("", line, typed, f"{prefix}branch_number", LONGEST_TITLE, needed=True)
    if number and not _BRANCH.fullmatch(narrow(number)):
        faults.add(f"{prefix}branch_number", "bad_branch_number")
    name = faults.read("", line, typed, f"{prefix}name", LONGEST_NAME, needed=True)
    until = faults.read(None, _last_day_of_row, typed, f"{prefix}until", reading)
    faults.settle()
    return Branch(narrow(number), name, until)


def _department(typed: Typed, prefix: str, reading: Reading) -> Department:
    faults = Gathered()
    name = faults.read("", line, typed, f"{prefix}name", LONGEST_NAME, needed=True)
    until = faults.read(None, _last_day_of_row, typed, f"{prefix}until", reading)
    faults.settle()
    return Department(name, until)


def _last_day_of_row(typed: Typed, field: str, reading: Reading) -> date | None:
    if not one(typed, field).strip():
        return None
    if reading.kind is not Kind.CHANGE:
        raise Invalid({field: ["only_in_a_change"]})
    return _near_day(typed, field, reading.on)


def _contractors(typed: Typed, reading: Reading) -> Contractors:
    if reading.unit_class is not UnitClass.MUNICIPAL:
        raise Invalid({"contractors": ["private_unit"]})
    faults = Gathered()
    read: list[tuple[str, ContractorEntry | None]] = [
        (prefix, faults.read(None, _contractor, typed, prefix, reading.on))
        for prefix in _prefixes(typed, "contractors", ROWS[Step.CONTRACTORS]["contractors"], faults)
    ]
    entries: list[ContractorEntry] = []
    for prefix, entry in read:
        if entry is None:
            continue
        # The same contractor with a later contract is another row; two contracts at a time are a slip.
        if any(
            known.licence_number == entry.licence_number
            and known.since <= entry.until
            and entry.since <= known.until
            for known in entries
        ):
            faults.add(f"{prefix}licence_number", "twice")
        entries.append(entry)
    faults.settle()
    return Contractors(tuple(entries))


def _contractor(typed: Typed, prefix: str, on: date) -> ContractorEntry:
    names = ROWS[Step.CONTRACTORS]["contractors"]
    try:
        entry = read_contractor({name: one(typed, f"{prefix}{name}") for name in names})
    except Invalid as invalid:
        errors = {f"{prefix}{name}": codes for name, codes in invalid.errors.items()}
        raise Invalid(errors, **invalid.facts) from None
    faults = Gathered()
    if entry.since < add_months(on, -FARTHEST_CONTRACT_MONTHS):
        faults.add(f"{prefix}since", "too_long_ago")
    if entry.until > add_months(on, FARTHEST_CONTRACT_MONTHS):
        faults.add(f"{prefix}until", "too_far")
    faults.settle()
    return entry


def _undertakings(typed: Typed, reading: Reading) -> Undertakings:
    """All must be given; in a change only that what is written is true."""
    faults = Gathered()
    needed = ("correctness",) if reading.kind is Kind.CHANGE else ("antivirus", "terms", "correctness")
    given = {
        name: name in needed and faults.read(True, ticked, typed, name) for name in FIELDS[Step.UNDERTAKINGS]
    }
    for name in needed:
        if not given[name]:
            faults.add(name, "must_be_given")
    faults.settle()
    return Undertakings(**given)


def _change(typed: Typed, reading: Reading) -> Change:
    faults = Gathered()
    day = faults.read(reading.on, _near_day, typed, "day", reading.on)
    known = [part.value for part in Part]
    chosen = several(typed, "parts")
    if not chosen:
        faults.add("parts", "missing")
    elif any(part not in known for part in chosen):
        faults.add("parts", "unknown_code")
    elif Part.CONTRACTORS in chosen and reading.unit_class is not UnitClass.MUNICIPAL:
        faults.add("parts", "private_unit")
    remark = faults.read("", line, typed, "remark", LONGEST_REASON)
    faults.settle()
    return Change(day, frozenset(map(Part, chosen)), remark)


def _ending(typed: Typed, reading: Reading) -> Ending:
    faults = Gathered()
    day = faults.read(reading.on, _near_day, typed, "last_day", reading.on)
    reason = faults.read("", line, typed, "reason", LONGEST_REASON, needed=True)
    faults.settle()
    return Ending(day, reason)


def _near_day(typed: Typed, field: str, on: date) -> date:
    """A day at most a year from today. Raises "too_far", "too_long_ago", and as ``read_day``."""
    day = read_day(typed, field)
    if day > add_months(on, FARTHEST_MONTHS):
        raise Invalid({field: ["too_far"]})
    if day < add_months(on, -FARTHEST_MONTHS):
        raise Invalid({field: ["too_long_ago"]})
    return day


def _numbers(typed: Typed, name: str, columns: Iterable[str]) -> list[int]:
    """The numbers of the rows of a list in which something stands."""
    row = re.compile(rf"{name}-([0-9]{{1,4}})-(?:{'|'.join(columns)})")
    found = {int(match[1]) for key in typed if (match := row.fullmatch(key)) and one(typed, key).strip()}
    return sorted(found)


def _prefixes(typed: Typed, name: str, columns: Iterable[str], faults: Gathered) -> list[str]:
    numbers = _numbers(typed, name, columns)
    if len(numbers) > MOST_ROWS:
        faults.add(name, "too_many_rows")
    return [f"{name}-{number}-" for number in numbers[:MOST_ROWS]]


def _twice(faults: Gathered, values: Iterable[tuple[str, str]]) -> None:
    seen: set[str] = set()
    for field, value in values:
        if value and value in seen:
            faults.add(field, "twice")
        seen.add(value)


_READERS: Mapping[Step, Callable[[Typed, Reading], object]] = {
    Step.APPLICANT: _applicant,
    Step.ORGANISATION: _organisation,
    Step.PEOPLE: _people,
    Step.PLACES: _places,
    Step.CONTRACTORS: _contractors,
    Step.UNDERTAKINGS: _undertakings,
    Step.CHANGE: _change,
    Step.ENDING: _ending,
}


def typed_of(content: Content, step: Step) -> dict[str, str | list[str]]:
    """What a form shows of a step that is filled in; reading it again gives the same. Empty for one that is not."""
    read = getattr(content, step.value)
    if read is None:
        return {}
    if isinstance(read, People):
        return {
            f"{who}_{name}": value
            for who, person in (("officer", read.officer), ("contact", read.contact))
            for name, value in vars(person).items()
        }
    shown: dict[str, str | list[str]] = {}
    for name, value in vars(read).items():
        if isinstance(value, tuple):
            shown |= {
                f"{name}-{n}-{key}": _text(cell)
                for n, row in enumerate(value)
                for key, cell in vars(row).items()
            }
        elif isinstance(value, frozenset):
            shown[name] = sorted(value)
        elif name not in ("branch",):
            shown[name] = _text(value)
    if isinstance(read, Organisation) and read.branch:
        shown["number"] = f"{read.number}-{read.branch}"
    return shown


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
