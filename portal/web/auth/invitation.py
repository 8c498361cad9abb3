"""Taking an invitation into a unit: first the code or the link, then what it is for, then with which account.

Public pages. A code never stands in an address; a link holds a signed random token, and opening it alone looks nothing
up, so that a program which follows links in mails uses no attempt up.
"""

from flask import Flask, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from portal.domain.account import LONGEST_NAME, SHORTEST_NAME
from portal.domain.actor import ActorKind
from portal.domain.password import LONGEST, SHORTEST
from portal.domain.refusal import Invalid, Refusal
from portal.services import joining as service
from portal.services import web_session
from portal.web.access import public_page
from portal.web.auth.blueprint import blueprint, passwords
from portal.web.auth.forms import AuthForm, Repeated
from portal.web.auth.identity import (
    address,
    current_actor,
    current_visit,
    home_address,
    look_again,
    portal_session,
    visitor,
)
from portal.web.auth.link import token_of
from portal.web.auth.session import AUDIENCE
from portal.web.auth.sign_in import arrive, open_session, status_of
from portal.web.field_wording import show_in
from portal.web.letterhead import class_name
from portal.web.member_role import role_names
from portal.web.runtime import current

COOKIE = "portal-invitation"
"""Keeps code or link while somebody signs in on the way, for as long as signing in may take."""

_COOKIE_SECONDS = 30 * 60
_MISSING = _l("入力または選択してください。")
_LENGTHS = {
    "shortest": SHORTEST,
    "longest": LONGEST,
    "shortest_name": SHORTEST_NAME,
    "longest_name": LONGEST_NAME,
}


