"""The forms of organisations. They carry what was typed; what is right or wrong is said by the rules alone."""

import re
import secrets

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.message_screening import Declared, read_declared
from portal.web.paid_service import WAYS

# Draws the mark 必須; whether something is missing is for the rules to say.
NEEDED = [InputRequired()]
_KEY = re.compile("[A-Za-z0-9_-]{16,64}")


def new_key() -> str:
    """What makes a second click harmless; made when a form is first shown and kept until it is sent."""
    return secrets.token_urlsafe(18)


class KeyedForm(Form):
    """A form that is sent at most once, however often its button is pressed."""

    key = HiddenField()

    def keep_key(self) -> None:
        """The key of the form that was sent; a new one for a new form, and for one that is none of ours."""
        if not _KEY.fullmatch(self.key.data or ""):
            self.key.data = new_key()


class ScreenedForm(KeyedForm):
    """A text that is screened before it goes, and what its sender says about it."""

    # 有料サービスの説明 of kind A; always passes (seed 004 P-Q8).
    fee = BooleanField(_l("職業紹介に伴う手数料の説明です"))
    # 適法である理由 (ruling R7).
    lawful = TextAreaField(_l("この文章が適法である理由"))

    def declared(self) -> Declared:
        """Raises Invalid on "lawful"."""
        return read_declared(explains_fee=bool(self.fee.data), lawful_because=self.lawful.data or "")


class MessageForm(ScreenedForm):
    """One text to one or several people. `to`: their tokens, repeated, outside the fields."""

    text = TextAreaField(_l("案内の文章"), NEEDED)
    # What stood above the text in the preview; another letterhead means that the preview is no longer true.
    seen = HiddenField()
    # Whether it goes to the people of the list (送信リスト); once it is sent, they leave it.
    listed = HiddenField()
    _from_list: list[str] | None = None

    def write_to(self, tokens: list[str]) -> None:
        """Begin with the people of the list."""
        self._from_list, self.listed.data = tokens, "1"

    @property
    def to(self) -> list[str]:
        """The recipients, each once."""
        given = request.values.getlist("to") if self._from_list is None else self._from_list
        return list(dict.fromkeys(given))


class AnswerForm(ScreenedForm):
    """An answer inside a thread."""

    text = TextAreaField(_l("返事の文章"), NEEDED)


class ManyField(SelectMultipleField):
    """Several choices as boxes; none is ticked beforehand."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OutcomeForm(Form):
    """The next step of the story, and the day on which it happened."""

    outcome = RadioField(_l("記録する結果"), NEEDED, choices=[], validate_choice=False)
    happened_on = StringField(_l("その結果になった日"), NEEDED)
    # With 求職受理 alone, and only where the unit has registered a paid service with placement (seed 004 P-Q8).
    paid = ManyField(_l("この職業紹介に伴う有料サービス"), choices=[], validate_choice=False)
    explained_on = StringField(_l("求職者に説明した日"))
    way = RadioField(
        _l("説明した方法"),
        choices=[SelectChoice(way.value, name) for way, name in WAYS.items()],
        validate_choice=False,
    )


class HandOverForm(Form):
    """To whom of the unit a thread goes."""

    place = SelectField(_l("引き継ぐ先"), NEEDED, choices=[], validate_choice=False)


class ReserveForm(Form):
    """How many of the day's messages are kept for answers."""

    reserve = StringField(_l("返事のために取っておく件数"), NEEDED)


class PlaceLimitForm(Form):
    """How many messages a department or contractor may send a day; empty = as many as the unit."""

    limit = StringField(_l("1日に送れる件数"))


class HandOverAllForm(Form):
    """To whom all threads of an ended contractor go."""

    to = SelectField(_l("引き継ぐ先"), NEEDED, choices=[], validate_choice=False)
    sure = BooleanField(_l("すべてのやり取りを引き継ぎます"), NEEDED)
