"""Safe messages.

Safety: changes nothing.
"""

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""


def downgrade() -> None:
    """Back to the migration before."""
