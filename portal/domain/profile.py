"""The job-search data (求職情報) that organisations see: what may be chosen, how it is found, what is shown.

A profile is a whitelist of its own and never "everything but the name": what is not a field of `ProfileView` cannot
be shown (seed 004 S-Q2). No age, no sex, no residence anywhere; a place is a desired workplace only (ruling R6).
The limits on the number of choices are our decision.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from portal.domain.entry import Gathered, Typed, narrow, one, several
from portal.domain.refusal import Invalid

MOST_OCCUPATIONS = 3
MOST_PLACES = 5
MOST_LICENCES = 10
MOST_EXPERIENCES = 3
LONGEST_TEXT = 600
"""Code points of 自己PR and of the text on experience."""


# What an organisation sees


@dataclass(frozen=True)
class Named:
    """A code with its names; ``en`` may be empty."""

    code: str
    ja: str
    en: str = ""

    def name(self, language: str = "ja") -> str:
        """The name in the reader's language, Japanese where there is no other."""
        return self.en if language == "en" and self.en else self.ja


@dataclass(frozen=True)
class ExperienceView:
    """An occupation somebody has worked in, and for how long, in bands of years."""

    occupation: Named
    years: Named


@dataclass(frozen=True)
class ProfileView:
    """Exactly what an organisation sees of a seeker; nothing else is ever given to its pages.

    alias: the short code, another one at each unit. month: first day of the month of publication. paid_notice:
    有料サービス届出対象 on the day asked for (portal.domain.graduate, ruling 53); neither the school nor a day.
    """

    alias: str
    month: date
    occupations: tuple[Named, ...]
    places: tuple[Named, ...]
    employment: tuple[Named, ...]
    times: tuple[Named, ...]
    wages: tuple[Named, ...]
    education: Named | None
    licences: tuple[Named, ...]
    experiences: tuple[ExperienceView, ...]
    pr: str
    experience_text: str
    paid_notice: bool = False


# What is chosen


@dataclass(frozen=True)
class Choice:
    """One choice of a seeker. band: length of experience, for role "experience" only."""

    role: str
    kind: str
    code: str
    band: str | None = None


class CodeFacts(Protocol):
    """What a row of a code table tells here; portal.services.code.Choice fits."""

    @property
    def name_ja(self) -> str:
        """The Japanese name."""
        ...

    @property
    def parent(self) -> str | None:
        """The code above, in the parent's table."""
        ...

    @property
    def facts(self) -> Mapping[str, str]:
        """Further facts by key."""
        ...


Book = Mapping[str, Mapping[str, CodeFacts]]
"""Rows of the code tables by kind and code."""

KINDS = (
    "occupation_major",
    "occupation",
    "prefecture",
    "municipality",
    "employment_type",
    "time_band",
    "wage_band",
    "licence",
    "experience_band",
    "education_level",
)
"""The code tables that a profile is made of."""

FIELDS: Mapping[str, str] = (
    {f"occupation_{n}": "occupation" for n in range(1, MOST_OCCUPATIONS + 1)}
    | {f"place_{n}": "place" for n in range(1, MOST_PLACES + 1)}
    | {"employment": "employment", "times": "time", "wage_month": "wage", "wage_hour": "wage"}
    | {f"experience_{n}": "experience" for n in range(1, MOST_EXPERIENCES + 1)}
    | {"education": "education", "licences": "licence"}
)
"""Each field of the form and the role its choices have. experience_years_1 … go with experience_1 …"""


@dataclass(frozen=True)
class Facet:
    """One way to search: its name in a form, the table whose codes may be asked, and the word before the code."""

    name: str
    kind: str
    prefix: str

    def token(self, code: str) -> str:
        """The token that profiles with this code carry."""
        return f"{self.prefix}:{code}"


