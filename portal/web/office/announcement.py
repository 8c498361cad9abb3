"""Announcements (お知らせ) to an office."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.web.announcement import listed, mark_all, opened
from portal.web.office.frame import AUDIENCE, office_page, show


@office_page("/announcements", Permission.OFFICE_ANNOUNCEMENT_READ)
def announcements() -> ResponseReturnValue:
    """All that are shown today, unread ones first."""
    return show("announcements", **listed(AUDIENCE))


@office_page("/announcements/<ref>", Permission.OFFICE_ANNOUNCEMENT_READ)
def announcement(ref: str) -> ResponseReturnValue:
    """One of them; opening it counts as having read it."""
    return show("announcement", **opened(AUDIENCE, ref))


@office_page("/announcements/read", Permission.OFFICE_ANNOUNCEMENT_READ, methods=("POST",))
def announcements_read() -> ResponseReturnValue:
    """Count all as read."""
    mark_all(AUDIENCE)
    return redirect(url_for("office.announcements"), 303)
