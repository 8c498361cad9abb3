"""The demo as it is written down in config/demo: who there is, and what happened. Nothing is stored here."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.calendar.day import day_start, jst_day

LONGEST_AGO = 60
"""No step is farther back than so many days before the loading."""

_BETWEEN = re.compile(r"(\d{1,2}) (\d\d):(\d\d)")


@dataclass(frozen=True)
class Words:
    """How a sign-in is printed: who it is, and what to try."""

    who_ja: str
    who_en: str
    try_ja: str
    try_en: str


@dataclass(frozen=True)
class Clerk:
    """Somebody at a ハローワーク, or at a 労働局. office, bureau: the code of the one or the other, "" = none."""

    sign_in: str
    name: str
    office: str
    bureau: str
    words: Words


@dataclass(frozen=True)
class Membership:
    """A person's place in a unit. department: its name; contractor: its licence number; "" = none."""

    unit: str
    role: str
    department: str = ""
    contractor: str = ""


@dataclass(frozen=True)
class Application:
    """A 利用申請 that came on paper. typed: what it says; checked: items found in order; asked_back: what was asked, "" =
    nothing."""

    bureau: str
    at: str
    typed: Mapping[str, str]
    checked: tuple[str, ...]
    asked_back: str


@dataclass(frozen=True)
class Person:
    """Somebody of an organisation. words: None for a sign-in that is not printed."""

    sign_in: str
    name: str
    memberships: tuple[Membership, ...]
    words: Words | None


@dataclass(frozen=True)
class Unit:
    """An organisation. typed: the form of the bureau's approval; suspended: when, "" = never; days: how long it is
    still valid from the loading, None = for years."""

    key: str
    typed: Mapping[str, str]
    branches: tuple[tuple[str, str], ...]
    departments: tuple[str, ...]
    contractors: tuple[Mapping[str, str], ...]
    reserve: int
    days: int | None
    suspended: str
    suspension_reason: str

    @property
    def name(self) -> str:
        """The name people read."""
        return self.typed["name"]

    @property
    def ref(self) -> str:
        """How the operator names it: a class may share its number with the other."""
        return f"{self.typed['unit_class']}:{self.typed['number']}"


@dataclass(frozen=True)
class Seeker:
    """A job seeker. typed: the office's form without days, range and terms. Days as in config/demo/seekers.toml."""

    number: int
    typed: Mapping[str, str | Sequence[str]]
    office: str
    days: int
    ended: int | None
    short: bool
    range: str
    narrowed: int | None
    graduated: bool
    activated: int | None
    sign_in: str
    words: Words | None

    @property
    def born(self) -> date:
        """The birth date, asked with every code."""
        return date.fromisoformat(str(self.typed["birth_date"]))


@dataclass(frozen=True)
class Step:
    """One step of a thread; act is say, answer, outcome, read, to_department, block or stop, and value what it says."""

    at: str
    act: str
    value: str
    text: str
    by: str


@dataclass(frozen=True)
class Thread:
    """What happened between a unit and a seeker. by: who of the unit writes where a step does not say."""

    unit: str
    by: str
    to: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Batch:
    """One text to several people."""

    unit: str
    by: str
    to: tuple[int, ...]
    at: str
    say: str


@dataclass(frozen=True)
class Kept:
    """A text (文例) or a search that somebody keeps. words, prefecture: of the search."""

    unit: str
    by: str
    at: str
    name: str
    text: str = ""
    words: tuple[str, ...] = ()
    prefecture: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """All of it."""

    password: str
    operator: tuple[str, str]
    clerks: tuple[Clerk, ...]
    units: tuple[Unit, ...]
    applications: tuple[Application, ...]
    people: tuple[Person, ...]
    seekers: tuple[Seeker, ...]
    threads: tuple[Thread, ...]
    batches: tuple[Batch, ...]
    kept_texts: tuple[Kept, ...]
    kept_searches: tuple[Kept, ...]

    def unit(self, key: str) -> Unit:
        """The unit with a key. Raises StopIteration for a key that is not written down."""
        return next(unit for unit in self.units if unit.key == key)


@dataclass(frozen=True)
class Calendar:
    """Turns "18 10:20" into an instant before ``now``.

    There must be terms to agree to: where the story would begin before ``first_day``, all of it moves nearer in
    proportion.
    """

    now: datetime
    first_day: date

    def planned(self, at: str) -> datetime:
        """The instant as it is written down; by these the steps are ordered."""
        found = _BETWEEN.fullmatch(at)
        if found is None:
            return self.now - timedelta(minutes=int(at))
        days, hour, minute = (int(number) for number in found.groups())
        return day_start(self._today - timedelta(days=days)) + timedelta(hours=hour, minutes=minute)

    def moment(self, planned: datetime) -> datetime:
        """The instant at which it happens."""
        back, possible = self.now - planned, (self._today - self.first_day).days
        if possible <= LONGEST_AGO:
            back *= max(0, possible) / (LONGEST_AGO + 1)
        return self.now - back

    def day(self, days: int) -> date:
        """The day so many days before the loading."""
        return jst_day(self.moment(self.planned(f"{days} 12:00")))

    def office_days(self, days: int) -> int:
        """The same, where that is on a weekend the Friday before it: offices are closed then."""
        return days + max(0, (self._today - timedelta(days=days)).weekday() - 4)

    @property
    def _today(self) -> date:
        return jst_day(self.now)


