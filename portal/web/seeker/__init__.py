"""Pages of job seekers (求職者), and the public ones by which they begin."""

from portal.web.seeker import activation, announcement, block, complaint, home, inbox, log, profile, stop, terms
from portal.web.seeker.frame import blueprint

__all__ = [
    "activation",
    "announcement",
    "block",
    "blueprint",
    "complaint",
    "home",
    "inbox",
    "log",
    "profile",
    "stop",
    "terms",
]
