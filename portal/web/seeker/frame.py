"""What all pages of the seeker share: the blueprint, how a page is declared, the frame with its menu."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from portal.domain.permission import Permission
from portal.services import inbox
from portal.web.access import Audience, View, page
from portal.web.auth.identity import current_actor
from portal.web.runtime import current

AUDIENCE = "seeker"
_COMPLAINTS = (
    "complaints",
    "complaint",
    "complaint_new",
    "complaint_open",
    "complaint_reply",
    "complaint_end",
    "complaint_copy",
)

blueprint = Blueprint("seeker", __name__)


def seeker_page(
    rule: str, permission: Permission, methods: Sequence[str] = ("GET",)
) -> Callable[[View], View]:
    """Declare a page for a job seeker, below /seeker."""
    return page(blueprint, f"/seeker{rule}", audience=Audience.SEEKER, permission=permission, methods=methods)


def show(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    """A page of the seeker; refused forms go with status 422."""
    values.setdefault("language", language())
    body = render_template(f"seeker/{template}.html", menu=_menu(), **values)
    return make_response(body, status)


def language() -> str:
    """The reader's language."""
    return str(get_locale() or "ja")


def page_number(text: str | None) -> int:
    """The page of a list as an address names it; the first one for whatever is no page."""
    typed = text or ""
    known = typed.isascii() and typed.isdigit() and len(typed) < 6
    return max(1, int(typed)) if known else 1


def _menu() -> list[tuple[str, str, bool, int]]:
    runtime = current()
    with runtime.read(AUDIENCE) as session:
        unread, announcements, complaints = inbox.new(session, runtime.clock, current_actor())
    entries = (
        ("seeker.home", gettext("ホーム"), ("home",), 0),
        ("seeker.inbox", gettext("届いた案内"), ("inbox", "thread", "answer"), unread),
        ("seeker.profile", gettext("見え方"), ("profile",), 0),
        ("seeker.blocks", gettext("ブロック"), ("blocks", "organisations", "block"), 0),
        ("seeker.complaints", gettext("苦情・相談"), _COMPLAINTS, complaints),
        ("seeker.log", gettext("記録"), ("log", "own_data", "corrections"), 0),
        ("seeker.announcements", gettext("お知らせ"), ("announcements", "announcement"), announcements),
        ("seeker.help", gettext("困ったとき"), ("help",), 0),
    )
    here = (request.endpoint or "").rpartition(".")[2]
    return [(label, url_for(endpoint), here in names, count) for endpoint, label, names, count in entries]
