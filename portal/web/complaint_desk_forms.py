"""What is typed at a desk of complaints: what to look for, what to write, to whom a case goes."""

import secrets

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from portal.domain.complaint import Opener, State
from portal.services.complaint_case import DeskCase
from portal.web import complaint_desk_wording as words
from portal.web.complaint import KINDS, OPENERS, STATES

# Draws the mark 必須; whether something is missing is for the rules to say.
NEEDED = [InputRequired()]


class FilterForm(Form):
    """What is looked for; it stands in the address."""

    number = StringField(_l("受付番号"))
    shown = SelectField(_l("状態"))
    kind = SelectField(_l("種類"))
    opened_by = SelectField(_l("申し出た人"))

    @classmethod
    def filled(cls) -> "FilterForm":
        """As the address says."""
        form = cls(request.args)
        everything = ("", gettext("すべて"))
        groups = [(each.value, str(text)) for each, text in words.WANTED.items()]
        form.shown.choices = [*groups, *((each.value, str(STATES[each].name)) for each in State)]
        form.kind.choices = [everything, *((each.value, str(text)) for each, text in KINDS.items())]
        form.opened_by.choices = [everything, *((each.value, str(OPENERS[each])) for each in Opener)]
        return form


class SeenForm(Form):
    """What every change carries: the revision that was looked at, and the key against a second click."""

    seen = HiddenField()
    key = HiddenField()

    @property
    def looked_at(self) -> int:
        """The revision; -1 (never the right one) when it was lost."""
        text = self.seen.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def begin(self, case: DeskCase) -> None:
        """Begin on the case as it is shown now."""
        self.seen.data = str(case.revision)
        self.key.data = self.key.data or secrets.token_hex(16)


class SayForm(SeenForm):
    """Words for somebody outside."""

    text = TextAreaField(_l("文章"), NEEDED)


class HandOverForm(SeenForm):
    """To which desk, and what whoever opened it is told."""

    to = SelectField(_l("引き継ぐ先"), NEEDED)
    text = TextAreaField(_l("申し出た方に知らせること"), NEEDED)


class NoteForm(Form):
    """An internal note."""

    text = TextAreaField(_l("内部のメモ"), NEEDED)


class ReminderForm(SeenForm):
    """The day on which the case is called to mind."""

    remind_on = StringField(_l("内部の確認日"))
