"""Bulletins on their way: who writes them, when they go, one delivery a person, and what became of each."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("not_before", sa.Float(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("since", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("channel", "account", name=op.f("pk_accounts")),
    )
    op.create_table(
        "deliveries",
        sa.Column("bulletin_id", _ID, autoincrement=False, nullable=False),
        sa.Column("person_id", _ID, autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("commune", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("not_before", sa.Float(), server_default="0", nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=True),
        sa.Column("linked_to", _ID, nullable=True),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("bulletin_id", "person_id", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.create_index(
            "ix_deliveries_pending",
            ["channel", "account", "bulletin_id", "person_id"],
            unique=False,
            postgresql_where=sa.text("state = 'pending'"),
            sqlite_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(
            "ix_deliveries_sending",
            ["channel", "account"],
            unique=False,
            postgresql_where=sa.text("state = 'sending'"),
            sqlite_where=sa.text("state = 'sending'"),
        )
        batch_op.create_index(
            "ix_deliveries_waiting",
            ["person_id"],
            unique=False,
            postgresql_where=sa.text("state IN ('pending', 'held')"),
            sqlite_where=sa.text("state IN ('pending', 'held')"),
        )
        batch_op.create_index(
            "ix_deliveries_linked",
            ["person_id"],
            unique=False,
            postgresql_where=sa.text("linked_to IS NOT NULL"),
            sqlite_where=sa.text("linked_to IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_deliveries_ended_otherwise",
            ["bulletin_id", "channel", "state", "code"],
            unique=False,
            postgresql_where=sa.text("state IN ('failed', 'unknown', 'gone', 'skipped')"),
            sqlite_where=sa.text("state IN ('failed', 'unknown', 'gone', 'skipped')"),
        )

    op.create_table(
        "delivery_tries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("bulletin_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("platform_id", sa.String(length=128), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_tries")),
    )
    with op.batch_alter_table("delivery_tries") as batch_op:
        batch_op.create_index("ix_delivery_tries_bulletin_id_person_id", ["bulletin_id", "person_id"], unique=False)

    op.create_table(
        "pictures",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pictures")),
    )
    op.create_table(
        "staff",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("communes", sa.Text(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("removed_at", _TIME, nullable=True),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("chat_code", sa.String(length=16), nullable=True),
        sa.Column("chat_code_until", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_staff_person_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_name")),
    )
    op.create_table(
        "broadcasts",
        sa.Column("bulletin_id", _ID, nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("article_id", sa.String(length=128), nullable=True),
        sa.Column("platform_id", sa.String(length=128), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("not_before", sa.Float(), server_default="0", nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletins.id"], name=op.f("fk_broadcasts_bulletin_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bulletin_id", "account", name=op.f("pk_broadcasts")),
    )
    op.create_table(
        "bulletin_history",
        sa.Column("id", _ID, nullable=False),
        sa.Column("bulletin_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletins.id"], name=op.f("fk_bulletin_history_bulletin_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_history")),
    )
    with op.batch_alter_table("bulletin_history") as batch_op:
        batch_op.create_index(batch_op.f("ix_bulletin_history_bulletin_id"), ["bulletin_id"], unique=False)

    op.create_table(
        "slots",
        sa.Column("commune", sa.String(length=5), nullable=False),
        sa.Column("slot_date", sa.Date(), nullable=False),
        sa.Column("bulletin_id", _ID, nullable=True),
        sa.Column("reminded_at", _TIME, nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletins.id"], name=op.f("fk_slots_bulletin_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("commune", "slot_date", name=op.f("pk_slots")),
    )
    op.create_table(
        "tallies",
        sa.Column("bulletin_id", _ID, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("pending", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sending", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gone", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held", sa.Integer(), server_default="0", nullable=False),
        sa.Column("skipped", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unknown", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletins.id"], name=op.f("fk_tallies_bulletin_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bulletin_id", "channel", "account", name=op.f("pk_tallies")),
    )
    with op.batch_alter_table("audiences", recreate="auto") as batch_op:
        batch_op.add_column(sa.Column("hamlet", sa.String(length=80), server_default="", nullable=False))
        batch_op.drop_constraint("pk_audiences", type_="primary")
        batch_op.create_primary_key("pk_audiences", ["bulletin_id", "commune", "hamlet"])
    with op.batch_alter_table("bulletins") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=8), server_default="bulletin", nullable=False))
        batch_op.add_column(sa.Column("status", sa.String(length=9), server_default="draft", nullable=False))
        batch_op.add_column(sa.Column("way", sa.String(length=9), server_default="ledger", nullable=False))
        batch_op.add_column(sa.Column("picture", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("is_urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("passes_quiet", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("corrects", _ID, nullable=True))
        batch_op.add_column(sa.Column("slot_date", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("due_at", _TIME, nullable=True))
        batch_op.add_column(sa.Column("text_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("author", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("submitted_by", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("submitted_at", _TIME, nullable=True))
        batch_op.add_column(sa.Column("approved_by", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("approved_at", _TIME, nullable=True))
        batch_op.add_column(sa.Column("stopped_by", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("stopped_at", _TIME, nullable=True))
        batch_op.add_column(sa.Column("finished_at", _TIME, nullable=True))
        batch_op.create_index(batch_op.f("ix_bulletins_corrects"), ["corrects"], unique=False)
        batch_op.create_index("ix_bulletins_status_due_at", ["status", "due_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_bulletins_corrects"), "bulletins", ["corrects"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_foreign_key(batch_op.f("fk_bulletins_picture"), "pictures", ["picture"], ["key"])

    with op.batch_alter_table("people") as batch_op:
        batch_op.add_column(sa.Column("hamlet", sa.String(length=80), server_default="", nullable=False))
