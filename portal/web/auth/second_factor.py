"""The second factor: the code at sign-in, setting it up, and new recovery codes."""

import io

import segno
from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.domain.account import Busy, SignInFailed, Stage, TooManyAttempts
from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, Forbidden, Invalid
from portal.services import second_factor as service
from portal.web.access import Audience, page, public_page
from portal.web.auth.blueprint import blueprint, passwords
from portal.web.auth.forms import CodeForm, ConfirmForm
from portal.web.auth.identity import address, current_actor, enter, home_address, portal_session, visitor
from portal.web.auth.session import AUDIENCE, lifetime
from portal.web.auth.sign_in import arrive, status_of
from portal.web.field_wording import show_in
from portal.web.runtime import current


def _pending(*stages: Stage) -> str | None:
    """The session's id when it stands at one of these stages."""
    visit = portal_session().visit
    return portal_session().token if visit is not None and visit.stage in stages else None


@public_page(blueprint, "/second-factor", methods=["GET", "POST"])
def second_factor() -> ResponseReturnValue:
    """The second step of signing in."""
    token = _pending(Stage.SECOND_FACTOR)
    if token is None:
        return redirect(url_for("auth.sign_in"), 303)
    form = CodeForm()
    if request.method != "POST":
        return render_template("auth/second_factor.html", form=form)
    if not form.validate():
        return render_template("auth/second_factor.html", form=form), 422
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            opened = service.check(
                session,
                runtime.clock,
                visitor(),
                token=token,
                typed=form.code.data or "",
                address=address(),
                lifetime=lifetime(runtime),
            )
    except (SignInFailed, TooManyAttempts) as refused:
        if refused.reason == "session_ended":
            return redirect(url_for("auth.sign_in"), 303)
        form.refuse(refused)
        return render_template("auth/second_factor.html", form=form), *status_of(refused)
    enter(opened.token)
    return arrive(opened)


@public_page(blueprint, "/second-factor/enrol", methods=["GET", "POST"])
def enrol() -> ResponseReturnValue:
    """Set the app up with a QR code or by typing the secret; the first code proves it, then come recovery codes."""
    token = _pending(Stage.ENROL, Stage.SIGNED_IN)
    if token is None:
        return redirect(url_for("auth.sign_in"), 303)
    runtime, form = current(), CodeForm()
    try:
        if request.method == "POST" and form.validate():
            with runtime.write(AUDIENCE) as session:
                enrolled = service.confirm(
                    session,
                    runtime.clock,
                    current_actor(),
                    token=token,
                    typed=form.code.data or "",
                    lifetime=lifetime(runtime),
                )
            enter(enrolled.opened.token)
            return render_template(
                "auth/recovery_codes.html", codes=enrolled.recovery_codes, first=True, next_url=home_address()
            )
    except Invalid as refused:
        show_in(form, refused)
    except (Conflict, SignInFailed):
        return redirect(home_address(), 303)
    try:
        enrolment = _enrolment(token)
    except (Conflict, Forbidden, SignInFailed):
        return redirect(home_address(), 303)
    groups = [enrolment.secret[i : i + 4] for i in range(0, len(enrolment.secret), 4)]
    return render_template("auth/enrol.html", form=form, secret=" ".join(groups)), 422 if form.errors else 200


@public_page(blueprint, "/second-factor/qr.svg")
def qr() -> ResponseReturnValue:
    """The picture that the app reads; for nobody but whoever sets it up at this moment."""
    # It holds a secret: no browser may keep it.
    g.public_page = False
    token = _pending(Stage.ENROL, Stage.SIGNED_IN)
    try:
        if token is None:
            raise SignInFailed("session_ended")
        uri = _enrolment(token).uri
    except (Conflict, Forbidden, SignInFailed):
        return redirect(url_for("auth.sign_in"), 303)
    picture = io.BytesIO()
    segno.make(uri, error="m").save(picture, kind="svg", scale=4, border=4, dark="#000", light="#fff")
    return Response(picture.getvalue(), mimetype="image/svg+xml")


def _enrolment(token: str) -> service.Enrolment:
    runtime = current()
    with runtime.write(AUDIENCE) as session:
        return service.begin(session, runtime.clock, token, lifetime(runtime))


@page(
    blueprint,
    "/account/recovery-codes",
    audience=Audience.ACCOUNT,
    permission=Permission.OWN_ACCOUNT_CHANGE,
    methods=["GET", "POST"],
)
def recovery_codes() -> ResponseReturnValue:
    """Ten new recovery codes, shown once, after the password was typed again."""
    form = ConfirmForm()
    if request.method == "POST" and form.validate():
        runtime = current()
        try:
            with runtime.write(AUDIENCE) as session:
                codes = service.renew_recovery_codes(
                    session,
                    runtime.clock,
                    current_actor(),
                    passwords(),
                    password=form.password.data or "",
                    address=address(),
                )
        except Invalid as refused:
            show_in(form, refused)
        except (TooManyAttempts, Busy) as refused:
            form.refuse(refused)
            return render_template("auth/renew_recovery_codes.html", form=form), *status_of(refused)
        else:
            return render_template(
                "auth/recovery_codes.html", codes=codes, first=False, next_url=url_for("auth.account")
            )
    return render_template("auth/renew_recovery_codes.html", form=form), 422 if form.errors else 200
