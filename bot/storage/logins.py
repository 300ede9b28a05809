"""One-time links into the console and who is logged in.

What a person holds (a link, a cookie) is never stored, only its digest, so that a stolen backup opens nothing. Role and
communes are read with each request: whoever is removed, or may do less from now on, is so at once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.states import Role, Signer
from bot.desk.ports.house import Change, Login
from bot.ports.world import Clock
from bot.storage.audit import write_change
from bot.storage.database import Database
from bot.storage.tables import login_links, sessions, staff

_EVERYWHERE = "*"

_NOTE_SEEN_AFTER = timedelta(minutes=5)
"""A page view writes only so often; what ends after hours of silence needs no better clock."""

_KEEP_ENDED = timedelta(days=1)

_Member = Row[tuple[int, str, str, str]]


class SqlLogins:
    """`bot.desk.ports.house.Logins` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep them in *database*."""
        self._database = database
        self._clock = clock

    async def add_link(self, name: str, key: str, *, by: str, ends_at: datetime) -> bool:
        """Keep a link for the member of staff *name*; return whether there is such a member."""
        now = self._clock.now()

        async def work(connection: AsyncConnection) -> bool:
            member = (await connection.execute(_members(staff.c.name == name))).one_or_none()
            if member is not None:
                await _keep_link(connection, member, key, by=by, ends_at=ends_at, now=now)
            return member is not None

        return await self._database.write(work)

    async def enter(
        self, link: str, key: str, *, device: str, ends_at: datetime, instead_of: str = ""
    ) -> Signer | None:
        """Spend the link *link* on a login *key*; None if it cannot be spent (again)."""
        now = self._clock.now()
        spend = (
            update(login_links)
            .where(login_links.c.key == link, login_links.c.used_at.is_(None), login_links.c.ends_at > now)
            .values(used_at=now)
            .returning(login_links.c.staff_id)
        )

        async def work(connection: AsyncConnection) -> Signer | None:
            owner = (await connection.execute(spend)).scalar_one_or_none()
            member = (await connection.execute(_members(staff.c.id == owner))).one_or_none()
            if member is None:
                return None
            await connection.execute(delete(sessions).where(sessions.c.key == instead_of))
            new = {"key": key, "staff_id": member.id, "device": device}
            await connection.execute(insert(sessions).values(**new, began_at=now, seen_at=now, ends_at=ends_at))
            me = _signer(member)
            await write_change(connection, _change(me.name, "login.enter", me, device=device), now)
            return me

        return await self._database.write(work)

    async def find(self, key: str, *, seen_since: datetime) -> Login | None:
        """Return the login *key* and note it seen, if it has not ended, was seen since then and its owner is staff."""
        now = self._clock.now()
        async with self._database.reading() as connection:
            found = _open(now, seen_since).where(sessions.c.key == key)
            row = (await connection.execute(found)).one_or_none()
        if row is None:
            return None
        if now - row.seen_at > _NOTE_SEEN_AFTER:
            async with self._database.writing() as connection:
                await connection.execute(update(sessions).where(sessions.c.id == row.session_id).values(seen_at=now))
        return _login(row)

    async def of(self, name: str, *, seen_since: datetime) -> Sequence[Login]:
        """Return where *name* is logged in, last seen first."""
        found = _open(self._clock.now(), seen_since).where(staff.c.name == name)
        async with self._database.reading() as connection:
            rows = await connection.execute(found.order_by(sessions.c.seen_at.desc(), sessions.c.id.desc()))
            return [_login(row) for row in rows]

    async def end(self, name: str, *, by: str, only: int | None = None) -> int:
        """End every login of *name*, or the one with the id *only*, and every unused link; return how many logins."""
        now = self._clock.now()

        async def work(connection: AsyncConnection) -> int:
            member = (await connection.execute(_members(staff.c.name == name))).one_or_none()
            if member is None:
                return 0
            ended = await end_logins(connection, member.id, only=only)
            if ended:
                await write_change(connection, _change(by, "login.end", _signer(member), logins=str(ended)), now)
            return ended

        return await self._database.write(work)


async def end_logins(connection: AsyncConnection, member: int, *, only: int | None = None) -> int:
    """End the logins and unused links of the member of staff with this id, or only one login; return how many."""
    which = sessions.c.staff_id == member
    if only is not None:
        which &= sessions.c.id == only
    else:
        await connection.execute(delete(login_links).where(login_links.c.staff_id == member))
    return (await connection.execute(delete(sessions).where(which))).rowcount


async def keep_link_of_chat(
    connection: AsyncConnection, person_id: int, key: str, ends_at: datetime, now: datetime
) -> None:
    """Keep a link for whoever of the staff the chat of *person_id* belongs to; nobody's chat makes none."""
    member = (await connection.execute(_members(staff.c.person_id == person_id))).first()
    if member is not None:
        await _keep_link(connection, member, key, by=member.name, ends_at=ends_at, now=now)


async def _keep_link(
    connection: AsyncConnection, member: _Member, key: str, *, by: str, ends_at: datetime, now: datetime
) -> None:
    await _tidy(connection, now - _KEEP_ENDED)
    link = {"key": key, "staff_id": member.id, "made_by": by, "made_at": now, "ends_at": ends_at}
    await connection.execute(insert(login_links).values(link))
    await write_change(connection, _change(by, "login.link", _signer(member)), now)


async def _tidy(connection: AsyncConnection, before: datetime) -> None:
    """Delete what ended before then: nobody asks for it, and it leads nowhere."""
    for table in (login_links, sessions):
        await connection.execute(delete(table).where(table.c.ends_at < before))


def _members(which: ColumnElement[bool]) -> Select[tuple[int, str, str, str]]:
    columns = (staff.c.id, staff.c.name, staff.c.role, staff.c.communes)
    return select(*columns).where(which, staff.c.removed_at.is_(None))


def _open(now: datetime, seen_since: datetime) -> Select[tuple[object, ...]]:
    return (
        select(
            staff.c.name,
            staff.c.role,
            staff.c.communes,
            sessions.c.id.label("session_id"),
            sessions.c.device,
            sessions.c.began_at,
            sessions.c.seen_at,
            sessions.c.ends_at,
        )
        .join(staff, staff.c.id == sessions.c.staff_id)
        .where(staff.c.removed_at.is_(None), sessions.c.ends_at > now, sessions.c.seen_at > seen_since)
    )


def _login(row: Row[tuple[object, ...]]) -> Login:
    return Login(row.session_id, _signer(row), row.device, row.began_at, row.seen_at, row.ends_at)


def _signer(row: Row[tuple[object, ...]] | _Member) -> Signer:
    communes = None if row.communes == _EVERYWHERE else frozenset(row.communes.split(","))
    return Signer(row.name, Role(row.role), communes)


def _change(by: str, what: str, about: Signer, **after: str) -> Change:
    return Change(by=by, what=what, subject=about.name, communes=about.communes or frozenset(), after=after)
