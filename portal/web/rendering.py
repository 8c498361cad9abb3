"""What the templates may call: Japanese days and times, field errors, addresses of our own style sheet.

Instants come as UTC-aware datetimes and are shown in Japan Standard Time; days and months come as dates.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from flask import Flask, request, url_for
from flask_babel import get_locale
from wtforms import Field, Form
from wtforms.fields import BooleanField, FieldList, FormField
from wtforms.widgets import HiddenInput, ListWidget

from portal.calendar.day import JST

_EN_MONTHS = "January February March April May June July August September October November December".split()


def _english() -> bool:
    return str(get_locale()) == "en"


def day(value: date) -> str:
    """2026年6月15日, in English 15 June 2026."""
    if _english():
        return f"{value.day} {_EN_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def month(value: date) -> str:
    """2026年6月, in English June 2026."""
    return f"{_EN_MONTHS[value.month - 1]} {value.year}" if _english() else f"{value.year}年{value.month}月"


def moment(value: datetime) -> str:
    """2026年6月15日 10:00 in Japan. Raises ValueError for a naive instant, whose day would be a guess."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    local = value.astimezone(JST)
    return f"{day(local.date())} {local.hour}:{local.minute:02d}"


def clock_time(value: datetime) -> str:
    """10:00 in Japan; a time that has seconds is told as the minute that is surely not over."""
    local = value.astimezone(JST)
    return f"{local.hour}:{local.minute:02d}"


def iso(value: datetime) -> str:
    """The instant for machines (attribute datetime of the element time)."""
    return value.astimezone(UTC).isoformat(timespec="seconds")


def only_asks() -> bool:
    """Whether the request looks something up, so that nothing could have been saved."""
    return request.method in ("GET", "HEAD")


def number(value: int) -> str:
    """1,000."""
    return format_decimal(value, locale=get_locale() or "ja")


@dataclass(frozen=True)
class FieldError:
    """One line of the error summary: where it leads ("" for the form as a whole), the field's label, the text."""

    anchor: str
    label: str
    text: str


def _texts(errors: Any) -> Iterator[str]:
    """Messages of a field, however deep a list of fields has nested them."""
    if isinstance(errors, Mapping):
        errors = errors.values()
    for error in errors:
        # Only lists nest; a text that waits for its language is iterable too.
        if isinstance(error, list | tuple | Mapping):
            yield from _texts(error)
        else:
            yield str(error)


def field_errors(field: Field) -> list[str]:
    """The error texts of one field."""
    return list(_texts(field.errors))


def form_errors(form: Form) -> list[FieldError]:
    """The errors of a form in the order of its fields, those of the form as a whole first."""
    whole = [FieldError("", "", str(text)) for text in getattr(form, "form_errors", ())]
    return whole + [error for field in form for error in _errors_of(field)]


def _errors_of(field: Field) -> Iterator[FieldError]:
    if isinstance(field, FormField):
        for inner in field.form:
            yield from _errors_of(inner)
    elif isinstance(field, FieldList) and any(isinstance(text, list | tuple | dict) for text in field.errors):
        for inner in field:
            yield from _errors_of(inner)
    else:
        label = str(field.label.text)
        anchor = f"{field.id}-0" if is_choice_group(field) else field.id
        # A hidden field has no place on the page that a link could lead to.
        if is_hidden(field):
            anchor, label = "", ""
        for text in field_errors(field):
            yield FieldError(anchor, label, text)


def control_attributes(described: list[str], errors: list[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a control: what the page gave, and the ties to its hint and errors."""
    # A browser cuts a pasted text at maxlength without a word; our own refusal says how much is too much.
    attributes: dict[str, Any] = {"maxlength": False, "minlength": False, **given}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if errors:
        attributes["aria-invalid"] = "true"
    return attributes


def is_choice_group(field: Field) -> bool:
    """Whether a field is drawn as a list of radio buttons or checkboxes."""
    return isinstance(field.widget, ListWidget)


def is_checkbox(field: Field) -> bool:
    """Whether a field is one single checkbox."""
    return isinstance(field, BooleanField)


def is_hidden(field: Field) -> bool:
    """Whether a field is not drawn at all."""
    return isinstance(field.widget, HiddenInput)


def init_rendering(app: Flask) -> None:
    """Give filters, tests and functions to the templates."""
    marks = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in Path(app.static_folder or "").iterdir()
        if path.is_file()
    }

    def static_url(name: str) -> str:
        """The address of a file of ours; it changes with the content, so that browsers may keep the file."""
        return url_for("static", filename=name, v=marks[name])

    app.jinja_env.filters.update(
        day=day, month=month, moment=moment, clock_time=clock_time, iso=iso, number=number
    )
    app.jinja_env.tests.update(
        choice_group=is_choice_group, checkbox_field=is_checkbox, hidden_field=is_hidden
    )
    app.jinja_env.globals.update(
        static_url=static_url,
        number=number,
        field_errors=field_errors,
        form_errors=form_errors,
        only_asks=only_asks,
        control_attributes=control_attributes,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
