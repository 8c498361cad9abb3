"""The pages of organisations; importing this declares them all."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from portal.domain.refusal import SendingClosed
from portal.web.auth.identity import current_actor
from portal.web.errors import form_expired
from portal.web.profile import experiences, names
from portal.web.provider import (
    announcement,
    application,
    complaint,
    home,
    paid_service,
    paid_thread,
    people,
    people_invitation,
    place,
    quota,
    rows,
    saved_search,
    search,
    selection,
    sends,
    session_cut,
    template,
    threads,
    unit,
    write,
)
from portal.web.provider.blueprint import blueprint
from portal.web.provider.marker import FIELD, opened_elsewhere
from portal.web.provider.page import switched
from portal.web.wording import Words, words_of

__all__ = [
    "announcement",
    "application",
    "blueprint",
    "complaint",
    "home",
    "paid_service",
    "paid_thread",
    "people",
    "people_invitation",
    "place",
    "quota",
    "saved_search",
    "search",
    "selection",
    "sends",
    "session_cut",
    "template",
    "threads",
    "unit",
    "write",
]


@blueprint.before_request
def only_for_the_unit_it_was_opened_under() -> ResponseReturnValue | None:
    """No form does anything for another unit than the one on its page: every view may rely on that."""
    return switched() if request.method == "POST" and opened_elsewhere() else None


@blueprint.errorhandler(CSRFError)
def form_of_another_unit(error: CSRFError) -> ResponseReturnValue:
    """A form's token ends with the unit it was opened under; whoever switched in another window is told so."""
    chosen = current_actor().unit_id is not None
    return switched() if chosen and FIELD in request.form and opened_elsewhere() else form_expired(error)


@blueprint.app_template_filter("told")
def told(reasons: tuple[str, ...]) -> list[Words]:
    """What a unit may not do now, each reason in words."""
    return [words_of(SendingClosed(reason)) for reason in reasons]


blueprint.add_app_template_filter(names, "named")
blueprint.add_app_template_filter(experiences, "experienced")
for _rows in (
    rows.dated,
    rows.rows_of_branches,
    rows.rows_of_parts,
    rows.rows_of_contractors,
    rows.rows_of_members,
    rows.rows_of_measure,
):
    blueprint.add_app_template_filter(_rows)
