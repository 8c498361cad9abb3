"""Drafts (下書き): how long what somebody typed is kept, and how much of it.

All figures are our own decisions; nothing published names any.
"""

from datetime import timedelta
from enum import StrEnum

TEXT_KEPT = timedelta(days=14)
"""Drafts of answers and messages."""

IDENTITY_KEPT = timedelta(hours=24)
"""Drafts that may hold who somebody is: forms of the office."""

LATE_KEPT = timedelta(hours=24)
"""A form that arrived after its session's end waits so long for the same person to sign in again."""

LONGEST = 100_000
"""Bytes of one draft. Larger ones are not kept: the longest text and 1,000 recipients are about half of it."""

MOST = 50
"""Drafts of one account as whom it acts. No draft gives way to a new one: whoever has so many is told."""


class Keeping(StrEnum):
    """What became of a form that was to be kept."""

    KEPT = "kept"
    # The draft on its page came from another window, or was changed there: both are kept.
    BESIDE = "beside"
    # An empty box takes the place of no words.
    EMPTY = "empty"
    FULL = "full"
    TOO_LARGE = "too_large"
    NOBODY = "nobody"

    @property
    def kept(self) -> bool:
        """Whether the words of the form are kept now."""
        return self in (Keeping.KEPT, Keeping.BESIDE)
