"""Applications of the acting unit: change, renewal and end, made by officer and contact; everybody sees how they stand.

Begun with the record in force. Nothing here reaches the bureau: the printed paper does (seed 004 P-Q2, P-Q11, M-Q2,
M-Q3, M-Q8; ruling 43), and the record in force stays until the bureau has entered the change (ruling 44).
"""

from datetime import date, timedelta

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.application import BEFORE_RECEIPT, DECIDED, IN_HAND, Kind
from portal.domain.permission import Permission, may
from portal.domain.refusal import Conflict
from portal.services import application as service
from portal.services.unit_home import REMIND_DAYS, unit_home
from portal.web.access import Audience, page
from portal.web.application import desk as pages
from portal.web.application.desk import Desk
from portal.web.application.papers import decision_letter, paper
from portal.web.application.wording import KINDS, STATES
from portal.web.auth.identity import current_actor
from portal.web.provider.blueprint import blueprint
from portal.web.provider.page import show
from portal.web.runtime import current
from portal.web.wording import Words, words_of

AUDIENCE = "provider"
MAKE = Permission.UNIT_APPLICATION_MAKE


@page(blueprint, "/applications", audience=Audience.PROVIDER, permission=Permission.UNIT_APPLICATION_READ)
def applications() -> ResponseReturnValue:
    """All of them, and what can be begun."""
    return _list()


def _list(status: int = 200, refused: Words | None = None) -> ResponseReturnValue:
    runtime, actor = current(), current_actor()
    with runtime.read(AUDIENCE) as session:
        lines = service.of_unit(session, runtime.clock, actor)
        last = unit_home(session, runtime.clock, actor).valid_until
    open_kinds = {line.kind for line in lines if line.state in BEFORE_RECEIPT | IN_HAND}
    return show(
        "provider/applications.html",
        status,
        lines=[(line, str(KINDS[line.kind]), STATES[line.state], line.state in DECIDED) for line in lines],
        kinds=[
            (kind.value, str(words), kind in open_kinds)
            for kind, words in KINDS.items()
            if kind is not Kind.USE
        ],
        makes=may(actor, MAKE),
        renewal_from=renewal_from(last),
        remind_days=REMIND_DAYS,
        refused=refused,
    )


def renewal_from(last: date | None) -> date | None:
    """From when a renewal is best prepared: the day of the first reminder. The seed names no time: our decision."""
    return None if last is None else last - timedelta(days=REMIND_DAYS)


@page(
    blueprint,
    "/applications/start",
    audience=Audience.PROVIDER,
    permission=MAKE,
    methods=["GET", "POST"],
)
def application_start() -> ResponseReturnValue:
    """Begin one with the record in force."""
    if request.method != "POST":
        return redirect(url_for(".applications"), 303)
    runtime = current()
    try:
        with runtime.write(AUDIENCE) as session:
            ref = service.start_for_unit(
                session, runtime.clock, current_actor(), request.form.get("kind", "")
            )
    except Conflict as conflict:
        return _list(409, words_of(conflict))
    return redirect(url_for(".application", ref=ref), 303)


def _desk(ref: str) -> Desk:
    return Desk(
        audience=AUDIENCE,
        place="provider.application",
        at={"ref": ref},
        ref=ref,
        actor=current_actor(),
        show=_show,
        more={
            "address": None,
            "fresh": False,
            "back": (url_for(".applications"), gettext("申請の一覧へ")),
        },
    )


def _show(template: str, status: int = 200, **values: object) -> ResponseReturnValue:
    return show(template, status, layout="provider/frame.html", **values)


@page(blueprint, "/applications/<ref>", audience=Audience.PROVIDER, permission=MAKE)
def application(ref: str) -> ResponseReturnValue:
    """Where it stands and what is missing."""
    return pages.overview(_desk(ref))


@page(
    blueprint,
    "/applications/<ref>/steps/<step>",
    audience=Audience.PROVIDER,
    permission=MAKE,
    methods=["GET", "POST"],
)
def application_step(ref: str, step: str) -> ResponseReturnValue:
    """One step."""
    return pages.step(_desk(ref), step)


@page(
    blueprint,
    "/applications/<ref>/finish",
    audience=Audience.PROVIDER,
    permission=MAKE,
    methods=["GET", "POST"],
)
def application_finish(ref: str) -> ResponseReturnValue:
    """Number and paper."""
    return pages.finish(_desk(ref))


@page(
    blueprint,
    "/applications/<ref>/reopen",
    audience=Audience.PROVIDER,
    permission=MAKE,
    methods=["GET", "POST"],
)
def application_reopen(ref: str) -> ResponseReturnValue:
    """Back to writing."""
    return pages.reopen(_desk(ref))


@page(
    blueprint,
    "/applications/<ref>/discard",
    audience=Audience.PROVIDER,
    permission=MAKE,
    methods=["GET", "POST"],
)
def application_discard(ref: str) -> ResponseReturnValue:
    """Delete it, asked once more."""
    return pages.discard(_desk(ref), url_for(".applications"))


@page(blueprint, "/applications/<ref>/paper", audience=Audience.PROVIDER, permission=MAKE)
def application_paper(ref: str) -> ResponseReturnValue:
    """The paper to print."""
    return paper(_desk(ref))


@page(blueprint, "/applications/<ref>/letter", audience=Audience.PROVIDER, permission=MAKE)
def application_letter(ref: str) -> ResponseReturnValue:
    """What the bureau wrote."""
    return decision_letter(_desk(ref))
