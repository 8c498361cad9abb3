"""Complaints at a 労働局, which it was handed: declared here, drawn by portal.web.complaint_desk."""

from typing import Any

from flask.typing import ResponseReturnValue

from portal.domain.permission import Permission
from portal.web import complaint_desk as pages
from portal.web.bureau.frame import AUDIENCE, bureau_page, show
from portal.web.complaint_desk import DeskPages

HANDLE = Permission.BUREAU_COMPLAINT_HANDLE
ADDRESS = "/complaints/<ref>"
BOTH = ("GET", "POST")


def _show(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    return show(template, status, room="complaint", base="bureau/base.html", **values)


DESK = DeskPages(AUDIENCE, _show)


@bureau_page("/complaints", HANDLE)
def complaints() -> ResponseReturnValue:
    """The cases of this desk."""
    return pages.complaints(DESK)


@bureau_page(ADDRESS, HANDLE)
def complaint(ref: str) -> ResponseReturnValue:
    """One case."""
    return pages.complaint(DESK, ref)


@bureau_page(f"{ADDRESS}/take-up", HANDLE, methods=BOTH)
def complaint_take_up(ref: str) -> ResponseReturnValue:
    """Begin to work on it."""
    return pages.take_up(DESK, ref)


@bureau_page(f"{ADDRESS}/note", HANDLE, methods=BOTH)
def complaint_note(ref: str) -> ResponseReturnValue:
    """Add an internal note."""
    return pages.note(DESK, ref)


@bureau_page(f"{ADDRESS}/reminder", HANDLE, methods=BOTH)
def complaint_reminder(ref: str) -> ResponseReturnValue:
    """Set the internal reminder."""
    return pages.reminder(DESK, ref)


@bureau_page(f"{ADDRESS}/say/<act>", HANDLE, methods=BOTH)
def complaint_say(ref: str, act: str) -> ResponseReturnValue:
    """Write, ask, answer, end or reopen."""
    return pages.say(DESK, ref, act)


@bureau_page(f"{ADDRESS}/hand-over", HANDLE, methods=BOTH)
def complaint_hand_over(ref: str) -> ResponseReturnValue:
    """Give it to another desk."""
    return pages.hand_over(DESK, ref)


@bureau_page(f"{ADDRESS}/transcript", HANDLE, methods=BOTH)
def complaint_transcript(ref: str) -> ResponseReturnValue:
    """Open the frozen thread, after a page that says what that leaves behind."""
    return pages.transcript(DESK, ref)
