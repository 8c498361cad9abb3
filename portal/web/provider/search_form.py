"""The search form: plain selects and checkboxes, everything in the address, nothing that needs a script.

What is long is a row of selects of one name, which a phone shows in its own picker. An occupation is a middle group or
a whole major group in the same select; municipalities appear once their prefecture is chosen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, SelectField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.calendar.day import add_months, month_start
from portal.domain.entry import narrow
from portal.domain.narrowing import Narrowing, read_month, read_narrowing
from portal.domain.profile import FACETS, Book
from portal.domain.refusal import Fact, Invalid
from portal.domain.search import MOST_CHOSEN, Criteria, read_criteria
from portal.services.search import Tables
from portal.web.rendering import month

Option = tuple[str, str]

MONTHS_OFFERED = 6
"""Months of publication from which one can choose, the present one included."""

# Some fields of the form ask two facets: a code of two digits is a major group, one of three a middle group.
GROUPED = {"occupation": "occupation_major", "experience": "experience_major"}
FIELDS = (
    "words",
    "occupation",
    "prefecture",
    "municipality",
    "employment",
    "time",
    "wage",
    "experience",
    "years",
    "licence",
    "education",
    "unwritten",
    "unopened",
    "since",
)
_NOT = ("", "0", "no", "false")
DETAILS = ("time", "wage", "experience", "years", "licence", "education")
_FIELD_OF = {facet.name: facet.name for facet in FACETS} | {major: name for name, major in GROUPED.items()}
_LICENCE_FIELDS = {
    "driving": _l("運転"),
    "welfare": _l("福祉・介護"),
    "medical": _l("医療・保健"),
    "education": _l("教育・保育"),
    "office": _l("事務・法務・会計"),
    "information": _l("情報処理"),
    "technical": _l("技術・建設・電気"),
    "service": _l("調理・美容・サービス"),
}


@dataclass(frozen=True)
class Group:
    """Options under one heading; "" for those without."""

    label: str
    options: Sequence[Option]


class RowOfSelects:
    """Several selects of one name instead of a list in which a key must be held down."""

    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(self, field: "Choices", **attributes: Any) -> Markup:
        """The selects; the first one has the field's id, the others say their number."""
        chosen = list(field.data or ())
        made = [
            self._select(field, number, chosen[number] if number < len(chosen) else "", attributes)
            for number in range(max(self.least, min(len(chosen), MOST_CHOSEN)))
        ]
        return Markup('<div class="selects">{}</div>').format(Markup("").join(made))

    def _select(self, field: "Choices", number: int, chosen: str, attributes: Mapping[str, Any]) -> Markup:
        given = {"id": field.id if number == 0 else f"{field.id}-{number + 1}", "name": field.name}
        given |= {name: str(value) for name, value in attributes.items()}
        if number:
            given["aria-label"] = f"{field.label.text} {number + 1}"
        written = Markup("").join(Markup(' {}="{}"').format(*pair) for pair in given.items())
        body = [self._option(("", str(_l("選ばない"))), chosen)]
        for group in field.groups:
            options = Markup("").join(self._option(option, chosen) for option in group.options)
            body.append(
                Markup('<optgroup label="{}">{}</optgroup>').format(group.label, options)
                if group.label
                else options
            )
        return Markup("<select{}>{}</select>").format(written, Markup("").join(body))

    @staticmethod
    def _option(option: Option, chosen: str) -> Markup:
        mark = Markup(" selected") if option[0] == chosen else ""
        return Markup('<option value="{}"{}>{}</option>').format(option[0], mark, option[1])


