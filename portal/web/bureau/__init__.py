"""Pages of a 都道府県労働局 (labour bureau): applications, the units whose application it holds, measures."""

from portal.web.bureau import (
    announcement,
    application,
    complaint,
    decision,
    home,
    measure,
    message_report,
    paid_notice,
    paper,
    take_in,
    unit,
)
from portal.web.bureau.frame import blueprint

__all__ = [
    "announcement",
    "application",
    "blueprint",
    "complaint",
    "decision",
    "home",
    "measure",
    "message_report",
    "paid_notice",
    "paper",
    "take_in",
    "unit",
]