FACETS = (
    Facet("occupation_major", "occupation_major", "occupation_major"),
    Facet("occupation", "occupation", "occupation"),
    Facet("prefecture", "prefecture", "place"),
    Facet("municipality", "municipality", "place"),
    Facet("employment", "employment_type", "employment"),
    Facet("time", "time_band", "time"),
    Facet("wage", "wage_band", "wage"),
    Facet("licence", "licence", "licence"),
    Facet("experience_major", "occupation_major", "experience_major"),
    Facet("experience", "occupation", "experience"),
    Facet("education", "education_level", "education"),
)
"""Everything that can be searched for; shared by the search form, the search itself and `tokens`."""


def tokens(choices: Iterable[Choice], book: Book) -> frozenset[str]:
    """What a profile is found by. A municipality also carries its prefecture (and a ward its city), an occupation
    its major group; a prefecture or a city of wards says that the whole of it is meant.

    ``book`` holds every row, ended ones too. Raises KeyError for a code that is in no table.
    """
    found: set[str] = set()
    for choice in choices:
        row = book[choice.kind][choice.code]
        match choice.role:
            case "occupation" | "experience":
                major = choice.code if choice.kind == "occupation_major" else row.parent
                found.add(f"{choice.role}_major:{major}")
                if choice.kind == "occupation":
                    found.add(f"{choice.role}:{choice.code}")
            case "place":
                found.add(f"place:{choice.code}")
                found |= {f"place:{above}" for above in (row.parent, row.facts.get("city")) if above}
                if choice.kind == "prefecture" or row.facts.get("level") == "designated_city":
                    found.add(whole_place(choice.code))
            case _:
                found.add(f"{choice.role}:{choice.code}")
    return frozenset(found)


def whole_place(code: str) -> str:
    """The token of those who wish for any workplace in a prefecture or a designated city, found in each part of it."""
    return f"whole:{code}"


def shuffle(alias_key: bytes, month: date) -> int:
    """The place of a profile inside its month of publication, redrawn with each month on which it is asked (ruling R5).

    Made from the seeker's random key, so that drawing twice in a month changes nothing. 0 to 2³¹ - 1.
    """
    drawn = hmac.new(alias_key, f"shuffle {month:%Y-%m}".encode(), hashlib.sha256).digest()
    return int.from_bytes(drawn[:4], "big") >> 1


# Reading what was typed


class Places:
    """The places of the code tables by code and by name; made once where many forms are read."""

    def __init__(self, offered: Book) -> None:
        self._prefectures = offered.get("prefecture", {})
        self._municipalities = offered.get("municipality", {})
        self._prefecture_of: dict[str, str] = {}
        self._municipalities_of: dict[str, set[str]] = {}
        for code, row in self._prefectures.items():
            name = _flat(row.name_ja)
            self._prefecture_of[name] = code
            # 北海道 is never called 北海.
            self._prefecture_of.setdefault(name if name[-1:] == "道" else name[:-1], code)
        for code, row in self._municipalities.items():
            for name in (row.name_ja, place_name(row, self._prefectures)):
                self._municipalities_of.setdefault(_flat(name), set()).add(code)

    def read(self, field: str, text: str, known: set[tuple[str, str, str]]) -> Choice:
        """By code (24, 24201) or by name (三重県, 三重県津市, 津市)."""
        code = narrow(text[:100])
        for kind, table in (("prefecture", self._prefectures), ("municipality", self._municipalities)):
            if code in table or ("place", kind, code) in known:
                return Choice("place", kind, code)
        name = _flat(text[:100])
        if name in self._prefecture_of:
            return Choice("place", "prefecture", self._prefecture_of[name])
        named = self._municipalities_of.get(name, set())
        if len(named) > 1:
            raise Invalid({field: ["ambiguous_place"]})
        if not named:
            raise Invalid({field: ["unknown_place"]})
        return Choice("place", "municipality", *named)


