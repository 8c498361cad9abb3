"""The 利用規約 (terms of use): the version in force, agreeing to a new one, and the earlier ones (ruling R10)."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, NotFound, Refusal
from portal.services import public_id
from portal.services import terms as service
from portal.services.own_terms import OwnTerms, own_terms
from portal.web.auth.identity import current_actor
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, language, seeker_page, show


@seeker_page("/terms", Permission.SEEKER_CONSENT_CHANGE)
def terms() -> ResponseReturnValue:
    """The version offered now, what was agreed to, and the button when it waits."""
    return _shown()


@seeker_page("/new-terms", Permission.SEEKER_CONSENT_CHANGE)
def new_terms() -> ResponseReturnValue:
    """Asks calmly, after sign-in and when an answer waits for it; nothing waits: on to where one was going."""
    then = _then(request.args.get("then"))
    own = _own()
    if own.current is None or not own.open:
        return redirect(_onward(then), 303)
    changes = own.current.changes(language()) if own.agreed else ()
    return show("new_terms", own=own, changes=changes, then=then, later=_onward(then))


@seeker_page("/terms", Permission.SEEKER_CONSENT_CHANGE, methods=("POST",))
def agree() -> ResponseReturnValue:
    """Agree to the version that was shown; another one that came meanwhile is shown first."""
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            service.agree(session, runtime.clock, current_actor(), request.form.get("version", ""))
    except Conflict:
        return _shown(409, changed=True)
    except Refusal as refused:
        if refused.reason != "terms_missing":
            raise
        return _shown(409)
    flash(gettext("利用規約に同意しました。"), "success")
    if "then" in request.form:
        return redirect(_onward(_then(request.form["then"])), 303)
    return redirect(url_for("seeker.terms"), 303)


@seeker_page("/terms/<version>", Permission.SEEKER_CONSENT_CHANGE)
def terms_version(version: str) -> ResponseReturnValue:
    """One version as it was offered."""
    own = _own()
    found = next((text for text in own.versions if text.code == version), None)
    if found is None:
        raise NotFound
    return show("terms_version", text=found, consent=own.consent_to(version))


def _own() -> OwnTerms:
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        return own_terms(session, runtime.clock, current_actor())


def _then(typed: str | None) -> str:
    """The organisation whose thread somebody came from, as addresses have it; "" for home and for anything else."""
    return typed if typed and public_id.read(typed) is not None else ""


def _onward(then: str) -> str:
    return url_for("seeker.thread", ref=then, _anchor="answer") if then else url_for("seeker.home")


def _shown(status: int = 200, *, changed: bool = False) -> ResponseReturnValue:
    own = _own()
    consent = own.consent_to(own.current.code) if own.current else None
    return show("terms", status, own=own, consent=consent, changed=changed)