class Choices(SelectMultipleField):
    """Codes of one or two tables. Whether they are codes at all is for the rules to say, not for the form."""

    groups: tuple[Group, ...] = ()

    def __init__(self, label: Any, *, selects: int = 0, **named: Any) -> None:
        widget = RowOfSelects(selects) if selects else ListWidget(prefix_label=False)
        super().__init__(label, widget=widget, validate_choice=False, choices=[], **named)
        self.option_widget = CheckboxInput()

    def offer(self, *groups: Group) -> None:
        """Set what may be chosen."""
        self.groups = groups
        self.choices = [option for group in groups for option in group.options]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Selects left alone send an empty text, which is no choice."""
        self.data = list(dict.fromkeys(value for value in valuelist if value.strip()))


class SearchForm(Form):
    """Every field may stay empty; an empty form asks for everybody."""

    words = StringField(_l("言葉"))
    occupation = Choices(_l("希望する職業"), selects=3)
    prefecture = Choices(_l("希望する勤務地（都道府県）"), selects=3)
    municipality = Choices(_l("希望する勤務地（市区町村）"))
    employment = Choices(_l("雇用形態"))
    time = Choices(_l("働く時間"))
    wage = Choices(_l("希望する賃金"))
    experience = Choices(_l("経験した職業"), selects=3)
    years = Choices(_l("経験した年数"))
    licence = Choices(_l("免許・資格"), selects=3)
    education = Choices(_l("学歴"))
    unwritten = BooleanField(_l("まだ案内していない人だけ"), false_values=_NOT)
    unopened = BooleanField(_l("まだ開いていない人だけ"), false_values=_NOT)
    since = SelectField(_l("情報の提供を始めた月"), choices=[], validate_choice=False)

    def offer(self, tables: Tables, language: str, today: date) -> None:
        """Fill in what may be chosen: the codes in force, and those of this address even if they have ended."""
        book = _with_chosen(tables, self)
        jobs = tuple(_jobs(book, language))
        self.occupation.offer(*jobs)
        self.experience.offer(*jobs)
        self.licence.offer(*_licences(book, language))
        above = {code: tables.every["prefecture"][code] for code in self.prefectures(tables.every)}
        self.municipality.offer(*_municipalities(book, above, language))
        for field, kind in (
            (self.prefecture, "prefecture"),
            (self.employment, "employment_type"),
            (self.time, "time_band"),
            (self.wage, "wage_band"),
            (self.education, "education_level"),
            (self.years, "experience_band"),
        ):
            rows = [row for row in book[kind].values() if row.facts.get("below_years") != "0"]
            field.offer(Group("", _options(rows, language)))
        self.since.choices = [("", gettext("いつからでも")), *_months(self.since.data, today)]

    def prefectures(self, every: Book) -> list[str]:
        """The prefectures whose municipalities are shown: those chosen, and those of chosen municipalities."""
        chosen = [code for code in self.prefecture.data or () if code in every["prefecture"]]
        rows = (every["municipality"].get(code) for code in self.municipality.data or ())
        return list(dict.fromkeys([*chosen, *(row.parent for row in rows if row and row.parent)]))


@dataclass(frozen=True)
class Question:
    """What an address asks."""

    criteria: Criteria
    narrowing: Narrowing


def read_question(arguments: "MultiDict[str, str]", book: Book) -> Question:
    """Read an address. ``book`` holds ended codes too. Raises Invalid with all of it, by the fields of the form."""
    typed = _typed_of(arguments)
    errors: dict[str, list[str]] = {}
    facts: dict[str, Fact] = {}
    criteria, narrowing = Criteria(), Narrowing()
    try:
        criteria = read_criteria(typed, book)
    except Invalid as invalid:
        _gather(invalid, errors, facts)
    try:
        narrowing = read_narrowing(typed, book)
    except Invalid as invalid:
        _gather(invalid, errors, facts)
    if errors:
        raise Invalid(errors, **facts)
    return Question(criteria, narrowing)


def _gather(invalid: Invalid, errors: dict[str, list[str]], facts: dict[str, Fact]) -> None:
    for name, codes in invalid.errors.items():
        errors.setdefault(_FIELD_OF.get(name, name), []).extend(codes)
    facts.update(invalid.facts)


def _typed_of(arguments: "MultiDict[str, str]") -> dict[str, list[str]]:
    """The address as the rules read it: one entry for each facet."""
    typed: dict[str, list[str]] = {}
    for name in FIELDS:
        for text in arguments.getlist(name):
            if text.strip():
                major = GROUPED.get(name)
                typed.setdefault(major if major and len(narrow(text[:100])) == 2 else name, []).append(text)
    return typed


def address_of(criteria: Criteria, narrowing: Narrowing) -> dict[str, list[str]]:
    """The same question as an address of ours: no empty entries, always in the same order."""
    written: dict[str, list[str]] = {name: [] for name in FIELDS}
    for facet, codes in criteria.chosen.items():
        written[_FIELD_OF[facet]].extend(codes)
    if criteria.words:
        written["words"] = [" ".join(criteria.words)]
    written["years"] = list(narrowing.years)
    written["unwritten"] = ["y"] if narrowing.unwritten else []
    written["unopened"] = ["y"] if narrowing.unopened else []
    written["since"] = [f"{narrowing.since:%Y-%m}"] if narrowing.since else []
    return {name: codes for name, codes in written.items() if codes}


def _months(chosen: str | None, today: date) -> list[Option]:
    offered = [add_months(month_start(today), -back) for back in range(MONTHS_OFFERED)]
    kept = read_month(chosen or "")
    return [
        (f"{each:%Y-%m}", gettext("%(month)s から", month=month(each)))
        for each in [*offered, *([kept] if kept and kept not in offered else [])]
    ]


def _named(row: Any, language: str) -> str:
    return str(row.name(language))


def _options(rows: Iterable[Any], language: str) -> list[Option]:
    return [(row.code, _named(row, language)) for row in rows]


def _with_chosen(tables: Tables, form: SearchForm) -> dict[str, dict[str, Any]]:
    book = {kind: dict(rows) for kind, rows in tables.offered.items()}
    asked = [(_FIELD_OF[facet.name], facet.kind) for facet in FACETS] + [("years", "experience_band")]
    for field, kind in asked:
        for code in form[field].data or ():
            if code in tables.every[kind]:
                book[kind].setdefault(code, tables.every[kind][code])
    return book


def _jobs(book: Mapping[str, Mapping[str, Any]], language: str) -> Iterator[Group]:
    for major in book["occupation_major"].values():
        name = _named(major, language)
        middle = [row for row in book["occupation"].values() if row.parent == major.code]
        whole = (major.code, gettext("%(group)s（全体）", group=name))
        yield Group(name, [whole, *_options(middle, language)])


def _licences(book: Mapping[str, Mapping[str, Any]], language: str) -> Iterator[Group]:
    rows = list(book["licence"].values())
    for field in dict.fromkeys(row.facts.get("field", "") for row in rows):
        here = [row for row in rows if row.facts.get("field", "") == field]
        yield Group(str(_LICENCE_FIELDS.get(field, _l("そのほか"))), _options(here, language))


def _municipalities(
    book: Mapping[str, Mapping[str, Any]], prefectures: Mapping[str, Any], language: str
) -> Iterator[Group]:
    for code, prefecture in prefectures.items():
        rows = [row for row in book["municipality"].values() if row.parent == code]
        yield Group(_named(prefecture, language), _options(rows, language))
