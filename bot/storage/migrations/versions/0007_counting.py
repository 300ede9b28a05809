"""Indexes that are read instead of tables: a bulletin's copies by commune and state, and who subscribes now.

PostgreSQL builds them in a second or two for a million rows; who writes to these tables waits for so long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SUBSCRIBED_NOW = "subscribed_at IS NOT NULL AND gone_at IS NULL"


def upgrade() -> None:
    op.create_index("ix_deliveries_bulletin_id_commune_state", "deliveries", ["bulletin_id", "commune", "state"])
    op.create_index(
        "ix_people_subscribed_now",
        "people",
        ["commune", "channel"],
        postgresql_where=sa.text(_SUBSCRIBED_NOW),
        sqlite_where=sa.text(_SUBSCRIBED_NOW),
    )
