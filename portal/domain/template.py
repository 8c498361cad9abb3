"""Texts that are used again (文例), and the fields in a text that are filled in for each recipient.

Only what every profile has can be a field: a seeker cannot be registered without a desired occupation, place and
form of employment. Nothing personal can be one, because the unit does not know it (seed 004 S-Q2). Which fields
there are, and the limits, are our decision.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from portal.domain.answer import check_text
from portal.domain.entry import Typed, line, one
from portal.domain.profile import Named, ProfileView
from portal.domain.refusal import Fact, Invalid

LONGEST_TITLE = 60
"""Code points."""
MOST_TEMPLATES = 100
"""In a department, a contractor, or the unit itself."""
MOST_FIELDS = 20
"""Places in one text that are filled in."""
KEPT_AFTER_REMOVAL = timedelta(hours=24)
"""So long a removed text can be put back."""


T = TypeVar("T")


class Field(StrEnum):
    """What can stand between braces, by the name it is typed with; the same words as on a profile."""

    CODE = "コード"
    OCCUPATION = "希望する職業"
    PLACE = "希望する勤務地"
    EMPLOYMENT = "希望する雇用形態"


# Braces of either width: a Japanese keyboard types the wide ones.
_PLACE = re.compile(r"[{｛]([^{}｛｝\n]{1,40})[}｝]")

# What is left beside them, with enough of the text to find it again.
_STRAY = re.compile(r"[{｛][}｝]|[{｛][^{}｛｝\n]{0,12}|[^{}｛｝\n]{0,12}[}｝]")


def _named(found: re.Match[str]) -> str:
    return "".join(unicodedata.normalize("NFKC", found[1]).split())


def _field(found: re.Match[str]) -> Field | None:
    name = _named(found)
    return Field(name) if name in set(Field) else None


def fields_of(text: str) -> frozenset[Field]:
    """The fields that a text is filled in with; empty when everybody gets the same."""
    return frozenset(field for found in _PLACE.finditer(text) if (field := _field(found)))


def field_places(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text is filled in, braces included, in its order."""
    return tuple(found.span() for found in _PLACE.finditer(text) if _field(found) is not None)


def unknown_fields(text: str) -> tuple[str, ...]:
    """What stands between braces and is no field, as it was typed, each once."""
    found = (match for match in _PLACE.finditer(text) if _field(match) is None)
    return tuple(dict.fromkeys(match[0] for match in found))


def stray_braces(text: str) -> tuple[str, ...]:
    """Braces that have no other one, or nothing between them, with what stands beside them on the line; each once.

    A field whose brace was forgotten would reach everybody as it was typed. A text without braces has none.
    """
    rest = _PLACE.sub("\n", text)
    return tuple(dict.fromkeys(match[0].strip() for match in _STRAY.finditer(rest)))


def check_fields(text: str) -> None:
    """Raise Invalid on the text: "stray_brace" (line: of the first), or "too_many_fields" (most), where more is to be
    filled in than one letter can bear."""
    for number, typed in enumerate(text.split("\n"), 1):
        if stray_braces(typed):
            raise Invalid({"text": ["stray_brace"]}, line=number)
    number = sum(_field(found) is not None for found in _PLACE.finditer(text))
    if number > MOST_FIELDS:
        raise Invalid({"text": ["too_many_fields"]}, most=MOST_FIELDS, count=number)


def fill(text: str, values: Mapping[Field, str]) -> str:
    """The text for one recipient. What is between braces and no field stays as it is."""

    def filled(found: re.Match[str]) -> str:
        field = _field(found)
        return found[0] if field is None else values[field]

    return _PLACE.sub(filled, text)


def values_of(view: ProfileView) -> dict[Field, str]:
    """What the fields say for one recipient: nothing but what the profile shows to the unit anyway."""
    return {
        Field.CODE: view.alias,
        Field.OCCUPATION: _names(view.occupations),
        Field.PLACE: _names(view.places),
        Field.EMPLOYMENT: _names(view.employment),
    }


def _names(several: tuple[Named, ...]) -> str:
    # A profile from before these were needed has none; the sentence has to stay readable.
    return "、".join(each.ja for each in several) or "ご登録の内容"


def read_template(typed: Typed) -> tuple[str, str]:
    """Title and text as they are kept.

    Raises Invalid on "title" as `portal.domain.entry.line`, on "text" as `portal.domain.answer.check_text`, and
    "unknown_field", "too_many_fields", "stray_brace" there. Facts that would differ between the two fields are left
    out.
    """
    refused: list[Invalid] = []

    def read(reader: Callable[..., T], *arguments: object, **named: object) -> T | None:
        try:
            return reader(*arguments, **named)
        except Invalid as invalid:
            refused.append(invalid)
            return None

    title = read(line, typed, "title", LONGEST_TITLE, needed=True)
    text = read(check_text, one(typed, "text"))
    if text is not None:
        read(check_fields, text)
        if unknown_fields(text):
            refused.append(Invalid({"text": ["unknown_field"]}))
    if title is None or text is None or refused:
        raise _joined(refused)
    return title, text


def _joined(refused: Iterable[Invalid]) -> Invalid:
    errors: dict[str, list[str]] = {}
    facts: dict[str, set[Fact]] = {}
    for invalid in refused:
        for field, codes in invalid.errors.items():
            errors.setdefault(field, []).extend(codes)
        for name, value in invalid.facts.items():
            facts.setdefault(name, set()).add(value)
    return Invalid(errors, **{name: values.pop() for name, values in facts.items() if len(values) == 1})
