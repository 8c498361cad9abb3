"""Refusals of a send that are told on the page itself, above the text, so that the text is kept."""

from portal.domain.refusal import Conflict, Forbidden, LimitReached, SendingClosed, Unreachable

TOLD = (Unreachable, LimitReached, SendingClosed, Conflict, Forbidden)
