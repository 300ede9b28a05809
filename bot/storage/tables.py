"""The tables. `migrations/` makes them; a test holds the two against each other."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
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
    Column("hamlet", String(80), nullable=False, server_default=""),
    Column("dialogue", Text, nullable=False, server_default=""),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_inbound", UtcTime, nullable=False),  # opens Zalo's window for free replies
    Column("subscribed_at", UtcTime),
    Column("gone_at", UtcTime),
    Column("forgotten_at", UtcTime),
    # The ticket in which staff talk with them, and until when. No foreign key: tickets lead here already.
    Column("talk_ticket", _Id),
    Column("talk_until", UtcTime),
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
    # How many subscribe now is read from this index alone.
    Index(
        "ix_people_subscribed_now",
        "commune",
        "channel",
        postgresql_where=text("subscribed_at IS NOT NULL AND gone_at IS NULL"),
        sqlite_where=text("subscribed_at IS NOT NULL AND gone_at IS NULL"),
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
    Column("kind", String(16), nullable=False),  # `bot.tickets.states.TicketKind`
    Column("commune", String(5), nullable=False),
    Column("text", Text, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("code", String(8)),  # of a feedback: what its citizen asks for it by
    Column("state", String(8), nullable=False, server_default="new"),  # `bot.tickets.states.TicketState`
    Column("revision", Integer, nullable=False, server_default="0"),  # counts what staff did to it
    Column("assignee", String(80)),
    Column("due_at", UtcTime),
    Column("answered_at", UtcTime),  # for the first time
    Column("first_due_at", UtcTime),  # by when that was due, where a later word has a date of its own
    Column("last_word_at", UtcTime),  # of either side, after it was opened
    Column("closed_by", String(80)),  # empty: the citizen, or silence
    Column("place", Text, nullable=False, server_default=""),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("photos", Text, nullable=False, server_default="[]"),  # JSON: references, empty where there is none
    Column("published_at", UtcTime),
    Column("published_question", Text),
    Column("published_answer", Text),
    Index("ix_tickets_code", "code", unique=True),
    Index("ix_tickets_commune_state", "commune", "state"),
)

# What was said in a ticket after it was opened.
ticket_messages = Table(
    "ticket_messages",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("ticket_id", _Id, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("inbox_id", _Id, ForeignKey("inbox.id", ondelete="SET NULL"), unique=True),
    Column("speaker", String(8), nullable=False),  # citizen or staff
    Column("by", String(80), nullable=False, server_default=""),  # who of the staff
    Column("at", UtcTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("media", String(16), nullable=False, server_default=""),
    Column("media_ref", Text, nullable=False, server_default=""),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("letter_id", _Id),  # how it went out; letters are deleted sooner, so no foreign key
    Column("went_out", Boolean, nullable=False, server_default=false()),
)

staff = Table(
    "staff",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("role", String(8), nullable=False),  # editor, approver, admin
    Column("communes", Text, nullable=False),  # codes with commas between them; "*" is every commune
    Column("added_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),
    # Their own chat, for test sends and reminders: the code they type there, and the person who typed it.
    Column("person_id", _Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("chat_code", String(16)),
    Column("chat_code_until", UtcTime),
)

# One-time links into the console. Only the SHA-256 of what the link carries is kept.
login_links = Table(
    "login_links",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("staff_id", _Id, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("made_by", String(80), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
)

# Who is logged in where. Only a digest of the cookie is kept.
sessions = Table(
    "sessions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("staff_id", _Id, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("device", String(80), nullable=False),  # "Chrome, Windows": for people to tell their own apart
    Column("began_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
)

# Who changed what. Rows are only ever added. What is done to bulletins stands in `bulletin_history`.
audit_log = Table(
    "audit_log",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("by", String(80), nullable=False),
    Column("what", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Text, nullable=False, server_default="{}"),  # JSON: what was there, by the name of the field
    Column("after", Text, nullable=False, server_default="{}"),
)

# The communes an entry concerns, for admins of some communes; one without any is for admins of all.
audit_communes = Table(
    "audit_communes",
    metadata,
    Column("entry_id", _Id, ForeignKey("audit_log.id", ondelete="CASCADE"), primary_key=True),
    Column("commune", String(5), primary_key=True),
    Index("ix_audit_communes_commune", "commune", "entry_id"),
)

pictures = Table(
    "pictures",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of the content, in hex
    Column("type", String(16), nullable=False),  # image/jpeg or image/png
    Column("content", LargeBinary, nullable=False),
    Column("added_at", UtcTime, nullable=False),
)

bulletins = Table(
    "bulletins",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("kind", String(8), nullable=False, server_default="bulletin"),  # or letter: one message to one person
    Column("status", String(9), nullable=False, server_default="draft"),
    Column("way", String(9), nullable=False, server_default="ledger"),  # or broadcast, for its Zalo recipients
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("picture", String(64), ForeignKey("pictures.key")),
    Column("is_urgent", Boolean, nullable=False, server_default=false()),
    Column("passes_quiet", Boolean, nullable=False, server_default=false()),  # an approver said so of an urgent one
    Column("corrects", _Id, ForeignKey("bulletins.id", ondelete="SET NULL"), index=True),
    Column("slot_date", Date),  # the slot it is meant for, local date
    Column("due_at", UtcTime),  # when it may start; unset before approval means "as soon as approved"
    Column("text_hash", String(64)),  # of what was approved
    Column(
        "revision", Integer, nullable=False, server_default="0"
    ),  # counts what people did to it: see `bot.desk.ports.bulletins.Moves`
    Column("author", String(80), nullable=False, server_default=""),
    Column("created_at", UtcTime, nullable=False),
    Column("submitted_by", String(80)),
    Column("submitted_at", UtcTime),
    Column("approved_by", String(80)),
    Column("approved_at", UtcTime),
    Column("stopped_by", String(80)),
    Column("stopped_at", UtcTime),
    Column("published_at", UtcTime),  # when the ledger was written: from then on it stands in the archive
    Column("finished_at", UtcTime),
    Index("ix_bulletins_status_due_at", "status", "due_at"),
)

audiences = Table(
    "audiences",
    metadata,
    Column("bulletin_id", _Id, ForeignKey("bulletins.id", ondelete="CASCADE"), primary_key=True),
    Column("commune", String(5), primary_key=True),
    Column("hamlet", String(80), primary_key=True, server_default=""),  # empty: the whole commune
    Index("ix_audiences_commune", "commune", "bulletin_id"),
)

bulletin_history = Table(
    "bulletin_history",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("bulletin_id", _Id, ForeignKey("bulletins.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("by", String(80), nullable=False),
    Column("what", String(16), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
)

_PENDING, _SENDING, _WAITING = "state = 'pending'", "state = 'sending'", "state IN ('pending', 'held')"
_LINKED = "linked_to IS NOT NULL"

ENDED_OTHERWISE = "state IN ('failed', 'unknown', 'gone', 'skipped')"
"""What holds of deliveries that ended without arriving for certain. As text, also where it is asked: SQLite uses a
partial index only for the very same words."""

# One person's copy of a bulletin. No foreign keys: a million rows are written at once, and what was sent stays on
# record when a person is deleted, as a number that leads nowhere.
deliveries = Table(
    "deliveries",
    metadata,
    Column("bulletin_id", _Id, primary_key=True, autoincrement=False),
    Column("person_id", _Id, primary_key=True, autoincrement=False),
    Column("channel", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("commune", String(5), nullable=False),
    Column("state", String(8), nullable=False),  # `bot.bulletins.deliveries.State`
    Column("code", String(32)),  # why, in the platform's code or our word
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("not_before", Float, nullable=False, server_default="0"),  # `database_clock`
    Column("epoch", BigInteger),  # of the lease under which it was claimed
    Column("linked_to", _Id),  # it went along as a link in this newer bulletin's message
    Column("changed_at", UtcTime, nullable=False),
    Index(
        "ix_deliveries_pending",
        "channel",
        "account",
        "bulletin_id",
        "person_id",
        postgresql_where=text(_PENDING),
        sqlite_where=text(_PENDING),
    ),
    Index(
        "ix_deliveries_sending",
        "channel",
        "account",
        postgresql_where=text(_SENDING),
        sqlite_where=text(_SENDING),
    ),
    Index("ix_deliveries_waiting", "person_id", postgresql_where=text(_WAITING), sqlite_where=text(_WAITING)),
    # What became of a bulletin in one of its communes is read from this index alone.
    Index("ix_deliveries_bulletin_id_commune_state", "bulletin_id", "commune", "state"),
    Index("ix_deliveries_linked", "person_id", postgresql_where=text(_LINKED), sqlite_where=text(_LINKED)),
    Index(
        "ix_deliveries_ended_otherwise",
        "bulletin_id",
        "channel",
        "state",
        "code",
        postgresql_where=text(ENDED_OTHERWISE),
        sqlite_where=text(ENDED_OTHERWISE),
    ),
)

delivery_tries = Table(
    "delivery_tries",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("bulletin_id", _Id, nullable=False),
    Column("person_id", _Id, nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("code", String(32)),
    Column("platform_id", String(128)),
    Column("epoch", BigInteger),
    Column("ended_at", UtcTime, nullable=False),
    Index("ix_delivery_tries_bulletin_id_person_id", "bulletin_id", "person_id"),
)

# How many deliveries of a bulletin are in each state, for each account: kept in the transaction that moves them.
tallies = Table(
    "tallies",
    metadata,
    Column("bulletin_id", _Id, ForeignKey("bulletins.id", ondelete="CASCADE"), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("account", String(64), primary_key=True),
    *(
        Column(state, Integer, nullable=False, server_default="0")
        for state in ("pending", "sending", "sent", "failed", "gone", "held", "skipped", "unknown")
    ),
)

# What binds everything that is sent from an account, by whichever process.
accounts = Table(
    "accounts",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("not_before", Float, nullable=False, server_default="0"),  # `database_clock`
    Column("reason", Text, nullable=False, server_default=""),  # why it is paused, beyond a 429
    Column("since", UtcTime),
)

slots = Table(
    "slots",
    metadata,
    Column("commune", String(5), primary_key=True),
    Column("slot_date", Date, primary_key=True),
    Column("bulletin_id", _Id, ForeignKey("bulletins.id", ondelete="SET NULL")),
    Column("reminded_at", UtcTime),
    Column("decided_at", UtcTime),
)

# A bulletin as an article to all followers of an OA: no result a person, so no deliveries.
broadcasts = Table(
    "broadcasts",
    metadata,
    Column("bulletin_id", _Id, ForeignKey("bulletins.id", ondelete="CASCADE"), primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("state", String(8), nullable=False),  # `bot.bulletins.broadcasts.State`
    Column("token", Text),
    Column("article_id", String(128)),
    Column("platform_id", String(128)),
    Column("code", String(32)),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("not_before", Float, nullable=False, server_default="0"),  # `database_clock`
    Column("epoch", BigInteger),
    Column("changed_at", UtcTime, nullable=False),
)

# Each text that an answer's file was seen with, oldest first; the newest is what the file holds.
content_versions = Table(
    "content_versions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("path", String(160), nullable=False),  # relative to the content folder, with /
    Column("digest", String(64), nullable=False),  # SHA-256 of the text, in hex
    Column("text", Text, nullable=False),
    Column("by", String(80), nullable=False, server_default=""),  # empty: changed outside the console
    Column("at", UtcTime, nullable=False),
    Index("ix_content_versions_path_id", "path", "id"),
)

# Which content each process serves, by the clock of the database (`database_clock`).
content_served = Table(
    "content_served",
    metadata,
    Column("process", String(36), primary_key=True),
    Column("fingerprint", String(32), nullable=False),
    Column("loaded", Float, nullable=False),
    Column("changed", Float),  # when it took a change up as it ran; none since its start
    Column("seen", Float, nullable=False),
)

# Questions that staff do not want to be shown any more.
set_aside = Table(
    "set_aside",
    metadata,
    Column("question_id", _Id, ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("by", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
)

# Local days whose questions are counted for reports: the questions themselves are forgotten after months.
counted_days = Table(
    "counted_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("has_subscribers", Boolean, nullable=False),  # who subscribed is only known of the day that just ended
)

asked_days = Table(
    "asked_days",
    metadata,
    Column("commune", String(5), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("decision", String(8), primary_key=True),
    Column("topic", String(48), primary_key=True),  # the one that was shown or offered first; empty for none
    Column("number", Integer, nullable=False),
)

subscriber_days = Table(
    "subscriber_days",
    metadata,
    Column("commune", String(5), primary_key=True),
    Column("day", Date, primary_key=True),  # at the end of it
    Column("channel", String(16), primary_key=True),
    Column("number", Integer, nullable=False),
)

# Reminders that are sent once; those about slots stand with their slot.
reminders = Table(
    "reminders",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sent_at", UtcTime, nullable=False),
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
