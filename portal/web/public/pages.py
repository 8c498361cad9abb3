"""The public pages. Of the database they ask nothing but whether there is maintenance, so they are served while it is
away."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from portal.web.access import public_page
from portal.web.runtime import current

blueprint = Blueprint("public", __name__)


@public_page(blueprint, "/")
def home() -> ResponseReturnValue:
    """What this is, three entrances, two promises."""
    return render_template("public/home.html")


@public_page(blueprint, "/for-seekers")
def for_seekers() -> ResponseReturnValue:
    """How a job seeker begins: at the office."""
    return render_template("public/for_seekers.html")


@public_page(blueprint, "/for-organisations")
def for_organisations() -> ResponseReturnValue:
    """How an organisation applies: on paper, at the bureau."""
    return render_template("public/for_organisations.html")


@public_page(blueprint, "/protection")
def protection() -> ResponseReturnValue:
    """How information is protected; says only what holds."""
    return render_template("public/protection.html")


@public_page(blueprint, "/accessibility")
def accessibility() -> ResponseReturnValue:
    """The accessibility statement; says only what was checked."""
    return render_template("public/accessibility.html")


@public_page(blueprint, "/privacy")
def privacy() -> ResponseReturnValue:
    """What is kept about whom, and for what."""
    return render_template("public/privacy.html")


@public_page(blueprint, "/contact")
def contact() -> ResponseReturnValue:
    """Whom to ask about what."""
    return render_template("public/contact.html")


@public_page(blueprint, "/robots.txt")
def robots() -> ResponseReturnValue:
    """No search engine is wanted here."""
    return _plain("User-agent: *\nDisallow: /\n")


@public_page(blueprint, "/health/live")
def live() -> ResponseReturnValue:
    """The process answers; asks nothing else."""
    return _plain("ok\n")


@public_page(blueprint, "/health/ready")
def ready() -> ResponseReturnValue:
    """The database answers and stands at the newest migration; no more detail than yes or no."""
    return _plain("ok\n") if current().ready() else _plain("not ok\n", 503)


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status, mimetype="text/plain")
