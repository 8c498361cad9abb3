"""What an application says, step by step; what is missing of it; and how it is kept."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from portal.domain.application import Kind, Part, Step, steps_of
from portal.domain.reach import UnitClass
from portal.domain.unit import ContractorEntry, Record, search_key

_MAIL = re.compile(r"(?:メール\s*)?(?P<value>[A-Za-z0-9._%+'-]+@[A-Za-z0-9.-]+)")
_PHONE = re.compile(r"(?:電話\s*)?(?P<value>\+?[0-9]+(?:-[0-9]+){1,3})")


@dataclass(frozen=True)
class Applicant:
    """Who applies, as what, and at which bureau."""

    unit_class: UnitClass
    registration_class: str
    bureau_code: str


@dataclass(frozen=True)
class Organisation:
    """number: what makes the unit, without 枝番; branch: the 枝番 typed with it. own_number: a public body's own."""

    name: str
    kana: str
    corporation_number: str
    number: str
    branch: str
    own_number: str
    basis: str
    postal_code: str
    address: str
    representative_title: str
    representative: str


@dataclass(frozen=True)
class Person:
    """Somebody of the organisation and how to reach them; phone or mail may be missing, not both."""

    name: str
    kana: str
    department: str
    phone: str
    mail: str

    @property
    def reached(self) -> str:
        """As it stands in the approved record and in the first message to a seeker."""
        parts = (self.department, self.phone and f"電話 {self.phone}", self.mail and f"メール {self.mail}")
        return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class People:
    """officer: 個人情報管理・苦情処理責任者. contact: 連絡責任者. They may be the same person."""

    officer: Person
    contact: Person


@dataclass(frozen=True)
class Branch:
    """A branch office under the same number. until: its last day, in a change that ends it."""

    branch_number: str
    name: str
    until: date | None = None


@dataclass(frozen=True)
class Department:
    """A department that will use the service. until: its last day, in a change that ends it."""

    name: str
    until: date | None = None


@dataclass(frozen=True)
class Places:
    """Branches and departments; all share the unit's messages (seed 004 P-Q6, M-Q5)."""

    branches: tuple[Branch, ...] = ()
    departments: tuple[Department, ...] = ()


@dataclass(frozen=True)
class Contractors:
    """受託団体 as joint applicants (連名申請者, seed 004 M-Q3)."""

    contractors: tuple[ContractorEntry, ...] = ()


@dataclass(frozen=True)
class Undertakings:
    """antivirus: seed 004 P-Q1, M-Q1. terms: those of use. correctness: that what is written is true."""

    antivirus: bool
    terms: bool
    correctness: bool


@dataclass(frozen=True)
class Change:
    """day: from when. parts: what changes; only those steps are filled in."""

    day: date
    parts: frozenset[Part]
    remark: str


@dataclass(frozen=True)
class Ending:
    """利用停止: the last day of use, and why."""

    last_day: date
    reason: str


@dataclass(frozen=True)
class Content:
    """Everything an application says; None for a step that is not filled in yet."""

    applicant: Applicant | None = None
    organisation: Organisation | None = None
    people: People | None = None
    places: Places | None = None
    contractors: Contractors | None = None
    undertakings: Undertakings | None = None
    change: Change | None = None
    ending: Ending | None = None

    def with_step(self, step: Step, value: object) -> "Content":
        """The same with one step filled in."""
        return Content(**{**vars(self), step.value: value})

    @property
    def parts(self) -> frozenset[Part]:
        """What a change is about."""
        return self.change.parts if self.change else frozenset()


@dataclass(frozen=True)
class Missing:
    """A step that is not done. reason: "not_filled_in"."""

    step: Step
    reason: str


def missing(kind: Kind, unit_class: UnitClass | None, content: Content) -> tuple[Missing, ...]:
    """What is still needed before it can be printed or approved, step by step; nothing when it is complete."""
    steps = steps_of(kind, unit_class, content.parts)
    return tuple(Missing(step, "not_filled_in") for step in steps if getattr(content, step.value) is None)


def lookup(organisation: Organisation) -> dict[str, str | None]:
    """The little that lists and the search for second applications need in clear (ruling R2); None = none."""
    return {
        "unit_number": organisation.number,
        "corporation_number": organisation.corporation_number or None,
        "name": organisation.name,
        "search_key": search_key(organisation.name, organisation.kana),
    }


def record_of(organisation: Organisation, people: People) -> Record:
    """The approved record that this becomes with the bureau's entry, and not before."""
    named = Record(organisation.name, organisation.kana, organisation.corporation_number, "", "", "", "")
    return with_people(named, people)


def with_people(record: Record, people: People) -> Record:
    """The record with officer and contact as an application names them."""
    return replace(
        record,
        officer_name=people.officer.name,
        officer_contact=people.officer.reached,
        contact_name=people.contact.name,
        contact_contact=people.contact.reached,
    )


def person_from(name: str, reached: str, known: Iterable[Person]) -> Person:
    """The person behind two fields of the record: one known from an application, else what can be told apart.

    Mail and telephone are found by their form; what is left is the department.
    """
    for person in known:
        if (person.name, person.reached) == (name, reached):
            return person
    rest, parts = reached, {"mail": "", "phone": ""}
    for field, form in (("mail", _MAIL), ("phone", _PHONE)):
        found = form.search(rest)
        if found:
            parts[field] = found["value"]
            rest = rest.replace(found[0], " ")
    return Person(name, "", " ".join(rest.split()), parts["phone"], parts["mail"])


def pack(content: Content) -> str:
    """As it is sealed."""
    return json.dumps(asdict(content), default=_plain, ensure_ascii=False, sort_keys=True)


def unpack(text: str) -> Content:
    """The content again; the text is one that ``pack`` wrote."""
    told = json.loads(text)
    return Content(**{name: None if told[name] is None else made(told[name]) for name, made in _MADE.items()})


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not kept")


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _contractor(told: dict[str, Any]) -> ContractorEntry:
    days = {name: date.fromisoformat(told[name]) for name in ("since", "until")}
    return ContractorEntry(**{**told, **days})


_MADE: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "applicant": lambda told: Applicant(**{**told, "unit_class": UnitClass(told["unit_class"])}),
    "organisation": lambda told: Organisation(**told),
    "people": lambda told: People(Person(**told["officer"]), Person(**told["contact"])),
    "places": lambda told: Places(
        tuple(Branch(**{**row, "until": _day(row["until"])}) for row in told["branches"]),
        tuple(Department(**{**row, "until": _day(row["until"])}) for row in told["departments"]),
    ),
    "contractors": lambda told: Contractors(tuple(map(_contractor, told["contractors"]))),
    "undertakings": lambda told: Undertakings(**told),
    "change": lambda told: Change(
        date.fromisoformat(told["day"]), frozenset(map(Part, told["parts"])), told["remark"]
    ),
    "ending": lambda told: Ending(date.fromisoformat(told["last_day"]), told["reason"]),
}