class CodeForm(AuthForm):
    """The code as it is typed."""

    code = StringField(
        _l("招待コード（12文字）"),
        [InputRequired(_MISSING)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class CarriedForm(AuthForm):
    """Code or link once more, out of sight."""

    code = HiddenField()
    link = HiddenField()

    @property
    def token(self) -> str | None:
        """What is looked up for a link; None without one. A link we did not sign is nobody's token."""
        return (token_of(self.link.data) or "-") if self.link.data else None


class NewAccountForm(Repeated, CarriedForm):
    """Name and password of one's own choice."""

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


@public_page(blueprint, "/invitation", methods=["GET", "POST"])
def invitation() -> ResponseReturnValue:
    """Type the code; or go on after signing in."""
    form = CodeForm()
    if request.method != "POST":
        kept = _kept()
        if kept is None:
            return _asked(form)
        _over()
        return render_template("auth/invitation_link.html", form=kept, action=url_for("auth.invitation_look"))
    if not form.validate():
        return _asked(form, 422)
    return _look(form, CarriedForm(formdata=None, code=form.code.data))


@public_page(blueprint, "/invitation/<link>", methods=["GET", "POST"])
def invitation_by_link(link: str) -> ResponseReturnValue:
    """The same from a link. An address that is not ours asks for the code."""
    if token_of(link) is None:
        return _asked(CodeForm(formdata=None), unreadable_link=True)
    carried = CarriedForm(formdata=None, link=link)
    if request.method != "POST":
        return render_template(
            "auth/invitation_link.html", form=carried, action=url_for("auth.invitation_by_link", link=link)
        )
    return _look(CodeForm(formdata=None), carried)


@public_page(blueprint, "/invitation/look", methods=["GET", "POST"])
def invitation_look() -> ResponseReturnValue:
    """What the invitation is for, after signing in on the way."""
    if request.method != "POST":
        return redirect(url_for("auth.invitation"), 303)
    return _look(CodeForm(formdata=None), CarriedForm())


def _look(asked: CodeForm, carried: CarriedForm) -> ResponseReturnValue:
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            offer = service.look(
                session,
                runtime.clock,
                visitor(),
                code=carried.code.data or "",
                link=carried.token,
                address=address(),
            )
    except Refusal as refused:
        return _refused(asked, refused)
    visit = current_visit()
    new = NewAccountForm(formdata=None, code=carried.code.data, link=carried.link.data)
    return render_template(
        "auth/invitation_offer.html",
        offer=offer,
        unit_class=class_name(offer.unit_class),
        role=role_names()[offer.role],
        form=new,
        visit=visit,
        is_member=visit is not None and visit.actor.kind is ActorKind.MEMBER,
        **_LENGTHS,
    )


@public_page(blueprint, "/invitation/account", methods=["GET", "POST"])
def invitation_account() -> ResponseReturnValue:
    """Join with a new account, and be signed in with it."""
    if current_visit() is not None:
        return redirect(home_address(), 303)  # the second click of two, or the slower of two tabs
    form = NewAccountForm()
    if request.method != "POST":
        return redirect(url_for("auth.invitation"), 303)
    if not form.validate():
        return _choose(form)
    runtime = current()
    name, password = form.sign_in_name.data or "", form.password.data or ""
    try:
        with runtime.write(AUDIENCE) as session:
            joined = service.join_new(
                session,
                runtime.clock,
                visitor(),
                passwords(),
                code=form.code.data or "",
                link=form.token,
                sign_in_name=name,
                password=password,
                language=str(get_locale() or "ja"),
                address=address(),
            )
    except Invalid as invalid:
        if "code" in invalid.errors:
            return _refused(CodeForm(formdata=None), invalid)
        show_in(form, invalid)
        return _choose(form)
    except Refusal as refused:
        return _refused(CodeForm(formdata=None), refused)
    _over()
    flash(gettext("%(unit)sの利用者になりました。", unit=joined.unit_name), "success")
    return _enter(name, password)


def _enter(name: str, password: str) -> ResponseReturnValue:
    try:
        return arrive(open_session(name, password))
    except Refusal:
        return redirect(url_for("auth.sign_in", after="password"), 303)


@public_page(blueprint, "/invitation/join", methods=["GET", "POST"])
def invitation_join() -> ResponseReturnValue:
    """Join with the account one is signed in with; from now on one acts for this unit."""
    form = CarriedForm()
    if request.method != "POST" or current_visit() is None:
        return redirect(url_for("auth.invitation"), 303)
    runtime, actor = current(), current_actor()
    try:
        with runtime.write(AUDIENCE) as session:
            joined = service.join(
                session,
                runtime.clock,
                actor,
                code=form.code.data or "",
                link=form.token,
                address=address(),
            )
            web_session.choose_unit(
                session, runtime.clock, actor, portal_session().token or "", joined.unit_key
            )
    except Refusal as refused:
        return _refused(CodeForm(formdata=None), refused)
    _over()
    look_again()
    flash(gettext("%(unit)sの利用者になりました。", unit=joined.unit_name), "success")
    return redirect(home_address(), 303)


@public_page(blueprint, "/invitation/sign-in", methods=["GET", "POST"])
def invitation_sign_in() -> ResponseReturnValue:
    """Sign in first; the code or the link waits in this browser meanwhile."""
    form = CarriedForm()
    if request.method != "POST":
        return redirect(url_for("auth.invitation"), 303)
    g.invitation_kept = _serializer().dumps([(form.code.data or "")[:100], (form.link.data or "")[:200]])
    return redirect(url_for("auth.sign_in"), 303)


def _choose(form: NewAccountForm) -> ResponseReturnValue:
    return render_template("auth/invitation_account.html", form=form, **_LENGTHS), 422


def _refused(form: CodeForm, refused: Refusal) -> ResponseReturnValue:
    if isinstance(refused, Invalid):
        show_in(form, refused)
    else:
        form.refuse(refused)
    status, headers = status_of(refused)
    return _asked(form, status, headers)


def _asked(
    form: CodeForm,
    status: int = 200,
    headers: dict[str, str] | None = None,
    *,
    unreadable_link: bool = False,
) -> ResponseReturnValue:
    page = render_template("auth/invitation.html", form=form, unreadable_link=unreadable_link)
    return page, status, headers or {}


# What waits while somebody signs in


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="waiting invitation")


def _cookie() -> str:
    return f"__Host-{COOKIE}" if current().settings.secure_cookies else COOKIE


def _over() -> None:
    """Nothing waits any more."""
    g.invitation_kept, g.invitation_waits = "", False


def _kept() -> CarriedForm | None:
    try:
        code, link = _serializer().loads(request.cookies.get(_cookie(), ""), max_age=_COOKIE_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    return CarriedForm(formdata=None, code=str(code), link=str(link))


def init_invitation(app: Flask) -> None:
    """Let the answer carry the cookie of a waiting invitation, or take it away; tell the way home about it."""

    @app.before_request
    def waits() -> None:
        g.invitation_waits = _cookie() in request.cookies

    @app.after_request
    def cookie(response: Response) -> Response:
        kept, secure = g.get("invitation_kept"), current().settings.secure_cookies
        if kept:
            response.set_cookie(
                _cookie(),
                kept,
                max_age=_COOKIE_SECONDS,
                httponly=True,
                secure=secure,
                samesite="Lax",
                path="/",
            )
        elif kept == "":
            response.delete_cookie(_cookie(), httponly=True, secure=secure, samesite="Lax", path="/")
        return response
