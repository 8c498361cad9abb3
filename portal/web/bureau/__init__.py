"""Pages of a 都道府県労働局 (labour bureau): applications, the units whose application it holds, measures."""

from portal.web.bureau import home, measure, unit
from portal.web.bureau.frame import blueprint

__all__ = ["blueprint", "home", "measure", "unit"]
