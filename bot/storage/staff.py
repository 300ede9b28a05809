"""Who works with the channel. A row is never deleted: what somebody did keeps their name."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.states import Role
from bot.desk.ports.house import Change, StaffMember
from bot.ports.world import Clock
from bot.storage.audit import write_change
from bot.storage.database import Database
from bot.storage.logins import end_logins
from bot.storage.tables import people, staff

EVERYWHERE = "*"
"""What stands for all communes, in the column as on the command line."""

_NO_CHAT = {"person_id": None, "chat_code": None, "chat_code_until": None}


class SqlStaff:
    """`bot.desk.ports.house.StaffBook` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep them in *database*, dated by *clock*."""
        self._database = database
        self._clock = clock

    async def members(self) -> list[StaffMember]:
        """Return everyone who works here now, by name."""
        async with self._database.reading() as connection:
            return await _read(connection)

    async def put(self, member: StaffMember, *, by: str) -> None:
        """Take *member* on, back, or over into another role or other communes; their chat stays as it is."""
        await self._put(member, by)

    async def add(self, member: StaffMember, *, by: str) -> bool:
        """Take *member* on or back, unless somebody of that name works here; return whether it was done."""
        return await self._put(member, by, staff.c.removed_at.is_not(None))

    async def _put(self, member: StaffMember, by: str, over: ColumnElement[bool] | None = None) -> bool:
        """Write the row of *member*; one that is there is overwritten where it is *over* (None: in any case)."""
        now = self._clock.now()
        values = {"role": member.role.value, "communes": _codes(member), "removed_at": None}
        row = self._database.upsert(staff).values(name=member.name, added_at=now, **values)

        async def work(connection: AsyncConnection) -> bool:
            known = await _read(connection, staff.c.name == member.name)
            taken = row.on_conflict_do_update(index_elements=["name"], set_=values, where=over)
            if (await connection.execute(taken.returning(staff.c.id))).scalar_one_or_none() is None:
                return False
            await write_change(connection, _change(by, known[0] if known else None, member), now)
            return True

        return await self._database.write(work)

    async def remove(self, name: str, *, by: str) -> bool:
        """Let somebody go, with their logins and chat; return whether they were there."""
        now = self._clock.now()

        async def work(connection: AsyncConnection) -> bool:
            members = await _read(connection, staff.c.name == name)
            left = update(staff).where(_is_here(name)).values(removed_at=now, **_NO_CHAT).returning(staff.c.id)
            for staff_id in (await connection.execute(left)).scalars().all():
                await end_logins(connection, staff_id)
                await write_change(connection, _change(by, members[0], None), now)
            return bool(members)

        return await self._database.write(work)

    async def give_code(self, name: str, code: str, until: datetime, *, by: str) -> bool:
        """Let whoever types *code* in a chat before *until* be *name* there; return whether there is such a member."""
        now = self._clock.now()
        spent = update(staff).where(staff.c.chat_code == code).values(chat_code=None, chat_code_until=None)
        given = update(staff).where(_is_here(name)).values(chat_code=code, chat_code_until=until)

        async def work(connection: AsyncConnection) -> bool:
            await connection.execute(spent)  # a code is one person's, however small the chance of two
            if not (await connection.execute(given)).rowcount:
                return False
            [member] = await _read(connection, staff.c.name == name)
            communes = member.communes or frozenset()
            await write_change(connection, Change(by=by, what="staff.chat", subject=name, communes=communes), now)
            return True

        return await self._database.write(work)


def _is_here(name: str) -> ColumnElement[bool]:
    return (staff.c.name == name) & staff.c.removed_at.is_(None)


async def _read(connection: AsyncConnection, *which: ColumnElement[bool]) -> list[StaffMember]:
    """Return the members *which* holds of; a chat in which we are blocked is none, until they come back."""
    there = (people.c.id == staff.c.person_id) & people.c.gone_at.is_(None)
    found = (
        select(staff.c.name, staff.c.role, staff.c.communes, people.c.id.label("chat"))
        .outerjoin(people, there)
        .where(staff.c.removed_at.is_(None), *which)
        .order_by(staff.c.name)
    )
    return [
        StaffMember(
            row.name,
            Role(row.role),
            None if row.communes == EVERYWHERE else frozenset(row.communes.split(",")),
            row.chat,
        )
        for row in await connection.execute(found)
    ]


def _codes(member: StaffMember) -> str:
    return EVERYWHERE if member.communes is None else ",".join(sorted(member.communes))


def _change(by: str, before: StaffMember | None, after: StaffMember | None) -> Change:
    """Return the entry of the log for somebody who was *before* and is *after*."""
    members = [member for member in (before, after) if member]
    kind = "change" if before and after else "remove" if before else "add"
    return Change(
        by=by,
        what=f"staff.{kind}",
        subject=members[0].name,
        communes=frozenset().union(*(member.communes or () for member in members)),
        before=_shown(before),
        after=_shown(after),
    )


def _shown(member: StaffMember | None) -> dict[str, str]:
    return {"role": member.role.value, "communes": _codes(member)} if member else {}
