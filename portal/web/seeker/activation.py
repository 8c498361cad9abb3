"""The first visit: the code on the paper and the birth date, then a sign-in name and a password of one's own choice.

Public pages. They tell about a code only to whoever types it together with the right birth date, and nothing about
the person at all. Code and birth date never stand in an address; the QR code holds a signed random token instead.
"""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired

from portal.calendar.era import UnreadableDay, parse_day
from portal.domain.account import LONGEST_NAME, SHORTEST_NAME
from portal.domain.password import LONGEST, SHORTEST
from portal.domain.refusal import Invalid, Refusal
from portal.services import access_code as service
from portal.services.access_code import Purpose
from portal.web.access import public_page
from portal.web.auth.blueprint import passwords
from portal.web.auth.forms import AuthForm
from portal.web.auth.identity import address, current_visit, home_address, visitor
from portal.web.auth.link import token_of
from portal.web.auth.session import AUDIENCE
from portal.web.auth.sign_in import open_session, status_of
from portal.web.field_wording import field_text, show_in
from portal.web.runtime import current
from portal.web.seeker.frame import blueprint

_MISSING = _l("入力または選択してください。")
_LENGTHS = {
    "shortest": SHORTEST,
    "longest": LONGEST,
    "shortest_name": SHORTEST_NAME,
    "longest_name": LONGEST_NAME,
}


def _birth_date() -> StringField:
    return StringField(_l("生年月日"), [InputRequired(_MISSING)], render_kw={"autocomplete": "bday"})


class BirthDateForm(AuthForm):
    """Who it is, for a code that came with the address."""

    birth_date = _birth_date()
    day: date | None = None

    def validate_birth_date(self, birth_date: StringField) -> None:
        """A day, however it is written."""
        try:
            self.day = parse_day(birth_date.data or "")
        except UnreadableDay as unreadable:
            raise ValidationError(field_text(unreadable.reason, {})) from None


class CodeForm(BirthDateForm):
    """Code and birth date as they are typed."""

    code = StringField(
        _l("利用開始コード（12文字）"),
        [InputRequired(_MISSING)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    birth_date = _birth_date()


class ChooseForm(BirthDateForm):
    """Name and password; what the first page asked goes along out of sight."""

    code = HiddenField()
    link = HiddenField()
    birth_date = HiddenField(validators=[InputRequired(_MISSING)])
    sign_in_name = StringField(
        _l("ログイン名"),
        [InputRequired(_MISSING)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("パスワード"), [InputRequired(_MISSING)], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _l("パスワード（確認のため、もう一度）"),
        [InputRequired(_MISSING)],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_again(self, again: PasswordField) -> None:
        """Both must be the same."""
        if again.data != self.password.data:
            raise ValidationError(_l("二つのパスワードが違います。もう一度、同じものを入力してください。"))


@public_page(blueprint, "/activate", methods=["GET", "POST"])
def activate() -> ResponseReturnValue:
    """Code and birth date, typed from the paper."""
    form = CodeForm()
    if current_visit() is not None:
        return _signed_in_already()
    if request.method != "POST":
        return _asked(form)
    return _look(form, form.code.data or "", "") if form.validate() else _asked(form, 422)


@public_page(blueprint, "/activate/<link>", methods=["GET", "POST"])
def activate_by_link(link: str) -> ResponseReturnValue:
    """The same from the QR code: only the birth date is asked. An address that is not ours asks for the code."""
    if current_visit() is not None:
        return _signed_in_already()
    if token_of(link) is None:
        return _asked(CodeForm(formdata=None), unreadable_link=True)
    form = BirthDateForm()
    if request.method != "POST":
        return _asked(form, link=link)
    return _look(form, "", link) if form.validate() else _asked(form, 422, link=link)


@public_page(blueprint, "/activate/account", methods=["GET", "POST"])
def activate_account() -> ResponseReturnValue:
    """Use the code up: open the account and sign in."""
    if current_visit() is not None:
        return redirect(home_address(), 303)  # the second click of two, or the slower of two tabs
    form = ChooseForm()
    if request.method != "POST":
        return redirect(url_for("seeker.activate"), 303)
    if not form.validate():
        return _choose(form, 422)
    runtime = current()
    link, name, password = form.link.data or "", form.sign_in_name.data or "", form.password.data or ""
    try:
        with runtime.write(AUDIENCE) as session:
            service.activate(
                session,
                runtime.clock,
                visitor(),
                passwords(),
                code=form.code.data or "",
                link=_token(link),
                birth_date=form.day,
                sign_in_name=name,
                password=password,
                language=str(get_locale() or "ja"),
                address=address(),
            )
    except Refusal as refused:
        _put(form, refused)
        status, headers = status_of(refused)
        return _choose(form, status, headers)
    return _enter(name, password)


def _enter(name: str, password: str) -> ResponseReturnValue:
    try:
        open_session(name, password)
    except Refusal:
        return redirect(url_for("auth.sign_in", after="password"), 303)
    flash(
        gettext("利用を始められます。次からは、今決めたログイン名とパスワードでログインしてください。"),
        "success",
    )
    return redirect(home_address(), 303)


def _look(form: BirthDateForm, code: str, link: str) -> ResponseReturnValue:
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            usable = service.look(
                session,
                runtime.clock,
                visitor(),
                code=code,
                link=_token(link),
                birth_date=form.day,
                address=address(),
            )
    except Refusal as refused:
        _put(form, refused)
        status, headers = status_of(refused)
        return _asked(form, status, headers, link=link)
    if usable.purpose is not Purpose.ACTIVATION:
        return _asked(form, 422, link=link, other_purpose=True)
    chosen = ChooseForm(formdata=None, code=code, link=link, birth_date=form.birth_date.data)
    return _choose(chosen, 200)


def _token(link: str) -> str | None:
    """What is looked up for a link; None without one. A link we did not sign is nobody's token."""
    return (token_of(link) or "-") if link else None


def _put(form: AuthForm, refused: Refusal) -> None:
    if isinstance(refused, Invalid):
        show_in(form, refused)
    else:
        form.refuse(refused)


def _asked(
    form: BirthDateForm,
    status: int = 200,
    headers: dict[str, str] | None = None,
    *,
    link: str = "",
    unreadable_link: bool = False,
    other_purpose: bool = False,
) -> ResponseReturnValue:
    page = render_template(
        "seeker/activate.html",
        form=form,
        link=link,
        unreadable_link=unreadable_link,
        other_purpose=other_purpose,
    )
    return page, status, headers or {}


def _choose(form: ChooseForm, status: int, headers: dict[str, str] | None = None) -> ResponseReturnValue:
    return render_template("seeker/activate_account.html", form=form, **_LENGTHS), status, headers or {}


def _signed_in_already() -> ResponseReturnValue:
    return render_template("seeker/activate_signed_in.html")
