"""How long somebody chosen for a letter to many stays chosen."""

from datetime import timedelta

KEPT = timedelta(days=90)
"""From the moment of choosing, for everybody alike: whoever left the service must not leave the list sooner or later
than whoever blocked the unit."""
