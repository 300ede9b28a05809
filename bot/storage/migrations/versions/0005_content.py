"""Answers edited in the console: the texts their files had, and which content each process serves."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "content_versions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("path", sa.String(length=160), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=80), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_versions")),
    )
    with op.batch_alter_table("content_versions") as batch_op:
        batch_op.create_index("ix_content_versions_path_id", ["path", "id"], unique=False)

    op.create_table(
        "content_served",
        sa.Column("process", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("loaded", sa.Float(), nullable=False),
        sa.Column("changed", sa.Float(), nullable=True),
        sa.Column("seen", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_content_served")),
    )
