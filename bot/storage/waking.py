"""What an incoming message does to bulletins that waited for it.

Zalo lets an account write to somebody only for a while after their last message. Whoever writes again gets the newest
bulletin that waited for them, and the older ones as links in the same message: nobody wants three at once.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State, Why
from bot.bulletins.states import Status
from bot.storage.bulletin_rows import LETTER
from bot.storage.database import among, database_clock
from bot.storage.tables import bulletins, deliveries, tickets
from bot.storage.tallying import Changes
from bot.tickets.states import TALK_LASTS, TicketKind

_ANSWER_FIRST_SECONDS = 3.0
"""What the person asked is answered first; the bulletin follows."""


async def wake(connection: AsyncConnection, person_ids: Sequence[int], now: datetime) -> None:
    """Let what is held for *person_ids* go out; during a hand-over only letters, which are part of it.

    A hand-over is over when nobody has said anything in it for long, whether or not somebody closed it.
    """
    last_word_at = func.coalesce(tickets.c.last_word_at, tickets.c.opened_at)
    handed_over = exists().where(
        tickets.c.person_id == deliveries.c.person_id,
        tickets.c.kind == TicketKind.HANDOVER.value,
        tickets.c.closed_at.is_(None),
        last_word_at > now - TALK_LASTS,
    )
    held = (
        select(
            deliveries.c.bulletin_id,
            deliveries.c.person_id,
            deliveries.c.channel,
            deliveries.c.account,
            bulletins.c.kind,
        )
        .join(bulletins, bulletins.c.id == deliveries.c.bulletin_id)
        .where(
            deliveries.c.person_id.in_(person_ids),
            among(deliveries.c.state, State.PENDING, State.HELD),
            deliveries.c.state == State.HELD.value,
            bulletins.c.status.in_([Status.SENDING.value, Status.SENT.value]),
            (bulletins.c.kind == LETTER) | ~handed_over,
        )
        .order_by(deliveries.c.person_id, bulletins.c.published_at.desc(), deliveries.c.bulletin_id.desc())
        .with_for_update(of=deliveries)
    )
    changes, newest = Changes(), dict[int, int]()
    for row in (await connection.execute(held)).all():
        is_whole = row.kind == LETTER or newest.setdefault(row.person_id, row.bulletin_id) == row.bulletin_id
        values: dict[str, object] = (
            {"state": State.PENDING.value, "code": None, "not_before": database_clock() + _ANSWER_FIRST_SECONDS}
            if is_whole
            else {
                "state": State.SKIPPED.value,
                "code": Why.LINKED.value,
                "linked_to": newest[row.person_id],
            }
        )
        one = (
            (deliveries.c.bulletin_id == row.bulletin_id)
            & (deliveries.c.person_id == row.person_id)
            & (deliveries.c.state == State.HELD.value)
        )
        moved = await connection.execute(update(deliveries).where(one).values(changed_at=now, **values))
        key = (row.bulletin_id, row.channel, row.account)
        changes.move(key, State.HELD, State.PENDING if is_whole else State.SKIPPED, moved.rowcount)
    await changes.write(connection)
