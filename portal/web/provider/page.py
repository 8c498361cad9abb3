"""Every page of a unit's people: for whom they act, what is left of the day, the sections.

Asked of the database for each page, after the page's own act, so that what is left is what is left now.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.domain.permission import Permission, may
from portal.services.unit_home import UnitHome, unit_home
from portal.web.auth.identity import current_actor, current_visit
from portal.web.errors import typed_texts
from portal.web.letterhead import unit_title
from portal.web.provider.marker import marker_of
from portal.web.runtime import current

_SEARCH = (
    "provider.search",
    "provider.results",
    "provider.profile",
    "provider.saved",
    "provider.saved_new",
    "provider.saved_one",
    "provider.write",
    "provider.preview",
    "provider.send",
    "provider.sent",
)

_LIST = (
    "provider.selection",
    "provider.selection_empty",
    "provider.templates",
    "provider.template",
    "provider.template_new",
)
_PEOPLE = ("provider.people", "provider.person", "provider.invit", "provider.department", "provider.sessions")
_QUOTA = (
    "provider.quota",
    "provider.reserve",
    "provider.place_limit",
    "provider.sends",
    "provider.one_send",
)
_UNIT = ("provider.unit", "provider.application", "provider.paid")


@dataclass(frozen=True)
class Meter:
    """The day's messages in the head of the page."""

    left: int
    limit: int
    resets_at: datetime
    next_limit: int


def show(template: str, status: int = 200, **values: object) -> ResponseReturnValue:
    """Render a page of the acting unit."""
    runtime, actor = current(), current_actor()
    with runtime.read("provider") as session:
        home = unit_home(session, runtime.clock, actor)
    shown = render_template(
        template,
        unit=home,
        acting_unit_name=_title(home),
        acting_change_url=_change_url(),
        quota=_meter(home),
        sections=_sections(home.unread, home.announcements, home.complaints),
        marker=marker_of(actor),
        may=lambda permission: may(actor, Permission(permission)),
        **values,
    )
    return shown, status


def switched() -> ResponseReturnValue:
    """A form that was opened under another unit: nothing is done, what was typed is given back."""
    return show("provider/switched.html", 409, text="\n".join(typed_texts()))


def _meter(home: UnitHome) -> Meter | None:
    """None where nothing can be sent at all: a number would promise something."""
    quota = home.quota
    return (
        Meter(quota.left, quota.binding_limit, quota.resets_at, quota.next_limit) if home.may_send else None
    )


def _title(home: UnitHome) -> str:
    title = unit_title(home.name, home.unit_class)
    if home.contractor:
        return gettext("%(unit)sの受託団体 %(contractor)s", unit=title, contractor=home.contractor)
    part = home.department
    return gettext("%(unit)s %(part)s", unit=title, part=part) if part else title


def _change_url() -> str | None:
    """Nothing to switch to is no link."""
    visit = current_visit()
    return url_for("auth.choose_unit") if visit is not None and visit.has_another_unit else None


def _sections(unread: int, announcements: int, complaints: int) -> list[tuple[str, str, bool, int]]:
    here = request.endpoint or ""
    manages = may(current_actor(), Permission.UNIT_MEMBER_READ)
    handles = may(current_actor(), Permission.UNIT_COMPLAINT_HANDLE)
    cases = (
        gettext("苦情・相談"),
        url_for("provider.complaints"),
        here.startswith("provider.complaint"),
        complaints,
    )
    people = (gettext("利用する人"), url_for("provider.people"), here.startswith(_PEOPLE), 0)
    return [
        (gettext("ホーム"), url_for("provider.home"), here == "provider.home", 0),
        (gettext("求職者を探す"), url_for("provider.search"), here in _SEARCH, 0),
        (gettext("送信リスト"), url_for("provider.selection"), here in _LIST, 0),
        (
            gettext("やり取り"),
            url_for("provider.threads"),
            here.startswith("provider.thread") or here == "provider.place_hand_over",
            unread,
        ),
        (gettext("送信件数"), url_for("provider.quota"), here in _QUOTA, 0),
        (gettext("団体の登録内容"), url_for("provider.unit"), here.startswith(_UNIT), 0),
        *([cases] if handles else []),
        *([people] if manages else []),
        (
            gettext("お知らせ"),
            url_for("provider.announcements"),
            here.startswith("provider.announcement"),
            announcements,
        ),
    ]
