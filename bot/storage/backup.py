"""Back a database up into one file while the service runs, and restore it without anything going out by itself.

The file knows nothing of engines, so a commune that outgrows one machine moves from SQLite to PostgreSQL by it. It
holds what people would miss and nothing that only the moment makes true: no leases and claims, no login sessions, no
waits that a platform asked for, and no Zalo tokens. A refresh token works once, so an old pair would lock the account
out while the pair in a database that is still there is right: that one is kept.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, LargeBinary, Table, delete, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import OperatorError
from bot.storage import schema
from bot.storage.backup_file import Header, Rows, Writer, check, decoders, read_rows, whole_file
from bot.storage.database import Database, database_clock
from bot.storage.halting import Halted, halt
from bot.storage.leases import open_leases
from bot.storage.tables import leases, metadata, people, zalo_tokens

KEPT_IN_PLACE = frozenset({"leases", "zalo_tokens", "accounts", "content_served"})
"""Tables that a backup leaves out and a restore leaves alone: they tell of this moment, not of the backup's."""

EMPTIED = frozenset({"login_links", "sessions"})
"""Tables that a backup leaves out and a restore empties: nobody stays logged in over it."""

OF_THE_MOMENT = frozenset({"claim", "busy_until", "not_before", "chat_code", "chat_code_until"})
"""Columns that a backup leaves out: who is busy with a person, until when something waits, one-time codes."""

_ROWS_AT_ONCE, _LARGE_ROWS_AT_ONCE = 1000, 4


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    header: Header
    halted: Halted
    has_zalo_tokens: bool


async def back_up(database: Database, path: Path, now: datetime) -> Header:
    """Write all of *database*, as it is at one moment, to the file *path*; return what the file says of itself.

    Raises:
        OperatorError: there is no database, or the file cannot be written; then *path* is as it was.
    """
    if database.path and not database.path.exists():
        raise OperatorError(f"DATABASE_URL: there is no database at {database.path}")
    async with _snapshot(database) as connection:
        header = await _header(connection, now)
        try:
            with whole_file(path) as stream:
                writer = Writer(stream, header)
                for name in header.rows:
                    await _write_table(connection, writer, metadata.tables[name])
                writer.end()
        except OSError as error:
            raise OperatorError(f"{path}: cannot be written ({error.strerror or error})") from error
    return header


async def restore(
    database: Database, path: Path, now: datetime, *, replace: bool = False, force: bool = False
) -> Restored:
    """Make *database* what the backup *path* holds, with everything unfinished stopped (`bot.storage.halting`).

    All of it is one transaction. *now* is local. *replace* allows to delete what is there, *force* to do so although a
    service seems to be running on it.

    Raises:
        OperatorError: the file is damaged or too new, the database is in use or not empty; nothing is changed then.
    """
    header = check(path)
    if header.schema > schema.CURRENT:
        raise OperatorError(
            f"{path}: written by a newer version (schema {header.schema}, this one knows {schema.CURRENT}); "
            "install that version, or a newer one, and restore with it"
        )
    async with _alone(database, force=force):
        if not replace:
            await _refuse_if_filled(database)
        await schema.upgrade(database)
        try:
            async with database.writing() as connection:
                return await _refill(connection, database, path, header, now)
        except DBAPIError as error:
            # Its first line only: what follows may quote the row.
            reason = str(error.orig).partition("\n")[0]
            raise OperatorError(f"{path}: the database refuses it ({reason}); nothing was changed") from None


def carried(table: Table) -> list["Column[Any]"]:
    """Return the columns of *table* that go into a backup, none if the table does not."""
    if table.name in KEPT_IN_PLACE | EMPTIED:
        return []
    return [column for column in table.columns if column.name not in OF_THE_MOMENT]


@asynccontextmanager
async def _snapshot(database: Database) -> AsyncIterator[AsyncConnection]:
    """Read *database* as it is at one moment, however long that takes; writers go on meanwhile."""
    async with database.reading() as connection:
        if not database.is_sqlite:  # which reads that way by itself
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


async def _header(connection: AsyncConnection, now: datetime) -> Header:
    revision = await schema.revision(connection)
    if revision is None:
        raise OperatorError("DATABASE_URL: there is no Loa Xã in this database")
    there = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    names = [table.name for table in metadata.sorted_tables if carried(table) and table.name in there]
    rows = {name: await _count(connection, metadata.tables[name]) for name in names}
    return Header(revision, now, rows)


