"""Drafts (下書き): how long what somebody typed is kept, and how much of it.

All figures are our own decisions; nothing published names any.
"""

from datetime import timedelta

TEXT_KEPT = timedelta(days=14)
"""Drafts of answers and messages."""

IDENTITY_KEPT = timedelta(hours=24)
"""Drafts that may hold who somebody is: forms of the office."""

LATE_KEPT = timedelta(hours=24)
"""A form that arrived after its session's end waits so long for the same person to sign in again."""

LONGEST = 100_000
"""Bytes of one draft. Larger ones are not kept: the longest text and 1,000 recipients are about half of it."""

MOST = 50
"""Drafts of one account; the oldest gives way."""
