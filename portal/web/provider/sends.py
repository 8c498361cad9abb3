"""The history of sends: what went out, by whom, and what came of it."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.permission import Permission
from portal.services import send_history as service
from portal.services.send_history import Choice, Kind
from portal.web.access import Audience, page
from portal.web.auth.identity import current_actor
from portal.web.provider.blueprint import blueprint
from portal.web.provider.page import show
from portal.web.runtime import current

Option = tuple[str, str, bool]
"""Value, name, and whether it is chosen."""


@page(blueprint, "/sends", audience=Audience.PROVIDER, permission=Permission.UNIT_SEND_READ)
def sends() -> ResponseReturnValue:
    """The sends this person sees, the latest first."""
    runtime = current()
    asked = {name: request.args.get(name, "") for name in ("kind", "sender", "place", "after")}
    kind = Kind.ALL if asked["kind"] == Kind.ALL else Kind.GUIDANCE
    with runtime.read("provider") as session:
        found = service.sends(
            session,
            runtime.clock,
            current_actor(),
            kind=kind,
            sender=asked["sender"],
            place=asked["place"],
            after=asked["after"],
        )
    narrowed = {name: asked[name] or None for name in ("kind", "sender", "place")}
    return show(
        "provider/sends.html",
        found=found,
        kinds=[
            (Kind.GUIDANCE.value, gettext("案内だけ"), kind is Kind.GUIDANCE),
            (Kind.ALL.value, gettext("返事も含む"), kind is Kind.ALL),
        ],
        senders=_options(found.senders, asked["sender"], gettext("すべての人")),
        places=_options(found.places, asked["place"], gettext("すべての部署")),
        older=url_for(".sends", **narrowed, after=found.after) if found.after else None,
        first=not asked["after"],
    )


@page(blueprint, "/sends/<ref>", audience=Audience.PROVIDER, permission=Permission.UNIT_SEND_READ)
def one_send(ref: str) -> ResponseReturnValue:
    """One send with its text and its results."""
    runtime = current()
    with runtime.read("provider") as session:
        line = service.send(session, runtime.clock, current_actor(), ref)
    return show("provider/one_send.html", line=line)


def _options(choices: tuple[Choice, ...], chosen: str, everything: str) -> list[Option]:
    """The select for a filter; none where there is nothing to choose."""
    if not choices:
        return []
    named = [(each.ref, each.name or gettext("部署なし（団体全体）"), each.ref == chosen) for each in choices]
    return [("", everything, False), *named]