async def _count(connection: AsyncConnection, table: Table) -> int:
    return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def _write_table(connection: AsyncConnection, writer: Writer, table: Table) -> None:
    # Of the columns this version knows, those the database has: a version may back up before it migrates.
    there = await connection.run_sync(lambda sync: {column["name"] for column in inspect(sync).get_columns(table.name)})
    columns = [column for column in carried(table) if column.name in there]
    at_once = _LARGE_ROWS_AT_ONCE if any(isinstance(c.type, LargeBinary) for c in columns) else _ROWS_AT_ONCE
    key = [column for column in table.primary_key if column.name in there]
    statement = select(*columns).order_by(*key).execution_options(yield_per=at_once)
    writer.begin(table.name, columns)
    async with connection.stream(statement) as result:
        async for rows in result.partitions():
            writer.write(rows)


@asynccontextmanager
async def _alone(database: Database, *, force: bool) -> AsyncIterator[None]:
    """See that no service runs on *database*; on SQLite, that none begins to meanwhile."""
    async with AsyncExitStack() as stack:
        if database.is_sqlite:
            lease = await open_leases(database, str(uuid4()), seconds=60).acquire("run")
            is_alone = lease is not None
            if lease:
                stack.push_async_callback(lease.release)
        else:
            is_alone = not await _is_served(database)
        if not is_alone and not force:
            raise OperatorError("a service runs on this database; stop every process of it first (or --force)")
        yield


async def _is_served(database: Database) -> bool:
    """Tell whether a process holds a lease or a person on this PostgreSQL."""
    async with database.reading() as connection:
        if not await connection.run_sync(lambda sync: inspect(sync).has_table(leases.name)):
            return False
        held = select(leases.c.name).where(leases.c.until > database_clock())
        busy = select(people.c.claim).where(people.c.claim.is_not(None), people.c.busy_until > database_clock())
        return (await connection.execute(held.union_all(busy).limit(1))).first() is not None


async def _refuse_if_filled(database: Database) -> None:
    async with database.reading() as connection:
        there = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
        for table in metadata.sorted_tables:
            if table.name in there and carried(table) and await _count(connection, table):
                raise OperatorError("the database is not empty; --replace deletes what is in it")


async def _refill(
    connection: AsyncConnection, database: Database, path: Path, header: Header, now: datetime
) -> Restored:
    for table in reversed(metadata.sorted_tables):
        if table.name not in KEPT_IN_PLACE:
            await connection.execute(delete(table))
    for rows in read_rows(path):
        await _insert(connection, rows)
    if not database.is_sqlite:  # which numbers on from the rows that are there
        await _number_on(connection)
    halted = await halt(connection, database, now)
    return Restored(header, halted, bool(await _count(connection, zalo_tokens)))


async def _insert(connection: AsyncConnection, rows: Rows) -> None:
    table = metadata.tables.get(rows.table)
    known = {column.name: column for column in carried(table)} if table is not None else {}
    unknown = [f"{rows.table}.{name}" for name in rows.columns if name not in known]
    if table is None or unknown:
        raise OperatorError(
            f"this version no longer has {', '.join(unknown)}: restore with the version that made the backup, "
            "then migrate"
        )
    # A column younger than the backup gets its default, as it does from an older process that is still running.
    await connection.execute(insert(table), _as_mappings(rows, [known[name] for name in rows.columns]))


def _as_mappings(rows: Rows, columns: Sequence["Column[Any]"]) -> list[Mapping[str, Any]]:
    read = decoders(columns)
    return [
        {name: decode(value) for name, decode, value in zip(rows.columns, read, row, strict=True)}
        for row in rows.values
    ]


async def _number_on(connection: AsyncConnection) -> None:
    """Let PostgreSQL number new rows behind the restored ones, and never twice with a number given out before."""
    for table in metadata.sorted_tables:
        key = table.autoincrement_column
        if key is not None:
            sequence = f"pg_get_serial_sequence('{table.name}', '{key.name}')"
            highest = f"(SELECT coalesce(max({key.name}), 0) FROM {table.name})"  # noqa: S608  # names of ours
            await connection.execute(text(f"SELECT setval({sequence}, greatest(nextval({sequence}), {highest}))"))
