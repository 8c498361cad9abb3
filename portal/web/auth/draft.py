"""One's own drafts (下書き): the list, a look at one, throwing it away; and staying signed in a little longer."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.draft import IDENTITY_KEPT, MOST, TEXT_KEPT
from portal.domain.permission import Permission
from portal.services import draft as service
from portal.services.draft import Draft
from portal.web import draft as drafts
from portal.web.access import Audience, page
from portal.web.auth.blueprint import blueprint
from portal.web.auth.identity import current_actor, session_end
from portal.web.auth.session import AUDIENCE
from portal.web.rendering import iso
from portal.web.runtime import current

_SHOWN = 80
_TEXTS = ("text", "pr", "experience_text")


@page(blueprint, "/drafts", audience=Audience.ACCOUNT, permission=Permission.OWN_ACCOUNT_CHANGE)
def list_drafts() -> ResponseReturnValue:
    """Everything one has typed and not sent, as whom one acts now."""
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        found = service.every(session, runtime.clock, current_actor())
    return render_template(
        "auth/drafts.html",
        drafts=[
            (one, drafts.name_of(one.sheet), _beginning(one), drafts.address_of(one.sheet)) for one in found
        ],
        text_days=TEXT_KEPT.days,
        most=MOST,
        identity_hours=int(IDENTITY_KEPT.total_seconds()) // 3600,
    )


@page(
    blueprint,
    "/drafts/<ref>",
    audience=Audience.ACCOUNT,
    permission=Permission.OWN_ACCOUNT_CHANGE,
    endpoint="draft",
)
def drop(ref: str) -> ResponseReturnValue:
    """A look at a draft before it is thrown away; that cannot be undone."""
    runtime, actor = current(), current_actor()
    with runtime.read(AUDIENCE) as session:
        found = service.by_ref(session, runtime.clock, actor, ref)
    return render_template(
        "auth/draft.html",
        draft=found,
        name=drafts.name_of(found.sheet),
        texts=_texts(found),
        address=drafts.address_of(found.sheet),
    )


@page(
    blueprint,
    "/drafts/<ref>/forget",
    audience=Audience.ACCOUNT,
    permission=Permission.OWN_ACCOUNT_CHANGE,
    methods=["POST"],
)
def forget_draft(ref: str) -> ResponseReturnValue:
    """Throw a draft away for good."""
    with current().write(AUDIENCE) as session:
        service.forget(session, current_actor(), ref)
    flash(gettext("下書きを消しました。"), "success")
    return redirect(url_for("auth.list_drafts"), 303)


@page(
    blueprint,
    "/account/stay",
    audience=Audience.ACCOUNT,
    permission=Permission.OWN_ACCOUNT_CHANGE,
    methods=["POST"],
)
def stay() -> ResponseReturnValue:
    """For the script: this very request keeps the session alive; the answer says until when."""
    end = session_end()
    return ("" if end is None else iso(end.at)), 200, {"Content-Type": "text/plain"}


def _texts(found: Draft) -> list[str]:
    return [text for name in _TEXTS for text in found.sheet.fields.get(name, ()) if text]


def _beginning(found: Draft) -> str:
    text = " ".join("".join(_texts(found)[:1]).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
