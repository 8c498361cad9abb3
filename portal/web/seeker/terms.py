"""The 利用規約 (terms of use): the version in force, agreeing to a new one, and the earlier ones."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.permission import Permission
from portal.domain.refusal import Conflict, NotFound, Refusal
from portal.services import terms as service
from portal.services.own_terms import own_terms
from portal.web.auth.identity import current_actor
from portal.web.runtime import current
from portal.web.seeker.frame import AUDIENCE, seeker_page, show


@seeker_page("/terms", Permission.SEEKER_CONSENT_CHANGE)
def terms() -> ResponseReturnValue:
    """The version offered now, what was agreed to, and the button when it waits."""
    return _shown()


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
    return redirect(url_for("seeker.terms"), 303)


@seeker_page("/terms/<version>", Permission.SEEKER_CONSENT_CHANGE)
def terms_version(version: str) -> ResponseReturnValue:
    """One version as it was offered."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        own = own_terms(session, runtime.clock, current_actor())
    found = next((text for text in own.versions if text.code == version), None)
    if found is None:
        raise NotFound
    return show("terms_version", text=found, consent=own.consent_to(version))


def _shown(status: int = 200, *, changed: bool = False) -> ResponseReturnValue:
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        own = own_terms(session, runtime.clock, current_actor())
    consent = own.consent_to(own.current.code) if own.current else None
    return show("terms", status, own=own, consent=consent, changed=changed)
