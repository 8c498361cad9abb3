"""Forms of signing in and of one's own account. Services decide what is right; forms carry what was typed."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired

from portal.calendar.era import UnreadableDay, parse_day
from portal.domain.notice import HOURS, Quiet, Rhythm
from portal.domain.refusal import Refusal
from portal.web.field_wording import field_text
from portal.web.wording import words_of

_MISSING = _l("入力または選択してください。")


def _text(label: Any, **attributes: Any) -> StringField:
    return StringField(label, validators=[InputRequired(_MISSING)], render_kw=attributes)


def _password(label: Any, autocomplete: str) -> PasswordField:
    return PasswordField(
        label, validators=[InputRequired(_MISSING)], render_kw={"autocomplete": autocomplete}
    )


class AuthForm(FlaskForm):
    """A form that can say why it was refused as a whole."""

    def refuse(self, refusal: Refusal) -> None:
        """Put the words of a refusal above the fields."""
        words = words_of(refusal)
        self.form_errors = [*self.form_errors, words.text]


class SignInForm(AuthForm):
    """Name and password."""

    sign_in_name = _text(_l("ログイン名"), autocomplete="username", autocapitalize="none", spellcheck="false")
    password = _password(_l("パスワード"), "current-password")


class CodeForm(AuthForm):
    """The code of the second factor, or a recovery code."""

    code = _text(
        _l("確認コード"), autocomplete="one-time-code", autocapitalize="characters", spellcheck="false"
    )


class Repeated:
    """A new password, typed twice."""

    def validate_again(self, again: PasswordField) -> None:
        """Both must be the same."""
        if again.data != self.password.data:
            raise ValidationError(_l("二つのパスワードが違います。もう一度、同じものを入力してください。"))


class AccessForm(AuthForm):
    """A one-time code; for job seekers with the birth date."""

    code = _text(_l("コード"), autocomplete="off", autocapitalize="characters", spellcheck="false")
    birth_date = StringField(_l("生年月日（求職者の方）"), render_kw={"autocomplete": "bday"})

    day: date | None = None

    def validate_birth_date(self, birth_date: StringField) -> None:
        """Empty, or a day however it is written."""
        typed = birth_date.data or ""
        if typed.strip():
            try:
                self.day = parse_day(typed)
            except UnreadableDay as unreadable:
                raise ValidationError(field_text(unreadable.reason, {})) from None


class CarriedForm(AccessForm):
    """The code once more, out of sight, and the sign-in name that belongs to it."""

    code = HiddenField(validators=[InputRequired(_MISSING)])
    birth_date = HiddenField()
    name = HiddenField()


class ChoosePasswordForm(Repeated, CarriedForm):
    """A first or a new password, by a code."""

    password = _password(_l("新しいパスワード"), "new-password")
    again = _password(_l("新しいパスワード（確認）"), "new-password")


class ResetForm(CarriedForm):
    """The end of a lost second factor, by a code."""


class ChangePasswordForm(Repeated, AuthForm):
    """The present password and a new one."""

    current = _password(_l("今のパスワード"), "current-password")
    password = _password(_l("新しいパスワード"), "new-password")
    again = _password(_l("新しいパスワード（確認）"), "new-password")


class ConfirmForm(AuthForm):
    """The present password, asked once more."""

    password = _password(_l("今のパスワード"), "current-password")


_FULL_HOURS = [SelectChoice(str(hour), f"{hour}:00") for hour in range(HOURS)]


class NoticeForm(AuthForm):
    """Notices by mail: how often, where to, and when not."""

    rhythm = RadioField(
        _l("お知らせの回数"),
        choices=[
            SelectChoice(Rhythm.EACH.value, _l("メッセージが届くたびに知らせる")),
            SelectChoice(Rhythm.DAILY.value, _l("1日に1回、朝にまとめて知らせる")),
            SelectChoice(Rhythm.NONE.value, _l("知らせない")),
        ],
    )
    mail = EmailField(_l("お知らせを受け取るメールアドレス"), render_kw={"autocomplete": "email"})
    quiet = RadioField(
        _l("メールを送らない時間"),
        choices=[
            SelectChoice(Quiet.STANDARD.value, ""),
            SelectChoice(Quiet.OWN.value, _l("自分で決める（下の二つの欄で選びます）")),
            SelectChoice(Quiet.OFF.value, _l("決めない（夜でも送る）")),
        ],
    )
    quiet_from = SelectField(_l("送らない時間の始まり"), choices=_FULL_HOURS)
    quiet_until = SelectField(_l("送らない時間の終わり"), choices=_FULL_HOURS)

    def name_standard(self, begins: int, ends: int) -> None:
        """Say in the first choice which hours the installation has."""
        standard = _l("%(begins)s時から%(ends)s時まで", begins=begins, ends=ends)
        self.quiet.choices = [SelectChoice(Quiet.STANDARD.value, standard), *self.quiet.choices[1:]]


class LanguageForm(AuthForm):
    """The language of pages after signing in."""

    language = RadioField(
        _l("表示する言語"), choices=[SelectChoice("ja", "日本語"), SelectChoice("en", "English")]
    )


class UnitForm(AuthForm):
    """Which unit to act for; filled with the person's own units."""

    unit = RadioField(_l("利用する団体"), validators=[InputRequired(_MISSING)], choices=[])
