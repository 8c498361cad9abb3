"""What an application says and what happened to it, as label and text."""

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext
from flask_babel.speaklater import LazyString
from wtforms import BooleanField, Field, FieldList, HiddenField
from wtforms.fields.choices import SelectFieldBase

from portal.domain.application import Act, State
from portal.services.application_view import ApplicationView, HistoryLine
from portal.web.application.forms import PeopleForm, StepForm
from portal.web.application.wording import CORRECTED, HISTORY, STATES
from portal.web.rendering import day, moment

Row = tuple[str, str | list[str]]


def content_rows(form: StepForm) -> list[Row]:
    """The entries of one step under the labels of its form; what is empty is left out."""
    same = isinstance(form, PeopleForm) and bool(form.same.data)
    shown: list[Row] = []
    for field in form:
        if isinstance(field, HiddenField) or field.short_name == "same":
            continue
        if same and field.short_name.startswith("contact_"):
            continue
        value = _value(field)
        if value:
            shown.append((str(field.label.text), value))
    if same:
        shown.append((gettext("連絡責任者"), gettext("個人情報管理・苦情処理責任者と同じ")))
    return shown


def _value(field: Field) -> str | list[str]:
    if isinstance(field, FieldList):
        return [text for row in field if (text := _row(row.form))]
    if isinstance(field, BooleanField):
        return gettext("はい") if field.data else ""
    if isinstance(field, SelectFieldBase):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return [
            str(choice.label) for choice in field.choices or () if choice.value and choice.value in chosen
        ]
    return readable(field.data or "")


def _row(form: Iterator[Field]) -> str:
    """One row of a list in one line; its labels only where a value would not tell what it is."""
    parts = [
        readable(field.data)
        if field.short_name.endswith("name")
        else f"{field.label.text} {readable(field.data)}"
        for field in form
        if field.data
    ]
    return gettext("、").join(parts)


def readable(text: str) -> str:
    """A day in full, anything else as it is."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def history_rows(view: ApplicationView) -> list[tuple[str, str, str, str]]:
    """When, what happened, where it stood then, and what was told; the newest first."""
    return [
        (moment(line.at), str(words), str(STATES[line.state].name), line.told)
        for line in reversed(view.history)
        if (words := _what(line)) is not None
    ]


def _what(line: HistoryLine) -> LazyString | None:
    if line.act is Act.FINISH and line.state is State.RETURNED:
        return CORRECTED
    return HISTORY.get((line.act, line.party))


def asked_back(view: ApplicationView) -> str:
    """What is to be corrected, while it is; else ""."""
    if view.line.state is not State.RETURNED:
        return ""
    return next((line.told for line in reversed(view.history) if line.act is Act.ASK_BACK), "")
