"""What people do to bulletins, each in one transaction with its line in the record.

A move is a compare-and-set on the status and the revision that were seen: of two who are at it, one finds the bulletin
moved, and nothing of theirs is written. Deliveries are moved before the bulletin itself, as everywhere in the storage,
so that two who cross each other wait instead of holding each other up.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.broadcasts import State as BroadcastState
from bot.bulletins.deliveries import State, Why
from bot.bulletins.states import Move, Status
from bot.desk.ports.bulletins import Approval, Deed, SlotTaken
from bot.ports.bulletins import Bulletin, Draft
from bot.ports.platforms import Picture
from bot.ports.world import Clock
from bot.storage.bulletin_rows import BROADCAST, LEDGER
from bot.storage.database import Database
from bot.storage.launches import note
from bot.storage.pictures import write_picture
from bot.storage.tables import audiences, broadcasts, bulletins, deliveries, people, slots
from bot.storage.tallying import move_all, skip

Result = TypeVar("Result")

_NOT_BROADCAST_YET = [
    state.value for state in BroadcastState if not state.is_end and state is not BroadcastState.SENDING
]


class _OutrunError(Exception):
    """Somebody else moved the bulletin first: roll back."""


class _SlotTakenError(Exception):
    """Another bulletin has the slot: roll back."""

    def __init__(self, taken: SlotTaken) -> None:
        super().__init__(taken)
        self.taken = taken


class SqlMoves:
    """`bot.desk.ports.bulletins.Moves` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Write to *database*, dated by *clock*."""
        self._database = database
        self._clock = clock

    async def create(self, draft: Draft, by: str, picture: Picture | None = None) -> int:
        """Store a new draft, with its *picture* if that is new; return its id."""
        now = self._clock.now()
        return await self._database.write(lambda connection: self._add(connection, draft, by, picture, now))

    async def revise(self, seen: Bulletin, draft: Draft, by: str, picture: Picture | None = None) -> bool:
        """Put *draft* in the place of what was seen; its author is *by* from now on."""
        now = self._clock.now()

        async def work(connection: AsyncConnection) -> bool:
            if picture:
                await write_picture(connection, self._database, picture, now)
            await _advance(connection, seen, Deed(now, by, Move.EDIT), {**_columns(draft), "author": by})
            await connection.execute(audiences.delete().where(audiences.c.bulletin_id == seen.id))
            await _write_audiences(connection, seen.id, draft)
            return True

        return bool(await self._attempt(work))

    async def submit(self, seen: Bulletin, by: str) -> bool:
        """Ask for approval."""
        now = self._clock.now()
        new = {"status": Status.SUBMITTED, "submitted_by": by, "submitted_at": now}

        async def work(connection: AsyncConnection) -> bool:
            await _advance(connection, seen, Deed(now, by, Move.SUBMIT), new)
            return True

        return bool(await self._attempt(work))

    async def approve(self, seen: Bulletin, approval: Approval, by: str) -> bool | SlotTaken:
        """Freeze the text and let it go; its slot, if it has one, is reserved for every commune or nothing happens."""
        now = self._clock.now()
        new = {
            "status": Status.SCHEDULED if approval.is_later else Status.APPROVED,
            "approved_by": by,
            "approved_at": now,
            "due_at": approval.due_at,
            "passes_quiet": approval.passes_quiet,
            "text_hash": seen.draft.text_hash,
        }

        async def work(connection: AsyncConnection) -> bool:
            await _advance(connection, seen, Deed(now, by, Move.APPROVE), new)
            for commune in sorted(seen.draft.communes) if seen.draft.slot_date else ():
                await self._reserve(connection, commune, seen)
            return True

        try:
            return bool(await self._attempt(work))
        except _SlotTakenError as error:
            return error.taken

    async def give_back(self, seen: Bulletin, by: str) -> bool:
        """Make it a draft again and free its slot; one that was to go at once has no time any more."""
        now = self._clock.now()
        undone = ("submitted_by", "submitted_at", "approved_by", "approved_at", "text_hash")
        no_time = ("due_at", "slot_date") if seen.status is Status.APPROVED else ()
        new = {"status": Status.DRAFT, "passes_quiet": False, **dict.fromkeys((*undone, *no_time))}

        async def work(connection: AsyncConnection) -> bool:
            await _advance(connection, seen, Deed(now, by, Move.RETURN), new)
            await _free_slots(connection, seen)
            return True

        return bool(await self._attempt(work))

    async def stop(self, seen: Bulletin, by: str) -> bool:
        """Let nothing more of it go out; a slot in which nothing was sent is free again."""
        now = self._clock.now()

        async def work(connection: AsyncConnection) -> bool:
            await _give_up(connection, seen, Why.STOPPED, now)
            await _advance(connection, seen, Deed(now, by, Move.STOP), _stopped(by, now))
            if seen.published_at is None:
                await _free_slots(connection, seen)
            return True

        return bool(await self._attempt(work))

    async def correct(self, seen: Bulletin, draft: Draft, by: str, picture: Picture | None = None) -> int | None:
        """Store *draft* as the correction of what was seen, and let nothing more of the wrong text go out."""
        now = self._clock.now()
        stop = _stopped(by, now) if seen.status is Status.SENDING else {}

        async def work(connection: AsyncConnection) -> int:
            await _give_up(connection, seen, Why.CORRECTED, now)
            correction = await self._add(connection, replace(draft, corrects=seen.id), by, picture, now)
            await _advance(connection, seen, Deed(now, by, Move.CORRECT, str(correction)), stop)
            return correction

        return await self._attempt(work)

    async def resend(self, seen: Bulletin, only: State, by: str) -> int | None:
        """Let what is in the state *only* be sent again to those who still want bulletins; return how many."""
        now = self._clock.now()
        wanted = select(people.c.id).where(people.c.subscribed_at.is_not(None), people.c.gone_at.is_(None))
        if not seen.draft.corrects:  # who was told wrong is told so wherever they live now
            wanted = wanted.where(people.c.commune.in_(sorted(seen.draft.communes)))
        which = (deliveries.c.bulletin_id == seen.id) & deliveries.c.person_id.in_(wanted)
        anew = {"tries": 0, "not_before": 0.0, "epoch": None}

        async def work(connection: AsyncConnection) -> int:
            count = await move_all(connection, which, (only,), State.PENDING, code=None, now=now, values=anew)
            if count:
                new = {"status": Status.SENDING, "finished_at": None}
                await _advance(connection, seen, Deed(now, by, Move.RESEND, f"{only.value}: {count}"), new)
            return count

        return await self._attempt(work)

    async def note(self, bulletin_id: int, by: str, what: str) -> None:
        """Add a line to the record of a bulletin that was not moved."""
        now = self._clock.now()
        await self._database.write(lambda connection: note(connection, bulletin_id, now, by, what))

    async def _attempt(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result | None:
        """Return what *work* returns, or None and nothing written if somebody else was first."""
        try:
            return await self._database.write(work)
        except _OutrunError:
            return None

    async def _add(
        self, connection: AsyncConnection, draft: Draft, by: str, picture: Picture | None, now: datetime
    ) -> int:
        if picture:
            await write_picture(connection, self._database, picture, now)
        columns = {**_columns(draft), "corrects": draft.corrects, "author": by, "created_at": now}
        row = insert(bulletins).values(columns).returning(bulletins.c.id)
        bulletin_id: int = (await connection.execute(row)).scalar_one()
        await _write_audiences(connection, bulletin_id, draft)
        await note(connection, bulletin_id, now, by, Move.CREATE)
        return bulletin_id

    async def _reserve(self, connection: AsyncConnection, commune: str, seen: Bulletin) -> None:
        key = {"commune": commune, "slot_date": seen.draft.slot_date}
        statement = (
            self._database.upsert(slots)
            .values(**key, bulletin_id=seen.id)
            .on_conflict_do_update(
                index_elements=["commune", "slot_date"],
                set_={"bulletin_id": seen.id},
                where=slots.c.bulletin_id.is_(None) | (slots.c.bulletin_id == seen.id),
            )
            .returning(slots.c.bulletin_id)
        )
        if (await connection.execute(statement)).scalar_one_or_none() is None:
            owner = select(slots.c.slot_date, slots.c.bulletin_id).filter_by(**key)
            day, owner_id = (await connection.execute(owner)).one()
            raise _SlotTakenError(SlotTaken(commune, day, owner_id))


async def _advance(connection: AsyncConnection, seen: Bulletin, deed: Deed, values: Mapping[str, object]) -> None:
    """Change *seen* and write down the *deed*.

    Raises:
        _OutrunError: it is no longer as it was seen.
    """
    as_seen = (bulletins.c.id == seen.id, bulletins.c.status == seen.status, bulletins.c.revision == seen.revision)
    changed = update(bulletins).where(*as_seen).values({**values, "revision": seen.revision + 1})
    if (await connection.execute(changed)).rowcount != 1:
        raise _OutrunError
    await note(connection, seen.id, deed.at, deed.by, deed.what, deed.detail)


def _columns(draft: Draft) -> dict[str, object]:
    return {
        "title": draft.title,
        "body": draft.body,
        "picture": draft.picture or None,
        "is_urgent": draft.is_urgent,
        "way": BROADCAST if draft.is_broadcast else LEDGER,
        "due_at": draft.due_at,
        "slot_date": draft.slot_date,
    }


async def _write_audiences(connection: AsyncConnection, bulletin_id: int, draft: Draft) -> None:
    rows = [{"bulletin_id": bulletin_id, "commune": one.commune, "hamlet": one.hamlet} for one in draft.audiences]
    await connection.execute(insert(audiences), rows)


def _stopped(by: str, now: datetime) -> dict[str, object]:
    return {"status": Status.STOPPED, "stopped_by": by, "stopped_at": now}


async def _give_up(connection: AsyncConnection, seen: Bulletin, why: Why, now: datetime) -> None:
    """Let nothing that still waits go out: what is in flight settles by itself."""
    await _let_go_of_older(connection, seen, now)
    await skip(connection, deliveries.c.bulletin_id == seen.id, why, now)
    waiting = (broadcasts.c.bulletin_id == seen.id) & broadcasts.c.state.in_(_NOT_BROADCAST_YET)
    ended = {"state": BroadcastState.FAILED.value, "code": why.value, "changed_at": now}
    await connection.execute(update(broadcasts).where(waiting).values(ended))


async def _let_go_of_older(connection: AsyncConnection, seen: Bulletin, now: datetime) -> None:
    """Let the older ones that were to go along with what still waits be held again, for the next one that goes out."""
    newer = deliveries.alias("newer")
    waits = select(newer.c.person_id).where(
        newer.c.bulletin_id == seen.id, newer.c.state.in_([State.PENDING.value, State.HELD.value])
    )
    along = (deliveries.c.linked_to == seen.id) & deliveries.c.person_id.in_(waits)
    free = {"linked_to": None}
    await move_all(connection, along, (State.SKIPPED,), State.HELD, code=Why.WINDOW, now=now, values=free)


async def _free_slots(connection: AsyncConnection, seen: Bulletin) -> None:
    await connection.execute(update(slots).where(slots.c.bulletin_id == seen.id).values(bulletin_id=None))
