"""Applications of organisations (利用申請, 変更, 更新, 利用停止) and their history.

Safety: changes nothing yet.
"""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables, indexes and constraints."""


def downgrade() -> None:
    """Back to the revision before."""