def read_choices(
    typed: Typed, offered: Book, kept: Iterable[Choice] = (), *, places: Places | None = None
) -> tuple[Choice, ...]:
    """The choices of a form or a line; the keys are those of `FIELDS`, the values codes (places: names too).

    ``offered`` holds the rows in force today; ``kept`` are the present choices, which stay possible after their
    code has ended; ``places`` are those of ``offered``. Raises Invalid with everything wrong: "missing",
    "unknown_code", "ambiguous_place", "unknown_place", "double", "too_many", "years_missing",
    "years_without_occupation".
    """
    known = {(choice.role, choice.kind, choice.code) for choice in kept}
    bands = {choice.band for choice in kept}
    places = places or Places(offered)
    faults = Gathered()
    chosen: dict[tuple[str, str, str], Choice] = {}

    def take(field: str, reader: Callable[..., Choice], *arguments: object) -> None:
        choice = faults.read(None, reader, field, *arguments)
        if choice and (choice.role, choice.kind, choice.code) in chosen:
            faults.add(field, "double")
        elif choice:
            chosen[choice.role, choice.kind, choice.code] = choice

    given = {field: _texts(faults, typed, field, role) for field, role in FIELDS.items()}
    for field, role in FIELDS.items():
        for text in given[field]:
            match role:
                case "place":
                    take(field, places.read, text, known)
                case "experience":
                    take(field, _experience, text, typed, offered, known, bands)
                case _:
                    take(field, _coded, role, text, offered, known)
    for field in (f for f, role in FIELDS.items() if role == "experience"):
        if not one(typed, field).strip() and one(typed, _years(field)).strip():
            faults.add(field, "years_without_occupation")
    for field, role in (("occupation_1", "occupation"), ("place_1", "place"), ("employment", "employment")):
        # Of what was read: a cell of separators alone holds nothing.
        empty = not any(given[f] for f, r in FIELDS.items() if r == role)
        if empty and field not in faults.errors:
            faults.add(field, "missing")
    faults.settle()
    return tuple(chosen.values())


def _texts(faults: Gathered, typed: Typed, field: str, role: str) -> tuple[str, ...]:
    given = several(typed, field)
    if role not in ("employment", "time", "licence"):
        return given[:1]
    # One text is several in a file, where a cell holds "regular;part_time".
    parts = tuple(p.strip() for text in given for p in re.split("[;；]", text[:2000]) if p.strip())
    if len(parts) > MOST_LICENCES:
        faults.add(field, "too_many")
        return ()
    return parts


def _years(field: str) -> str:
    return field.replace("experience_", "experience_years_")


_TABLES = {
    "employment": "employment_type",
    "time": "time_band",
    "wage": "wage_band",
    "licence": "licence",
    "education": "education_level",
}


def _occupation_kind(code: str) -> str:
    return "occupation_major" if len(code) == 2 else "occupation"


def _coded(field: str, role: str, text: str, offered: Book, known: set[tuple[str, str, str]]) -> Choice:
    code = narrow(text[:100])
    kind = _TABLES.get(role) or _occupation_kind(code)
    if code not in offered.get(kind, {}) and (role, kind, code) not in known:
        raise Invalid({field: ["unknown_code"]})
    unit = {"wage_month": "month", "wage_hour": "hour"}.get(field)
    if unit and code in offered[kind] and offered[kind][code].facts.get("unit") != unit:
        raise Invalid({field: ["unknown_code"]})
    return Choice(role, kind, code)


def _experience(
    field: str,
    text: str,
    typed: Typed,
    offered: Book,
    known: set[tuple[str, str, str]],
    bands: set[str | None],
) -> Choice:
    choice = _coded(field, "experience", text, offered, known)
    years = narrow(one(typed, _years(field))[:100])
    if not years:
        raise Invalid({_years(field): ["years_missing"]})
    row = offered.get("experience_band", {}).get(years)
    if (row is None or row.facts.get("below_years") == "0") and years not in bands:
        raise Invalid({_years(field): ["unknown_code"]})
    return Choice("experience", choice.kind, choice.code, years)


def place_name(row: CodeFacts, prefectures: Mapping[str, CodeFacts]) -> str:
    """A municipality with its prefecture before it: 三重県津市."""
    above = prefectures.get(row.parent or "")
    return f"{above.name_ja if above else ''}{row.name_ja}"


def _flat(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("ヶ", "ケ").replace("ヵ", "カ")
