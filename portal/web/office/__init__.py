"""Pages of a ハローワーク: registering job seekers, keeping their registration, papers for the counter."""

from portal.web.office import (
    announcement,
    complaint,
    correction,
    home,
    message_report,
    register,
    registration,
    registration_file,
    registration_format,
    seeker,
    sheet,
    sheet_stack,
    text,
)
from portal.web.office.frame import blueprint

__all__ = [
    "announcement",
    "blueprint",
    "complaint",
    "correction",
    "home",
    "message_report",
    "register",
    "registration",
    "registration_file",
    "registration_format",
    "seeker",
    "sheet",
    "sheet_stack",
    "text",
]
