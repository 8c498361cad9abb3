"""Filters of the lists of bureaus and desks: they stand in the address, and on paper in words."""

from flask_babel import gettext
from wtforms import Form, SelectField


def chosen_words(form: Form) -> str:
    """The conditions of a filter in one line, "" without any; for the printed list."""
    parts = []
    for field in form:
        shown = field.data
        if isinstance(field, SelectField):
            shown = dict(field.choices or ()).get(field.data, "") if field.data else ""
        if shown:
            parts.append(gettext("%(label)s：%(value)s", label=str(field.label.text), value=shown))
    return "　".join(parts)
