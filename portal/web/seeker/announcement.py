"""Announcements (お知らせ) to a job seeker."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.web.announcement import listed, mark_all, opened
from portal.web.seeker.frame import AUDIENCE, seeker_page, show


@seeker_page("/announcements", Permission.SEEKER_ANNOUNCEMENT_READ)
def announcements() -> ResponseReturnValue:
    """All that are shown today, unread ones first."""
    return show("announcements", **listed(AUDIENCE))


@seeker_page("/announcements/<ref>", Permission.SEEKER_ANNOUNCEMENT_READ)
def announcement(ref: str) -> ResponseReturnValue:
    """One of them; opening it counts as having read it."""
    return show("announcement", **opened(AUDIENCE, ref))


@seeker_page("/announcements/read", Permission.SEEKER_ANNOUNCEMENT_READ, methods=("POST",))
def announcements_read() -> ResponseReturnValue:
    """Count all as read."""
    mark_all(AUDIENCE)
    return redirect(url_for("seeker.announcements"), 303)
