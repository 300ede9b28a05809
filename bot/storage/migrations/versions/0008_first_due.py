"""By when the first answer in a ticket was due, which reports ask after a later word has moved the date."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=True))
