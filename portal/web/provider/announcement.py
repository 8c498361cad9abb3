"""Announcements (お知らせ) to a unit and its people."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.web.access import Audience, page
from portal.web.announcement import listed, mark_all, opened
from portal.web.provider.blueprint import blueprint
from portal.web.provider.page import show


@page(blueprint, "/announcements", audience=Audience.PROVIDER, permission=Permission.UNIT_ANNOUNCEMENT_READ)
def announcements() -> ResponseReturnValue:
    """All that are shown today, unread ones first."""
    return show("provider/announcements.html", **listed("provider"))


@page(
    blueprint,
    "/announcements/<ref>",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_ANNOUNCEMENT_READ,
)
def announcement(ref: str) -> ResponseReturnValue:
    """One of them; opening it counts as having read it, and for the unit as opened."""
    return show("provider/announcement.html", **opened("provider", ref))


@page(
    blueprint,
    "/announcements/read",
    audience=Audience.PROVIDER,
    permission=Permission.UNIT_ANNOUNCEMENT_READ,
    methods=["POST"],
)
def announcements_read() -> ResponseReturnValue:
    """Count all as read."""
    mark_all("provider")
    return redirect(url_for(".announcements"), 303)
