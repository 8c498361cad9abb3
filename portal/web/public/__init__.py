"""Pages for everybody: what this portal is, how to begin, how information is protected, whom to ask."""

from portal.web.public import application, consultation, infection, organisations, retention, terms
from portal.web.public.pages import blueprint

__all__ = ["application", "blueprint", "consultation", "infection", "organisations", "retention", "terms"]
