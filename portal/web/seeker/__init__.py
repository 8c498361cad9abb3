"""Pages of job seekers (求職者), and the public ones by which they begin."""

from portal.web.seeker import activation, home, log, profile, stop, terms
from portal.web.seeker.frame import blueprint

__all__ = ["activation", "blueprint", "home", "log", "profile", "stop", "terms"]
