"""Complaints at a ハローワーク: declared here, drawn by portal.web.complaint_desk."""

from typing import Any

from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.web import complaint_desk as pages
from portal.web.complaint_desk import DeskPages
from portal.web.office.frame import AUDIENCE, office_page, show

HANDLE = Permission.OFFICE_COMPLAINT_HANDLE
ADDRESS = "/complaints/<ref>"
BOTH = ("GET", "POST")


def _show(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    return show(template, status, room="complaint", base="office/base.html", **values)


DESK = DeskPages(AUDIENCE, _show)


@office_page("/complaints", HANDLE)
def complaints() -> ResponseReturnValue:
    """The cases of this desk."""
    return pages.complaints(DESK)


@office_page(ADDRESS, HANDLE)
def complaint(ref: str) -> ResponseReturnValue:
    """One case."""
    return pages.complaint(DESK, ref)


@office_page(f"{ADDRESS}/take-up", HANDLE, methods=BOTH)
def complaint_take_up(ref: str) -> ResponseReturnValue:
    """Begin to work on it."""
    return pages.take_up(DESK, ref)


@office_page(f"{ADDRESS}/note", HANDLE, methods=BOTH)
def complaint_note(ref: str) -> ResponseReturnValue:
    """Add an internal note."""
    return pages.note(DESK, ref)


@office_page(f"{ADDRESS}/reminder", HANDLE, methods=BOTH)
def complaint_reminder(ref: str) -> ResponseReturnValue:
    """Set the internal reminder."""
    return pages.reminder(DESK, ref)


@office_page(f"{ADDRESS}/say/<act>", HANDLE, methods=BOTH)
def complaint_say(ref: str, act: str) -> ResponseReturnValue:
    """Write, ask, answer, end or reopen."""
    return pages.say(DESK, ref, act)


@office_page(f"{ADDRESS}/hand-over", HANDLE, methods=BOTH)
def complaint_hand_over(ref: str) -> ResponseReturnValue:
    """Give it to another desk."""
    return pages.hand_over(DESK, ref)


@office_page(f"{ADDRESS}/transcript", HANDLE, methods=BOTH)
def complaint_transcript(ref: str) -> ResponseReturnValue:
    """Open the frozen thread, after a page that says what that leaves behind."""
    return pages.transcript(DESK, ref)
