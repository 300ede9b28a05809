"""The statements of the inbox, built once: composing them anew for every message cost more than running them."""

from collections.abc import Collection

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, func, insert, select, tuple_, update

from bot.messages import Channel
from bot.storage.database import Database, among, database_clock
from bot.storage.tables import inbox, people, replies, tickets

IS_OPEN = among(inbox.c.state, "received", "handled", "buried")
"""Whether a message still needs something of us."""

_TALK_COMMUNE = (
    select(tickets.c.commune)
    .where(tickets.c.id == people.c.talk_ticket)
    .correlate(people)
    .scalar_subquery()
    .label("talk_commune")
)

_IDS: BindParameter[int] = bindparam("ids", expanding=True)


def _is_free() -> ColumnElement[bool]:
    return and_(people.c.busy_until < database_clock(), people.c.not_before <= database_clock())


def _oldest_open() -> ColumnElement[int]:
    return (
        select(func.min(inbox.c.id)).where(IS_OPEN, inbox.c.person_id.in_(_IDS)).group_by(inbox.c.person_id)
    ).scalar_subquery()


class InboxStatements:
    """One process's statements; parameters are named where each is used in `bot.storage.inbox`."""

    def __init__(
        self, database: Database, *, process: str, lease_seconds: float, accounts: Collection[tuple[Channel, str]]
    ) -> None:
        """Build them for the engine of *database*."""
        until = database_clock() + lease_seconds
        ours = people.c.claim == process
        nobody = {"claim": None, "busy_until": 0.0}
        upsert = database.upsert(people)
        newer = case(
            (upsert.excluded.last_inbound > people.c.last_inbound, upsert.excluded.last_inbound),
            else_=people.c.last_inbound,
        )
        self.meet = upsert.on_conflict_do_update(
            index_elements=["channel", "account", "user"], set_={"last_inbound": newer}
        ).returning(people.c.id, people.c.channel, people.c.account, people.c.user)
        self.store = database.upsert(inbox).on_conflict_do_nothing().returning(inbox.c.person_id)
        self.waiting = (
            select(people.c.id)
            .where(
                people.c.id.in_(select(inbox.c.person_id).where(IS_OPEN)),
                tuple_(people.c.channel, people.c.account).in_(
                    [(channel.value, account) for channel, account in accounts]
                ),
                _is_free(),
            )
            .order_by(people.c.id)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
        self.claim = (
            update(people)
            .where(people.c.id.in_(_IDS), _is_free())
            .values(claim=process, busy_until=until)
            .returning(people, _TALK_COMMUNE)
        )
        self.take_oldest = (
            update(inbox)
            .where(inbox.c.id.in_(_oldest_open()), IS_OPEN)
            .values(tries=inbox.c.tries + 1)
            .returning(inbox.c.id, inbox.c.person_id, inbox.c.event, inbox.c.state, inbox.c.tries)
        )
        self.unsent = (
            select(replies.c.id, replies.c.person_id, replies.c.inbox_id, replies.c.body)
            .where(replies.c.inbox_id.in_(_IDS), among(replies.c.state, "pending"))
            .order_by(replies.c.id)
        )
        self.release = update(people).where(people.c.id.in_(_IDS)).values(nobody)
        self.still_claimed = (
            select(people, _TALK_COMMUNE).where(people.c.id.in_(_IDS), ours).order_by(people.c.id).with_for_update()
        )
        self.turn = (
            update(people)
            .where(people.c.id == bindparam("person"))
            .values(dialogue=bindparam("now_dialogue"), gone_at=bindparam("now_gone"), forgotten_at=None)
        )
        self.mark = (
            update(inbox)
            .where(inbox.c.id == bindparam("message"))
            .values(state=bindparam("now_state"), handled_at=bindparam("now_handled"))
        )
        self.reply = insert(replies).returning(replies.c.id, sort_by_parameter_order=True)
        self.posted = (
            update(replies)
            .where(replies.c.id == bindparam("reply"))
            .values(
                state=bindparam("now_state"),
                error=bindparam("now_error"),
                platform_id=bindparam("now_platform"),
                sent_at=bindparam("now_sent"),
                tries=replies.c.tries + 1,
            )
        )
        self.postpone = (
            update(people)
            .where(people.c.id == bindparam("person"))
            .values(**nobody, not_before=database_clock() + bindparam("seconds"))
        )
        self.close = (
            update(inbox)
            .where(inbox.c.id.in_(_IDS), inbox.c.state.in_(["handled", "buried"]))
            .values(state=case((inbox.c.state == "buried", "dead"), else_="replied"))
        )
        self.prolong = update(people).where(ours).values(busy_until=until)
        self.release_ours = update(people).where(ours).values(nobody)
        self.release_everyone = update(people).where(people.c.claim.is_not(None)).values(nobody)
        self.backlog = select(func.count()).select_from(inbox).where(IS_OPEN)
