"""Feedback and talking to a person: where tickets stand, what is said in them, and who talks with staff now."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("people") as batch_op:
        batch_op.add_column(sa.Column("talk_ticket", _ID, nullable=True))
        batch_op.add_column(sa.Column("talk_until", _TIME, nullable=True))

    with op.batch_alter_table("tickets") as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=8), server_default="new", nullable=False))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("assignee", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("due_at", _TIME, nullable=True))
        batch_op.add_column(sa.Column("answered_at", _TIME, nullable=True))
        batch_op.add_column(sa.Column("last_word_at", _TIME, nullable=True))
        batch_op.add_column(sa.Column("closed_by", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("place", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("latitude", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("longitude", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("photos", sa.Text(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("published_at", _TIME, nullable=True))
        batch_op.add_column(sa.Column("published_question", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("published_answer", sa.Text(), nullable=True))
        batch_op.create_index("ix_tickets_code", ["code"], unique=True)
        batch_op.create_index("ix_tickets_commune_state", ["commune", "state"], unique=False)
    op.execute("UPDATE tickets SET state = 'closed' WHERE closed_at IS NOT NULL")

    op.create_table(
        "ticket_messages",
        sa.Column("id", _ID, nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("inbox_id", _ID, nullable=True),
        sa.Column("speaker", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=80), server_default="", nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media", sa.String(length=16), server_default="", nullable=False),
        sa.Column("media_ref", sa.Text(), server_default="", nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("letter_id", _ID, nullable=True),
        sa.Column("went_out", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbox_id"], ["inbox.id"], name=op.f("fk_ticket_messages_inbox_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_messages_ticket_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_messages")),
        sa.UniqueConstraint("inbox_id", name=op.f("uq_ticket_messages_inbox_id")),
    )
    with op.batch_alter_table("ticket_messages") as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_messages_ticket_id"), ["ticket_id"], unique=False)
