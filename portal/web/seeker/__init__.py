"""Pages of job seekers (求職者), and the public ones by which they begin."""

from portal.web.seeker import (
    activation,
    announcement,
    block,
    complaint,
    correction,
    home,
    inbox,
    log,
    message_report,
    own_data,
    paid_service,
    profile,
    stop,
    terms,
)
from portal.web.seeker.frame import blueprint

__all__ = [
    "activation",
    "announcement",
    "block",
    "blueprint",
    "complaint",
    "correction",
    "home",
    "inbox",
    "log",
    "message_report",
    "own_data",
    "paid_service",
    "profile",
    "stop",
    "terms",
]
