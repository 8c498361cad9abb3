"""Announcements with read marks, and maintenance.

Safety: changes nothing yet.
"""

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""


def downgrade() -> None:
    """Back to the revision before."""
