"""The conditions of a search in words: above the results, in saved searches, and which one to drop when nobody fits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

from portal.domain.narrowing import Narrowing, read_month
from portal.domain.profile import FACETS, Book
from portal.domain.saved_search import Dropped
from portal.domain.search import Criteria
from portal.web.provider.search_form import GROUPED, SearchForm, address_of
from portal.web.rendering import month

MOST_RELAXED = 6
"""So many ways to ask for less are counted and offered."""

_KIND_OF = {facet.name: facet.kind for facet in FACETS} | {"years": "experience_band"}
# Of these every chosen one must hold; of all others one is enough.
_EVERY = frozenset({"words", "licence"})
_FLAGS = ("unwritten", "unopened", "since")

Address = dict[str, list[str]]


@dataclass(frozen=True)
class Part:
    """One chosen thing in words. without: the address of the same search without it."""

    name: str
    without: Address


@dataclass(frozen=True)
class Condition:
    """What is chosen in one field. every: all of it must hold. label: "" where the name says it all."""

    field: str
    label: str
    parts: tuple[Part, ...]
    every: bool

    @property
    def text(self) -> str:
        """In one piece, without links."""
        names = (gettext(" と ") if self.every else gettext(" または ")).join(
            part.name for part in self.parts
        )
        return gettext("%(label)s：%(names)s", label=self.label, names=names) if self.label else names


def conditions(criteria: Criteria, narrowing: Narrowing, book: Book, language: str) -> list[Condition]:
    """All that is asked, in the order of the form. ``book`` holds ended codes too.

    What a choice below it narrows (a prefecture, a major group) is not named; prefectures and municipalities are one.
    """
    address = address_of(criteria, narrowing)
    labels, narrowed = _labels(), _narrowed(criteria, book)
    told: list[Condition] = []
    for field, values in address.items():
        given = list(criteria.words) if field == "words" else values
        parts = tuple(
            Part(_name_of(field, value, book, language), _without(address, field, given, value))
            for value in given
            if (field, value) not in narrowed
        )
        if field == "municipality" and told and told[-1].field == "prefecture":
            told[-1] = replace(told[-1], parts=(*told[-1].parts, *parts))
        elif parts:
            label = "" if field in _FLAGS else labels[field]
            told.append(Condition(field, label, parts, field in _EVERY))
    return told


def _narrowed(criteria: Criteria, book: Book) -> set[tuple[str, str | None]]:
    above = {"occupation": "occupation", "experience": "experience", "municipality": "prefecture"}
    return {
        (parent, book[_KIND_OF[facet]][code].parent)
        for facet, parent in above.items()
        for code in criteria.chosen.get(facet, ())
    }


def suggested_name(told: list[Condition], longest: int) -> str:
    """A name for a saved search, of what distinguishes it most."""
    names = [part.name for condition in told if condition.label for part in condition.parts]
    name = gettext("・").join(names[:3]) or gettext("すべての求職者")
    return name if len(name) <= longest else name[: longest - 1] + "…"


def dropped_in_words(dropped: tuple[Dropped, ...], book: Book, language: str) -> list[str]:
    """Conditions of a saved search that may not be asked any more."""
    labels = _labels()
    grouped = {major: field for field, major in GROUPED.items()}
    told = []
    for each in dropped:
        row = book.get(_KIND_OF.get(each.facet, ""), {}).get(each.code)
        label = labels.get(grouped.get(each.facet, each.facet), "")
        name = _named(row, language) if row is not None else each.code
        told.append(gettext("%(label)s：%(names)s", label=label, names=name))
    return told


# When nobody fits


@dataclass(frozen=True)
class Relaxation:
    """One way to ask for less."""

    text: str
    address: Address
    criteria: Criteria
    narrowing: Narrowing


def relaxations(criteria: Criteria, narrowing: Narrowing, book: Book, language: str) -> list[Relaxation]:
    """The conditions that can be dropped one at a time, those first that narrow most."""
    ways = [
        *_of_words(criteria, narrowing),
        *_of_acts(narrowing, criteria),
        *_of_facets(criteria, narrowing, book),
    ]
    return ways[:MOST_RELAXED]


def _way(text: str, criteria: Criteria, narrowing: Narrowing) -> Relaxation:
    return Relaxation(text, address_of(criteria, narrowing), criteria, narrowing)


def _of_words(criteria: Criteria, narrowing: Narrowing) -> Iterator[Relaxation]:
    for word in criteria.words:
        left = tuple(other for other in criteria.words if other != word)
        text = gettext("言葉「%(word)s」を外す", word=word)
        yield _way(text, replace(criteria, words=left), narrowing)


def _of_acts(narrowing: Narrowing, criteria: Criteria) -> Iterator[Relaxation]:
    if narrowing.unwritten:
        text = gettext("「まだ案内していない人だけ」を外す")
        yield _way(text, criteria, replace(narrowing, unwritten=False))
    if narrowing.unopened:
        text = gettext("「まだ開いていない人だけ」を外す")
        yield _way(text, criteria, replace(narrowing, unopened=False))
    if narrowing.since:
        text = gettext("「情報の提供を始めた月」の条件を外す")
        yield _way(text, criteria, replace(narrowing, since=None))


def _of_facets(criteria: Criteria, narrowing: Narrowing, book: Book) -> Iterator[Relaxation]:
    labels = _labels()

    def dropped(*facets: str) -> Criteria:
        left = {facet: codes for facet, codes in criteria.chosen.items() if facet not in facets}
        return replace(criteria, chosen=left)

    chosen = criteria.chosen
    if "licence" in chosen:
        yield _way(_off(labels["licence"]), dropped("licence"), narrowing)
    if narrowing.years:
        yield _way(_off(labels["years"]), criteria, replace(narrowing, years=()))
    if "municipality" in chosen:
        wider = dropped("municipality", "prefecture")
        above = {str(book["municipality"][code].parent) for code in chosen["municipality"]}
        prefectures = tuple(sorted({*above, *chosen.get("prefecture", ())}))
        wider = replace(wider, chosen={**wider.chosen, "prefecture": prefectures})
        yield _way(gettext("勤務地を都道府県まで広げる"), wider, narrowing)
    for field, facets in (
        ("wage", ("wage",)),
        ("time", ("time",)),
        ("experience", ("experience", "experience_major")),
        ("education", ("education",)),
        ("prefecture", ("prefecture", "municipality")),
        ("employment", ("employment",)),
        ("occupation", ("occupation", "occupation_major")),
    ):
        if any(facet in chosen for facet in facets):
            yield _way(_off(labels[field]), dropped(*facets), narrowing)


def _off(label: str) -> str:
    return gettext("「%(label)s」の条件を外す", label=label)


def _labels() -> dict[str, str]:
    form = SearchForm()
    labels = {field.name: str(field.label.text) for field in form}
    return labels | {"prefecture": gettext("希望する勤務地"), "municipality": gettext("希望する勤務地")}


def _without(address: Address, field: str, given: list[str], value: str) -> Address:
    left = [other for other in given if other != value]
    if field == "words":
        left = [" ".join(left)] if left else []
    changed = {**address, field: left}
    return {name: codes for name, codes in changed.items() if codes}


def _name_of(field: str, value: str, book: Book, language: str) -> str:
    if field == "words":
        return value
    if field == "unwritten":
        return gettext("まだ案内していない人だけ")
    if field == "unopened":
        return gettext("まだ開いていない人だけ")
    if field == "since":
        first = read_month(value)
        return gettext("%(month)s以降に提供を始めた人", month=month(first)) if first else value
    facet = GROUPED[field] if field in GROUPED and len(value) == 2 else field
    row = book[_KIND_OF[facet]][value]
    name = _named(row, language)
    return _place(row, book, name) if field == "municipality" else name


def _place(row: Any, book: Mapping[str, Mapping[str, Any]], name: str) -> str:
    above = book["prefecture"].get(row.parent or "")
    return f"{above.name_ja if above else ''}{name}"


def _named(row: Any, language: str) -> str:
    return str(row.name(language))
