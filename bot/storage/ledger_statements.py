"""The statements of a sender's turn, built once: composing them anew for every turn cost more than running them."""

from sqlalchemy import BindParameter, Integer, and_, bindparam, case, exists, func, or_, select, update

from bot.bulletins.deliveries import State, Why
from bot.bulletins.states import Status
from bot.messages import Channel
from bot.storage.bulletin_rows import LETTER
from bot.storage.database import Database, among, database_clock
from bot.storage.tables import accounts, bulletins, deliveries, delivery_tries, leases, people, tallies

_ON_THEIR_WAY = [Status.SENDING.value, Status.SENT.value]
_IDS: BindParameter[int] = bindparam("ids", expanding=True)


def lease_name(channel: Channel, account: str) -> str:
    """Return the name of the lease that an account's sender holds."""
    return f"send:{channel}:{account}"


class LedgerStatements:
    """One account's statements; parameters are named where each is used in `bot.storage.ledger`."""

    def __init__(self, database: Database, channel: Channel, account: str) -> None:
        """Build them for the engine of *database*."""
        ours = and_(deliveries.c.channel == channel.value, deliveries.c.account == account)
        our_tallies = and_(tallies.c.channel == channel.value, tallies.c.account == account)
        our_account = and_(accounts.c.channel == channel.value, accounts.c.account == account)
        of_bulletin = deliveries.c.bulletin_id == bindparam("bulletin")
        these = and_(of_bulletin, deliveries.c.person_id.in_(_IDS))

        self.has_work = select(exists().where(our_tallies, (tallies.c.pending > 0) | (tallies.c.sending > 0)))
        self.with_work = exists().where(tallies.c.bulletin_id == bulletins.c.id, our_tallies, tallies.c.pending > 0)
        self.on_their_way = bulletins.c.status.in_(_ON_THEIR_WAY)
        self.in_order = (
            case((bulletins.c.kind == LETTER, 0), (bulletins.c.passes_quiet, 1), (bulletins.c.is_urgent, 2), else_=3),
            bulletins.c.published_at,
            bulletins.c.id,
        )
        self.lease = (
            select(leases.c.epoch).where(leases.c.name == lease_name(channel, account)).with_for_update(read=True)
        )
        self.take_over = (
            update(deliveries)
            .where(ours, among(deliveries.c.state, State.SENDING))
            .values(state=State.UNKNOWN.value, code=Why.DIED.value, changed_at=bindparam("now"))
            .returning(deliveries.c.bulletin_id, deliveries.c.person_id, deliveries.c.epoch)
        )
        self.record = (
            update(deliveries)
            .where(these, among(deliveries.c.state, State.SENDING), deliveries.c.epoch == bindparam("held_epoch"))
            .values(
                state=bindparam("now_state"),
                code=bindparam("now_code"),
                not_before=database_clock() + bindparam("seconds"),
                tries=deliveries.c.tries - bindparam("unspent"),
                changed_at=bindparam("now"),
            )
            .returning(deliveries.c.person_id)
        )
        self.history = delivery_tries.insert()
        self.gone = update(people).where(people.c.id.in_(_IDS)).values(gone_at=bindparam("now"))
        # The few are found before anything is joined to them, and their number is written into the statement: a planner
        # that expects a tenth of the ledger would sooner walk through all people.
        few = (
            select(deliveries.c.bulletin_id, deliveries.c.person_id, deliveries.c.commune, deliveries.c.tries)
            .where(
                ours,
                of_bulletin,
                among(deliveries.c.state, State.PENDING),
                deliveries.c.person_id > bindparam("after"),
                deliveries.c.not_before <= database_clock(),
                exists().where(bulletins.c.id == bindparam("bulletin"), self.on_their_way),
            )
            .order_by(deliveries.c.person_id)
            .limit(bindparam("most", type_=Integer, literal_execute=True))
            .with_for_update(skip_locked=True)
            .subquery("few")
        )
        self.choose = (
            select(
                few.c.person_id,
                few.c.commune,
                few.c.tries,
                bulletins.c.kind,
                people.c.user,
                people.c.last_inbound,
                people.c.subscribed_at,
                people.c.gone_at,
            )
            .join(bulletins, bulletins.c.id == few.c.bulletin_id)
            .outerjoin(people, people.c.id == few.c.person_id)
            .order_by(few.c.person_id)
        )
        self.claim = (
            update(deliveries)
            .where(these)
            .values(
                state=State.SENDING.value,
                code=None,
                epoch=bindparam("held_epoch"),
                tries=deliveries.c.tries + 1,
                changed_at=bindparam("now"),
            )
        )
        self.lose = (
            update(deliveries)
            .where(these)
            .values(state=bindparam("now_state"), code=bindparam("now_code"), changed_at=bindparam("now"))
        )
        self.older = (
            select(deliveries.c.person_id, bulletins.c.id, bulletins.c.title, bulletins.c.published_at)
            .join(bulletins, bulletins.c.id == deliveries.c.bulletin_id)
            .where(deliveries.c.person_id.in_(_IDS), deliveries.c.linked_to == bindparam("bulletin"))
            .order_by(bulletins.c.published_at.desc())
        )
        left = accounts.c.not_before - database_clock()
        self.held = select(left.label("seconds"), accounts.c.reason).where(
            our_account, or_(left > 0, accounts.c.reason != "")
        )
        self.release = update(accounts).where(our_account).values(not_before=0.0, reason="", since=None)
        row = database.upsert(accounts).values(
            channel=channel.value,
            account=account,
            not_before=database_clock() + bindparam("seconds"),
            reason=bindparam("why"),
            since=bindparam("now"),
        )
        new = row.excluded
        self.hold = row.on_conflict_do_update(
            index_elements=["channel", "account"],
            set_={
                "not_before": case(
                    (new.not_before > accounts.c.not_before, new.not_before), else_=accounts.c.not_before
                ),
                "reason": case((new.reason != "", new.reason), else_=accounts.c.reason),
                "since": func.coalesce(accounts.c.since, new.since),
            },
        )
