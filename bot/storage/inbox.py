"""The inbox: every message stored before anyone is told it arrived, each handled once, one person's in order.

A person, not a message, is claimed: ``people.claim`` names the process that is busy with them and ``busy_until`` when
that ends, by the database's clock. Whoever holds the claim takes the person's oldest open message, and everything it
then writes asks again whether it still holds the claim. A process that dies is simply overtaken when its time is up.

    received --(effects, replies and the mark in one transaction)--> handled --(replies posted)--> replied
             --(three tries failed)--> buried --(apology posted)--> dead; the next message is served
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address, Channel, Incoming, Outgoing
from bot.ports.conversations import Dialogue, LetBulletinsWait, MarkGone, Person, Talk
from bot.ports.inbox import Finished, Handled, Posted, Work
from bot.ports.world import Clock
from bot.storage.database import Database
from bot.storage.effects import apply_effects
from bot.storage.inbox_statements import InboxStatements
from bot.storage.waking import wake

_EVENT = TypeAdapter(Incoming)
_DIALOGUE = TypeAdapter(Dialogue)


class SqlInbox:
    """`bot.ports.inbox.Inbox` on the database, as one process sees it, which claims people as ``process``."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        process: str,
        lease_seconds: float,
        accounts: Collection[tuple[Channel, str]],
    ) -> None:
        """Claims last *lease_seconds* and are prolonged by `prolong`.

        Only people of *accounts* are claimed: messages of an account that is switched off wait until it is on again.
        """
        self._database = database
        self._clock = clock
        self._sql = InboxStatements(database, process=process, lease_seconds=lease_seconds, accounts=accounts)

    async def receive(self, messages: Sequence[Incoming], *, free: int) -> list[Work]:
        """Store *messages* and claim up to *free* of the people who wrote them, in one transaction.

        What was stored before is left as it is. When this returns, the messages are committed.
        """
        unique = {(message.sender, message.message_id): message for message in messages}
        return await self._database.write(lambda connection: self._receive(connection, list(unique.values()), free))

    async def _receive(self, connection: AsyncConnection, messages: list[Incoming], free: int) -> list[Work]:
        known = await self._people(connection, messages)
        rows = [
            {
                "person_id": known[message.sender],
                "channel": message.sender.channel,
                "account": message.sender.account,
                "message_id": message.message_id,
                "event": _EVENT.dump_json(message).decode(),
                "state": "received",
                "received_at": self._clock.now(),
            }
            for message in messages
        ]
        stored = (await connection.execute(self._sql.store, rows)).scalars().all()
        chosen = sorted(set(stored))[:free]
        return await self._claim(connection, chosen) if chosen else []

    async def _people(self, connection: AsyncConnection, messages: list[Incoming]) -> dict[Address, int]:
        """Return the ids of the senders, made where they are new. Their rows stay locked until the commit.

        Sorted, so that two processes never wait for each other crosswise.
        """
        latest: dict[Address, datetime] = {}
        for message in messages:
            latest[message.sender] = max(message.sent_at, latest.get(message.sender, message.sent_at))
        rows = [
            {
                "channel": sender.channel,
                "account": sender.account,
                "user": sender.user,
                "first_seen": self._clock.now(),
                "last_inbound": moment,
            }
            for sender, moment in sorted(latest.items())
        ]
        return {_address(row): row.id for row in await connection.execute(self._sql.meet, rows)}

    async def claim(self, limit: int) -> list[Work]:
        """Claim up to *limit* people whose messages wait for nobody: left by a process that died, or due again."""
        return await self._database.write(lambda connection: self._claim_waiting(connection, limit))

    async def _claim_waiting(self, connection: AsyncConnection, limit: int) -> list[Work]:
        found = (await connection.execute(self._sql.waiting, {"most": limit})).scalars().all()
        return await self._claim(connection, found) if found else []

    async def _claim(self, connection: AsyncConnection, person_ids: Sequence[int]) -> list[Work]:
        claimed = (await connection.execute(self._sql.claim, {"ids": list(person_ids)})).all()
        return await self._next(connection, claimed)

    async def _next(self, connection: AsyncConnection, claimed: Sequence[Row[tuple[object, ...]]]) -> list[Work]:
        """Return the oldest open message of each claimed person, a try counted; release those who have none."""
        if not claimed:
            return []
        by_id = {row.id: row for row in claimed}
        rows = (await connection.execute(self._sql.take_oldest, {"ids": list(by_id)})).all()
        idle = by_id.keys() - {row.person_id for row in rows}
        if idle:
            await connection.execute(self._sql.release, {"ids": list(idle)})
        unsent = await self._unsent(connection, by_id, [row.id for row in rows if row.state != "received"])
        return [_work(row, by_id[row.person_id], unsent) for row in rows]

    async def _unsent(
        self, connection: AsyncConnection, by_id: dict[int, Row[tuple[object, ...]]], inbox_ids: list[int]
    ) -> dict[int, tuple[Outgoing, ...]]:
        if not inbox_ids:
            return {}
        found: dict[int, tuple[Outgoing, ...]] = {}
        for row in await connection.execute(self._sql.unsent, {"ids": inbox_ids}):
            reply = Outgoing(row.id, _address(by_id[row.person_id]), row.body)
            found[row.inbox_id] = (*found.get(row.inbox_id, ()), reply)
        return found

    async def settle(self, results: Sequence[Handled]) -> dict[int, tuple[Outgoing, ...]]:
        """Commit what messages came to: effects, replies and the mark "handled", all or nothing for each message.

        Returns the replies to post, by inbox id. A message whose person is no longer claimed by this process is left
        out: whoever claimed the person since will handle it.
        """
        return await self._database.write(lambda connection: self._settle(connection, results))

    async def _settle(self, connection: AsyncConnection, results: Sequence[Handled]) -> dict[int, tuple[Outgoing, ...]]:
        ours = await self._still_claimed(connection, (result.work.person.id for result in results))
        mine = [result for result in results if result.work.person.id in ours]
        if not mine:
            return {}
        now = self._clock.now()
        await connection.execute(self._sql.turn, [_turn(result, now) for result in mine])
        await apply_effects(connection, self._database, [(r.work, r.outcome.effects) for r in mine], now)
        if awake := [result.work.person.id for result in mine if _wakes(result)]:
            await wake(connection, awake, now)
        await connection.execute(self._sql.mark, [_mark(result, now) for result in mine])
        return await self._store_replies(connection, mine, now)

    async def _store_replies(
        self, connection: AsyncConnection, results: Sequence[Handled], now: datetime
    ) -> dict[int, tuple[Outgoing, ...]]:
        owners = [(result.work, body) for result in results for body in result.bodies]
        stored: dict[int, tuple[Outgoing, ...]] = {result.work.inbox_id: () for result in results}
        if not owners:
            return stored
        rows = [
            {
                "person_id": work.person.id,
                "inbox_id": work.inbox_id,
                "body": body,
                "state": "pending",
                "created_at": now,
            }
            for work, body in owners
        ]
        ids = (await connection.execute(self._sql.reply, rows)).scalars().all()
        for reply_id, (work, body) in zip(ids, owners, strict=True):
            stored[work.inbox_id] = (*stored[work.inbox_id], Outgoing(reply_id, work.person.address, body))
        return stored

    async def finish(self, finished: Sequence[Finished]) -> list[Work]:
        """Commit what became of replies, and return the next work for the same people; release those who have none."""
        return await self._database.write(lambda connection: self._finish(connection, finished))

    async def _finish(self, connection: AsyncConnection, finished: Sequence[Finished]) -> list[Work]:
        ours = await self._still_claimed(connection, (end.work.person.id for end in finished))
        now = self._clock.now()
        posts = [_post(post, now) for end in finished for post in end.posted]
        if posts:
            await connection.execute(self._sql.posted, posts)
        mine = [end for end in finished if end.work.person.id in ours]
        later = [
            {"person": end.work.person.id, "seconds": end.retry_in_seconds}
            for end in mine
            if end.retry_in_seconds is not None
        ]
        if later:
            await connection.execute(self._sql.postpone, later)
        done = [end.work for end in mine if end.retry_in_seconds is None]
        if not done:
            return []
        await connection.execute(self._sql.close, {"ids": [work.inbox_id for work in done]})
        return await self._next(connection, [ours[work.person.id] for work in done])

    async def _still_claimed(
        self, connection: AsyncConnection, person_ids: Iterable[int]
    ) -> dict[int, Row[tuple[object, ...]]]:
        """Return which of these people this process still holds, their rows locked until the commit."""
        rows = await connection.execute(self._sql.still_claimed, {"ids": sorted(set(person_ids))})
        return {row.id: row for row in rows}

    async def prolong(self) -> None:
        """Keep the claims of this process for another lease."""
        await self._database.write(lambda connection: connection.execute(self._sql.prolong))

    async def release_all(self, *, of_everyone: bool = False) -> None:
        """Let go of every claim of this process, at its end; on SQLite, at its start, of any process before it."""
        statement = self._sql.release_everyone if of_everyone else self._sql.release_ours
        await self._database.write(lambda connection: connection.execute(statement))

    async def backlog(self) -> int:
        """Return how many messages are stored and not yet replied to."""
        async with self._database.reading() as connection:
            return (await connection.execute(self._sql.backlog)).scalar_one()


