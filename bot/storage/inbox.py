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
from sqlalchemy import ColumnElement, Row, and_, bindparam, case, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Address, Channel, Incoming, Outgoing
from bot.ports import Clock, Dialogue, Finished, Handled, MarkGone, Person, Posted, Work
from bot.storage.database import Database, database_clock
from bot.storage.effects import apply_effects
from bot.storage.tables import inbox, people, replies

_EVENT = TypeAdapter(Incoming)
_DIALOGUE = TypeAdapter(Dialogue)
_OPEN = inbox.c.state.in_(["received", "handled", "buried"])
_NOBODY: dict[str, object] = {"claim": None, "busy_until": 0.0}


class SqlInbox:
    """`bot.ports.Inbox` on the database, as one process sees it; ``process`` is the name it claims people under."""

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
        self._accounts = [(channel.value, account) for channel, account in accounts]
        self._database = database
        self._clock = clock
        self._process = process
        self._lease_seconds = lease_seconds

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
        statement = self._database.upsert(inbox).on_conflict_do_nothing().returning(inbox.c.person_id)
        stored = (await connection.execute(statement, rows)).scalars().all()
        chosen = sorted(set(stored))[:free]
        return await self._claim(connection, chosen) if chosen else []

    async def _people(self, connection: AsyncConnection, messages: list[Incoming]) -> dict[Address, int]:
        """Return the ids of the senders, made where they are new. Their rows stay locked until the commit.

        Sorted, so that two processes never wait for each other crosswise.
        """
        latest: dict[Address, datetime] = {}
        for message in messages:
            latest[message.sender] = max(message.sent_at, latest.get(message.sender, message.sent_at))
        upsert = self._database.upsert(people)
        newer = case(
            (upsert.excluded.last_inbound > people.c.last_inbound, upsert.excluded.last_inbound),
            else_=people.c.last_inbound,
        )
        statement = upsert.on_conflict_do_update(
            index_elements=["channel", "account", "user"], set_={"last_inbound": newer}
        ).returning(people.c.id, people.c.channel, people.c.account, people.c.user)
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
        return {_address(row): row.id for row in await connection.execute(statement, rows)}

    async def claim(self, limit: int) -> list[Work]:
        """Claim up to *limit* people whose messages wait for nobody: left by a process that died, or due again."""
        return await self._database.write(lambda connection: self._claim_waiting(connection, limit))

    async def _claim_waiting(self, connection: AsyncConnection, limit: int) -> list[Work]:
        waiting = (
            select(people.c.id)
            .where(
                people.c.id.in_(select(inbox.c.person_id).where(_OPEN)),
                tuple_(people.c.channel, people.c.account).in_(self._accounts),
                _is_free(),
            )
            .order_by(people.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        found = (await connection.execute(waiting)).scalars().all()
        return await self._claim(connection, found) if found else []

    async def _claim(self, connection: AsyncConnection, person_ids: Sequence[int]) -> list[Work]:
        statement = (
            update(people)
            .where(people.c.id.in_(bindparam("ids", expanding=True)), _is_free())
            .values(claim=self._process, busy_until=database_clock() + self._lease_seconds)
            .returning(people)
        )
        claimed = (await connection.execute(statement, {"ids": list(person_ids)})).all()
        return await self._next(connection, claimed)

    async def _next(self, connection: AsyncConnection, claimed: Sequence[Row[tuple[object, ...]]]) -> list[Work]:
        """Return the oldest open message of each claimed person, a try counted; release those who have none."""
        if not claimed:
            return []
        by_id = {row.id: row for row in claimed}
        oldest = (
            select(func.min(inbox.c.id))
            .where(_OPEN, inbox.c.person_id.in_(bindparam("ids", expanding=True)))
            .group_by(inbox.c.person_id)
        )
        statement = (
            update(inbox)
            .where(inbox.c.id.in_(oldest), _OPEN)
            .values(tries=inbox.c.tries + 1)
            .returning(inbox.c.id, inbox.c.person_id, inbox.c.event, inbox.c.state, inbox.c.tries)
        )
        rows = (await connection.execute(statement, {"ids": list(by_id)})).all()
        await self._release(connection, by_id.keys() - {row.person_id for row in rows})
        unsent = await self._unsent(connection, by_id, [row.id for row in rows if row.state != "received"])
        return [_work(row, by_id[row.person_id], unsent) for row in rows]

    async def _unsent(
        self, connection: AsyncConnection, by_id: dict[int, Row[tuple[object, ...]]], inbox_ids: list[int]
    ) -> dict[int, tuple[Outgoing, ...]]:
        if not inbox_ids:
            return {}
        statement = (
            select(replies.c.id, replies.c.person_id, replies.c.inbox_id, replies.c.body)
            .where(replies.c.inbox_id.in_(inbox_ids), replies.c.state == "pending")
            .order_by(replies.c.id)
        )
        found: dict[int, tuple[Outgoing, ...]] = {}
        for row in await connection.execute(statement):
            reply = Outgoing(row.id, _address(by_id[row.person_id]), row.body)
            found[row.inbox_id] = (*found.get(row.inbox_id, ()), reply)
        return found

    async def _release(self, connection: AsyncConnection, person_ids: Iterable[int]) -> None:
        if ids := list(person_ids):
            await connection.execute(update(people).where(people.c.id.in_(ids)).values(_NOBODY))

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
        dialogues = [
            {
                "person": result.work.person.id,
                "now_dialogue": _DIALOGUE.dump_json(result.outcome.dialogue).decode(),
                "now_gone": now if MarkGone() in result.outcome.effects else None,
            }
            for result in mine
        ]
        await connection.execute(
            update(people)
            .where(people.c.id == bindparam("person"))
            .values(dialogue=bindparam("now_dialogue"), gone_at=bindparam("now_gone"), forgotten_at=None),
            dialogues,
        )
        await apply_effects(connection, self._database, [(r.work, r.outcome.effects) for r in mine], now)
        await self._mark(connection, mine, now)
        return await self._store_replies(connection, mine, now)

    async def _mark(self, connection: AsyncConnection, results: Sequence[Handled], now: datetime) -> None:
        marks = [
            {
                "message": result.work.inbox_id,
                "now_state": "buried" if result.is_dead else "handled" if result.bodies else "replied",
                "now_handled": now,
            }
            for result in results
        ]
        statement = update(inbox).where(inbox.c.id == bindparam("message"))
        await connection.execute(
            statement.values(state=bindparam("now_state"), handled_at=bindparam("now_handled")), marks
        )

    async def _store_replies(
        self, connection: AsyncConnection, results: Sequence[Handled], now: datetime
    ) -> dict[int, tuple[Outgoing, ...]]:
        owners = [(result.work, body) for result in results for body in result.bodies]
        if not owners:
            return {result.work.inbox_id: () for result in results}
        statement = insert(replies).returning(replies.c.id, sort_by_parameter_order=True)
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
        ids = (await connection.execute(statement, rows)).scalars().all()
        stored: dict[int, tuple[Outgoing, ...]] = {result.work.inbox_id: () for result in results}
        for reply_id, (work, body) in zip(ids, owners, strict=True):
            stored[work.inbox_id] = (*stored[work.inbox_id], Outgoing(reply_id, work.person.address, body))
        return stored

    async def finish(self, finished: Sequence[Finished]) -> list[Work]:
        """Commit what became of replies, and return the next work for the same people; release those who have none."""
        return await self._database.write(lambda connection: self._finish(connection, finished))

    async def _finish(self, connection: AsyncConnection, finished: Sequence[Finished]) -> list[Work]:
        ours = await self._still_claimed(connection, (end.work.person.id for end in finished))
        await self._record_posts(connection, [post for end in finished for post in end.posted])
        mine = [end for end in finished if end.work.person.id in ours]
        for end in mine:
            if end.retry_in_seconds is not None:
                later = database_clock() + end.retry_in_seconds
                statement = update(people).where(people.c.id == end.work.person.id)
                await connection.execute(statement.values(**_NOBODY, not_before=later))
        done = [end.work for end in mine if end.retry_in_seconds is None]
        if not done:
            return []
        closed = update(inbox).where(
            inbox.c.id.in_(bindparam("ids", expanding=True)), inbox.c.state.in_(["handled", "buried"])
        )
        await connection.execute(
            closed.values(state=case((inbox.c.state == "buried", "dead"), else_="replied")),
            {"ids": [work.inbox_id for work in done]},
        )
        return await self._next(connection, [ours[work.person.id] for work in done])

    async def _record_posts(self, connection: AsyncConnection, posts: Sequence[Posted]) -> None:
        if not posts:
            return
        now = self._clock.now()
        rows = [
            {
                "reply": post.reply_id,
                "now_state": "failed" if post.error else "sent",
                "now_error": post.error or None,
                "now_platform": post.platform_id or None,
                "now_sent": None if post.error else now,
            }
            for post in posts
        ]
        statement = update(replies).where(replies.c.id == bindparam("reply"))
        await connection.execute(
            statement.values(
                state=bindparam("now_state"),
                error=bindparam("now_error"),
                platform_id=bindparam("now_platform"),
                sent_at=bindparam("now_sent"),
                tries=replies.c.tries + 1,
            ),
            rows,
        )

    async def _still_claimed(
        self, connection: AsyncConnection, person_ids: Iterable[int]
    ) -> dict[int, Row[tuple[object, ...]]]:
        """Return which of these people this process still holds, their rows locked until the commit."""
        statement = (
            select(people)
            .where(people.c.id.in_(bindparam("ids", expanding=True)), people.c.claim == self._process)
            .order_by(people.c.id)
            .with_for_update()
        )
        rows = await connection.execute(statement, {"ids": sorted(set(person_ids))})
        return {row.id: row for row in rows}

    async def prolong(self) -> None:
        """Keep the claims of this process for another lease."""

        async def work(connection: AsyncConnection) -> None:
            until = database_clock() + self._lease_seconds
            await connection.execute(update(people).where(people.c.claim == self._process).values(busy_until=until))

        await self._database.write(work)

    async def release_all(self, *, of_everyone: bool = False) -> None:
        """Let go of every claim of this process, at its end; on SQLite, at its start, of any process before it."""

        async def work(connection: AsyncConnection) -> None:
            whose = people.c.claim.is_not(None) if of_everyone else people.c.claim == self._process
            await connection.execute(update(people).where(whose).values(_NOBODY))

        await self._database.write(work)

    async def backlog(self) -> int:
        """Return how many messages are stored and not yet replied to."""
        async with self._database.reading() as connection:
            return (await connection.execute(select(func.count()).select_from(inbox).where(_OPEN))).scalar_one()


def _is_free() -> ColumnElement[bool]:
    return and_(people.c.busy_until < database_clock(), people.c.not_before <= database_clock())


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
            is_subscribed=person.subscribed_at is not None,
            dialogue=_DIALOGUE.validate_json(person.dialogue) if person.dialogue else Dialogue(),
        ),
        message=_EVENT.validate_json(row.event),
        tries=row.tries,
        is_handled=row.state != "received",
        unsent=unsent.get(row.id, ()),
    )
