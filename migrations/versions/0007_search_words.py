"""Search words: the folded text of a profile and its bigrams.

Safety: creates empty tables only.
"""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""


def downgrade() -> None:
    """Away again."""
