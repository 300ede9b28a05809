"""The tables. `migrations/` makes them; a test holds the two against each other."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.database import UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only numbers rows by itself where the key is INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")

people = Table(
    "people",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("user", String(64), nullable=False),
    Column("commune", String(5), nullable=False, server_default=""),
    Column("dialogue", Text, nullable=False, server_default=""),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_inbound", UtcTime, nullable=False),  # opens Zalo's window for free replies
    Column("subscribed_at", UtcTime),
    Column("gone_at", UtcTime),
    Column("forgotten_at", UtcTime),
    # Who is busy with this person's messages, until when (`database_clock`), and when to try again at the earliest.
    Column("claim", String(36)),
    Column("busy_until", Float, nullable=False, server_default="0"),
    Column("not_before", Float, nullable=False, server_default="0"),
    UniqueConstraint("channel", "account", "user"),
    Index(
        "ix_people_subscribers",
        "commune",
        "id",
        postgresql_where=text("subscribed_at IS NOT NULL"),
        sqlite_where=text("subscribed_at IS NOT NULL"),
    ),
    Index(
        "ix_people_claim", "claim", postgresql_where=text("claim IS NOT NULL"), sqlite_where=text("claim IS NOT NULL")
    ),
)

consents = Table(
    "consents",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("person_id", _Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("commune", String(5), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("given_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
)

OPEN = "state IN ('received', 'handled', 'buried')"

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("person_id", _Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("message_id", String(128), nullable=False),
    Column("event", Text, nullable=False),
    Column("state", String(8), nullable=False),  # received, handled, buried, replied, dead
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("received_at", UtcTime, nullable=False),
    Column("handled_at", UtcTime),
    UniqueConstraint("channel", "account", "message_id"),
    Index("ix_inbox_open", "person_id", "id", postgresql_where=text(OPEN), sqlite_where=text(OPEN)),
    Index("ix_inbox_received_at", "received_at"),
)

replies = Table(
    "replies",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("person_id", _Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("inbox_id", _Id, ForeignKey("inbox.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("state", String(8), nullable=False),  # pending, sent, failed
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Column("platform_id", String(128)),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Index("ix_replies_person_id_id", "person_id", "id"),
    sqlite_autoincrement=True,  # a web client resumes after the last id it has: none may be used twice
)

questions = Table(
    "questions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("person_id", _Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("commune", String(5), nullable=False),
    Column("text", Text, nullable=False),
    Column("decision", String(8), nullable=False),
    Column("topics", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("asked_at", UtcTime, nullable=False, index=True),
)

votes = Table(
    "votes",
    metadata,
    Column("person_id", _Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", String(48), primary_key=True),
    Column("is_helpful", Boolean, nullable=False),
    Column("commune", String(5), nullable=False),
    Column("voted_at", UtcTime, nullable=False),
    Index("ix_votes_topic", "topic"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("person_id", _Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("inbox_id", _Id, ForeignKey("inbox.id", ondelete="SET NULL"), unique=True),
    Column("kind", String(16), nullable=False),
    Column("commune", String(5), nullable=False),
    Column("text", Text, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
)

bulletins = Table(
    "bulletins",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("published_at", UtcTime),
)

audiences = Table(
    "audiences",
    metadata,
    Column("bulletin_id", _Id, ForeignKey("bulletins.id", ondelete="CASCADE"), primary_key=True),
    Column("commune", String(5), primary_key=True),
    Index("ix_audiences_commune", "commune", "bulletin_id"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(96), primary_key=True),
    Column("owner", String(36), nullable=False),
    Column("until", Float, nullable=False),  # `database_clock`
    Column("epoch", BigInteger, nullable=False),
)

zalo_tokens = Table(
    "zalo_tokens",
    metadata,
    Column("oa_id", String(64), primary_key=True),
    Column("access_token", Text, nullable=False),
    Column("refresh_token", Text, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    # The pair before: spent, but what a human needs to see when the platform says a pair was lost.
    Column("previous_access_token", Text),
    Column("previous_refresh_token", Text),
    Column("stored_at", UtcTime, nullable=False),
)
