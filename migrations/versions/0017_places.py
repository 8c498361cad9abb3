"""Limits of departments and contractors inside a unit.

Safety: changes nothing yet.
"""

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""


def downgrade() -> None:
    """Back to the revision before."""
