"""Pages for everybody: what this portal is, how to begin, how information is protected, whom to ask."""

from portal.web.public import organisations
from portal.web.public.pages import blueprint

__all__ = ["blueprint", "organisations"]