def read(story: bytes, seekers: bytes) -> Story:
    """Read story.toml and seekers.toml. Raises tomllib.TOMLDecodeError, KeyError, TypeError when they are not whole."""
    told = tomllib.loads(story.decode("utf-8"))
    words = {name: Words(**found) for name, found in told["seeker_words"].items()}
    return Story(
        password=told["password"],
        operator=(told["operator"]["sign_in"], told["operator"]["name"]),
        clerks=tuple(_clerk(found) for found in told["clerk"]),
        units=tuple(_unit(found) for found in told["unit"]),
        applications=tuple(_application(found) for found in told["application"]),
        people=tuple(_person(found) for found in told["person"]),
        seekers=tuple(_seeker(found, words) for found in tomllib.loads(seekers.decode("utf-8"))["seeker"]),
        threads=tuple(_thread(found) for found in told["thread"]),
        batches=tuple(Batch(**found | {"to": tuple(found["to"])}) for found in told["batch"]),
        kept_texts=tuple(Kept(**found | {"text": found["text"].strip()}) for found in told["kept_text"]),
        kept_searches=tuple(_search(found) for found in told["kept_search"]),
    )


def _words(found: Mapping[str, Any]) -> Words:
    return Words(found["who_ja"], found["who_en"], found["try_ja"], found["try_en"])


def _clerk(found: Mapping[str, Any]) -> Clerk:
    return Clerk(
        found["sign_in"], found["name"], found.get("office", ""), found.get("bureau", ""), _words(found)
    )


def _person(found: Mapping[str, Any]) -> Person:
    memberships = tuple(Membership(**one) for one in found["memberships"])
    words = _words(found) if found.get("listed", True) else None
    return Person(found["sign_in"], found["name"], memberships, words)


_APPROVED = ("unit_class", "number", "name", "kana", "corporation_number")
_PEOPLE = ("officer_name", "officer_contact", "contact_name", "contact_contact")


def _unit(found: Mapping[str, Any]) -> Unit:
    typed = {field: found[field] for field in _APPROVED} | {field: found.get(field, "") for field in _PEOPLE}
    return Unit(
        key=found["key"],
        typed=typed | {"bureau_code": found["bureau"]},
        branches=tuple((number, name) for number, name in found.get("branches", ())),
        departments=tuple(found.get("departments", ())),
        contractors=tuple(found.get("contractor", ())),
        reserve=found.get("reserve", 0),
        days=found.get("days"),
        suspended=found.get("suspended", ""),
        suspension_reason=found.get("suspension_reason", ""),
    )


def _application(found: Mapping[str, Any]) -> Application:
    return Application(
        found["bureau"],
        found["at"],
        found["typed"],
        tuple(found.get("checked", ())),
        found.get("asked_back", "").strip(),
    )


_RESIDENCES = {"X1301": "東京都架空区見本町1丁目1番", "X2701": "大阪府架空市見本町2丁目2番"}
_SAME = ("name", "kana", "sex", "employment", "times", "education")
_OPTIONAL = ("employer", "school", "pr", "school_kind")


def _seeker(found: Mapping[str, Any], words: Mapping[str, Words]) -> Seeker:
    number = int(found["number"].rpartition("-")[2])
    typed: dict[str, str | Sequence[str]] = {field: found.get(field, "") for field in _SAME}
    typed |= {field: found.get(field, "").strip() for field in _OPTIONAL}
    typed |= {
        "registration_number": found["number"],
        "birth_date": found["born"].isoformat(),
        "phone": "00-0000-0000",
        "mail": f"seeker{number}@example.jp",
        "residence": _RESIDENCES[found["office"]],
        "licences": found.get("licences", []),
        "experience_text": found.get("work", ""),
        "school_status": found.get("school_status", "none"),
    }
    for field in ("occupation", "place"):
        typed |= {f"{field}_{n}": code for n, code in enumerate(found[field], 1)}
    for code in found.get("wage", ()):
        typed["wage_month" if code.startswith("M") else "wage_hour"] = code
    for n, (code, years) in enumerate(found.get("experience", ()), 1):
        typed |= {f"experience_{n}": code, f"experience_years_{n}": years}
    return Seeker(
        number=number,
        typed=typed,
        office=found["office"],
        days=found["days"],
        ended=found.get("ended"),
        short=found.get("short", False),
        range=found.get("range", "both"),
        narrowed=found.get("narrowed"),
        graduated=typed["school_status"] == "graduated",
        activated=found.get("activated"),
        sign_in=found.get("sign_in", ""),
        words=words.get(found.get("sign_in", "")),
    )


def _search(found: Mapping[str, Any]) -> Kept:
    lists = {field: tuple(found.get(field, ())) for field in ("words", "prefecture")}
    return Kept(**{**found, **lists})


_ACTS = ("say", "answer", "outcome", "read", "to_department", "block", "stop")


def _thread(found: Mapping[str, Any]) -> Thread:
    return Thread(
        found["unit"], found["by"], found["to"], tuple(_step(one, found["by"]) for one in found["step"])
    )


def _step(found: Mapping[str, Any], by: str) -> Step:
    (act,) = (name for name in _ACTS if name in found)
    text = found.get("text", found["say"] if act == "say" else "")
    return Step(found["at"], act, str(found[act]), text.strip(), found.get("by", by))
