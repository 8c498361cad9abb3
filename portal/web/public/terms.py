"""Every version of the 利用規約 (terms of use) with its days and what changed, for everybody (ruling R10)."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from portal.services import terms as service
from portal.web.access import public_page
from portal.web.public.pages import blueprint
from portal.web.runtime import current

AUDIENCE = "public"


@public_page(blueprint, "/terms")
def terms() -> ResponseReturnValue:
    """The versions, newest first."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = service.archive(session, runtime.clock)
    return render_template("public/terms.html", versions=found, language=_language())


@public_page(blueprint, "/terms/<version>")
def terms_version(version: str) -> ResponseReturnValue:
    """One version: its words, and what changed in them since the one before. Raises NotFound."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = service.archived(session, runtime.clock, version, _language())
    return render_template(
        "public/terms_version.html",
        one=found.archived,
        text=found.archived.text,
        before=found.before,
        changed=[(kind.value, words) for kind, words in found.paragraphs if kind != service.Change.KEPT],
        language=_language(),
    )


def _language() -> str:
    return str(get_locale() or "ja")
