"""${message}

What and why:

Safety: expand first, contract later. A statement that rewrites or locks a large table goes into a migration of its
own. Both directions must work with data on SQLite (batch mode) and PostgreSQL.
"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
