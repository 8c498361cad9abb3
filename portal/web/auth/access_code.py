"""One-time codes: first the code, then what it is good for. The code never stands in an address."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.domain.password import LONGEST, SHORTEST
from portal.domain.refusal import Invalid, Refusal
from portal.services import access_code as service
from portal.services.access_code import Purpose
from portal.web.access import public_page
from portal.web.auth.blueprint import blueprint, passwords
from portal.web.auth.forms import AccessForm, CarriedForm, ChoosePasswordForm, ResetForm
from portal.web.auth.identity import address, leave, visitor
from portal.web.auth.session import AUDIENCE
from portal.web.auth.sign_in import status_of
from portal.web.field_wording import show_in
from portal.web.runtime import current


@public_page(blueprint, "/access", methods=["GET", "POST"])
def access() -> ResponseReturnValue:
    """Type the code; the next page depends on what it is good for."""
    form = AccessForm()
    if request.method != "POST":
        return render_template("auth/access.html", form=form)
    if not form.validate():
        return _again(form)
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            usable = service.look(
                session,
                runtime.clock,
                visitor(),
                code=form.code.data or "",
                birth_date=form.day,
                address=address(),
            )
    except Refusal as refused:
        return _refused(form, refused)
    if usable.purpose is Purpose.ACTIVATION:
        form.refuse(Refusal("code_for_activation"))
        return _again(form)
    kind = ResetForm if usable.purpose is Purpose.SECOND_FACTOR else ChoosePasswordForm
    template = _TEMPLATES[kind]
    following = kind(
        formdata=None, code=form.code.data, birth_date=form.birth_date.data, name=usable.sign_in_name
    )
    return render_template(template, form=following, **_LENGTHS)


_TEMPLATES: dict[type[CarriedForm], str] = {
    ChoosePasswordForm: "auth/access_password.html",
    ResetForm: "auth/access_reset.html",
}
_LENGTHS = {"shortest": SHORTEST, "longest": LONGEST}


@public_page(blueprint, "/access/password", methods=["GET", "POST"])
def choose_password() -> ResponseReturnValue:
    """Use the code up for a first or a new password; then one signs in with it."""
    form = ChoosePasswordForm()
    if request.method != "POST":
        return redirect(url_for("auth.access"), 303)
    if not form.validate():
        return _again(form)
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            service.choose_password(
                session,
                runtime.clock,
                visitor(),
                passwords(),
                code=form.code.data or "",
                birth_date=form.day,
                password=form.password.data or "",
                address=address(),
            )
    except Refusal as refused:
        return _refused(form, refused)
    leave()
    return redirect(url_for("auth.sign_in", after="password"), 303)


@public_page(blueprint, "/access/second-factor", methods=["GET", "POST"])
def reset_second_factor() -> ResponseReturnValue:
    """Use the code up to take a lost second factor away; it is set up anew at the next sign-in."""
    form = ResetForm()
    if request.method != "POST":
        return redirect(url_for("auth.access"), 303)
    if not form.validate():
        return _again(form)
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            service.reset(
                session,
                runtime.clock,
                visitor(),
                code=form.code.data or "",
                birth_date=form.day,
                address=address(),
            )
    except Refusal as refused:
        return _refused(form, refused)
    leave()
    return redirect(url_for("auth.sign_in", after="second-factor"), 303)


def _refused(form: AccessForm, refused: Refusal) -> ResponseReturnValue:
    if isinstance(refused, Invalid):
        show_in(form, refused)
    else:
        form.refuse(refused)
    status, headers = status_of(refused)
    return _again(form, status, headers)


def _again(form: AccessForm, status: int = 422, headers: dict[str, str] | None = None) -> ResponseReturnValue:
    template = _TEMPLATES.get(type(form), "auth/access.html")
    return render_template(template, form=form, **_LENGTHS), status, headers or {}