def _turn(result: Handled, now: datetime) -> dict[str, object]:
    return {
        "person": result.work.person.id,
        "now_dialogue": _DIALOGUE.dump_json(result.outcome.dialogue).decode(),
        "now_gone": now if MarkGone() in result.outcome.effects else None,
    }


def _wakes(result: Handled) -> bool:
    """Tell whether bulletins may follow this message: only Zalo makes them wait for one (`bot.storage.waking`)."""
    is_no_moment = any(isinstance(effect, LetBulletinsWait | MarkGone) for effect in result.outcome.effects)
    return result.work.message.sender.channel is Channel.ZALO and not is_no_moment


def _mark(result: Handled, now: datetime) -> dict[str, object]:
    state = "buried" if result.is_dead else "handled" if result.bodies else "replied"
    return {"message": result.work.inbox_id, "now_state": state, "now_handled": now}


def _post(post: Posted, now: datetime) -> dict[str, object]:
    return {
        "reply": post.reply_id,
        "now_state": "failed" if post.error else "sent",
        "now_error": post.error or None,
        "now_platform": post.platform_id or None,
        "now_sent": None if post.error else now,
    }


def _address(row: Row[tuple[object, ...]]) -> Address:
    return Address(Channel(row.channel), row.account, row.user)


def _work(
    row: Row[tuple[object, ...]], person: Row[tuple[object, ...]], unsent: dict[int, tuple[Outgoing, ...]]
) -> Work:
    return Work(
        inbox_id=row.id,
        person=Person(
            id=person.id,
            address=_address(person),
            commune=person.commune,
            hamlet=person.hamlet,
            is_subscribed=person.subscribed_at is not None,
            dialogue=_DIALOGUE.validate_json(person.dialogue) if person.dialogue else Dialogue(),
            talk=Talk(person.talk_ticket, person.talk_until, person.talk_commune) if person.talk_commune else None,
        ),
        message=_EVENT.validate_json(row.event),
        tries=row.tries,
        is_handled=row.state != "received",
        unsent=unsent.get(row.id, ()),
    )
