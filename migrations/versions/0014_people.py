"""People of a unit: invitations, officers who left, cut sessions.

Safety: changes nothing yet.
"""

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""


def downgrade() -> None:
    """Back to the revision before."""
