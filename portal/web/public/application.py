"""Drafts of a first application without an account: begun at /apply, found again by the key in their address.

The key is all that opens a draft, so these pages tell nothing to anybody without it: a key of somebody else cannot be
told from one that was never given out. Nothing here is a submission (seed 004 P-Q2, M-Q2; ruling 43).
"""

from flask import g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.domain.application import DRAFT_DAYS
from portal.domain.refusal import Invalid
from portal.services import application as service
from portal.web.access import public_page
from portal.web.application import desk as pages
from portal.web.application.desk import Desk
from portal.web.application.forms import ApplicantForm, show_refusal
from portal.web.application.papers import decision_letter, paper
from portal.web.auth.identity import visitor
from portal.web.public.pages import blueprint
from portal.web.runtime import current

AUDIENCE = "public"
FRESH = "fresh"
"""Behind the question mark of the page right after the beginning: the address is to be written down now."""


@public_page(blueprint, "/apply", methods=["GET", "POST"])
def application_start() -> ResponseReturnValue:
    """What this is and is not, and the first step. Sent, it makes a draft with an address of its own."""
    form = ApplicantForm(request.form)
    form.ask(pages.asked(AUDIENCE))
    if request.method != "POST":
        return _begin(form)
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            started = service.start(session, runtime.clock, visitor(), form.typed())
    except Invalid as invalid:
        show_refusal(form, invalid)
        return _begin(form, 422)
    return redirect(url_for(".application", key=started.key, **{FRESH: "1"}), 303)


def _begin(form: ApplicantForm, status: int = 200) -> ResponseReturnValue:
    return make_response(render_template("application/start.html", form=form, draft_days=DRAFT_DAYS), status)


def _desk(key: str) -> Desk:
    g.public_page = False  # nobody in between keeps what only the holder of the key may read
    address = f"{current().settings.public_url}{url_for('.application', key=key)}"
    return Desk(
        audience=AUDIENCE,
        place="public.application",
        at={"key": key},
        ref=key,
        actor=visitor(),
        show=_show,
        more={"address": address, "fresh": FRESH in request.args, "back": None},
    )


def _show(template: str, status: int = 200, **values: object) -> ResponseReturnValue:
    return make_response(render_template(template, layout="layout.html", marker="", **values), status)


@public_page(blueprint, "/apply/<key>")
def application(key: str) -> ResponseReturnValue:
    """Where it stands and what is missing."""
    return pages.overview(_desk(key))


@public_page(blueprint, "/apply/<key>/steps/<step>", methods=["GET", "POST"])
def application_step(key: str, step: str) -> ResponseReturnValue:
    """One step."""
    return pages.step(_desk(key), step)


@public_page(blueprint, "/apply/<key>/finish", methods=["GET", "POST"])
def application_finish(key: str) -> ResponseReturnValue:
    """Number and paper."""
    return pages.finish(_desk(key))


@public_page(blueprint, "/apply/<key>/reopen", methods=["GET", "POST"])
def application_reopen(key: str) -> ResponseReturnValue:
    """Back to writing."""
    return pages.reopen(_desk(key))


@public_page(blueprint, "/apply/<key>/discard", methods=["GET", "POST"])
def application_discard(key: str) -> ResponseReturnValue:
    """Delete it, asked once more."""
    return pages.discard(_desk(key), url_for(".application_start"))


@public_page(blueprint, "/apply/<key>/paper")
def application_paper(key: str) -> ResponseReturnValue:
    """The paper to print."""
    return paper(_desk(key))


@public_page(blueprint, "/apply/<key>/letter")
def application_letter(key: str) -> ResponseReturnValue:
    """What the bureau wrote."""
    return decision_letter(_desk(key))
