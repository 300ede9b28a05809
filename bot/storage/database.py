"""The database: one engine for SQLite or PostgreSQL, opened with what the guarantees need.

SQLite runs in WAL mode with ``synchronous=FULL`` (a commit survives a power cut) and every writing transaction begins
``IMMEDIATE``, so that two never find out at commit that they disagree. PostgreSQL is told to end a transaction whose
process has stopped in the middle of it: its row locks would hold up every other process.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Float,
    String,
    Table,
    event,
    literal_column,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

Result = TypeVar("Result")

_POOL = 10
_TRIES = 5
_LOCK_WAIT_SECONDS = 15
# A process that froze, or whose machine is gone, sends no next statement; a live one does so within milliseconds.
_FROZEN_AFTER_SECONDS = 10
_READ = "is_read_only"
# PostgreSQL's codes for "somebody else was first, try again": serialization failure and deadlock detected.
_TRY_AGAIN = frozenset({"40001", "40P01"})


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both engines (SQLite has no time zones)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return *value* in UTC."""
        del dialect
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return *value* aware."""
        del dialect
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class database_clock(FunctionElement[float]):  # noqa: N801  # a SQL function, written like one
    """The database's own clock in seconds since 1970: the one clock that all processes share."""

    type = Float()
    inherit_cache = True


@compiles(database_clock, "postgresql")
def _clock_of_postgresql(element: database_clock, compiler: SQLCompiler, **kwargs: Any) -> str:  # noqa: ANN401
    del element, compiler, kwargs
    return "extract(epoch from clock_timestamp())::float8"


@compiles(database_clock, "sqlite")
def _clock_of_sqlite(element: database_clock, compiler: SQLCompiler, **kwargs: Any) -> str:  # noqa: ANN401
    del element, compiler, kwargs
    return "((julianday('now') - 2440587.5) * 86400.0)"


def among(column: ColumnElement[str], *constants: str) -> ColumnElement[bool]:
    """Return whether *column* is one of the *constants* of our code, which are written into the statement.

    A partial index is for those who name its constants: behind a parameter SQLite never sees that it fits, and
    PostgreSQL only while it plans every execution anew.
    """
    written: list[ColumnElement[str]] = [literal_column(f"'{constant}'", String) for constant in constants]
    return column.in_(written) if len(written) > 1 else column == written[0]


@dataclass(frozen=True, slots=True)
class Database:
    """An open engine, and how to begin on it."""

    engine: AsyncEngine
    path: Path | None

    @property
    def is_sqlite(self) -> bool:
        """Tell whether one file, and so one process, is all there is."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write; it commits at the end and rolls back on an error."""
        async with self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads and waits for no writer."""
        async with self.engine.connect() as connection:
            await connection.execution_options(**{_READ: True})
            yield connection

    async def write(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """Run *work* in a writing transaction and return what it returns; run it again if another was first."""
        for attempt in range(1, _TRIES + 1):
            try:
                async with self.writing() as connection:
                    return await work(connection)
            except DBAPIError as error:
                if attempt == _TRIES or getattr(error.orig, "sqlstate", None) not in _TRY_AGAIN:
                    raise
            await asyncio.sleep(random.uniform(0, 0.02 * attempt))  # noqa: S311  # jitter
        raise AssertionError

    async def look_over(self, table: Table) -> None:
        """Let the planner count *table* anew, after much was written; SQLite plans without counting."""
        if not self.is_sqlite:
            async with self.writing() as connection:
                await connection.execute(text(f"ANALYZE {table.name}"))

    def upsert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """Return an insert into *table* that knows ``ON CONFLICT`` in this engine's dialect."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open the database at the SQLAlchemy *url*; its SQLite folder is made if missing."""
    parsed = make_url(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    path = Path(parsed.database) if is_sqlite and parsed.database else None
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
    arguments: dict[str, Any] = (
        {"timeout": _LOCK_WAIT_SECONDS}
        if is_sqlite
        else {"server_settings": {"idle_in_transaction_session_timeout": f"{_FROZEN_AFTER_SECONDS}s"}}
    )
    engine = create_async_engine(parsed, pool_size=_POOL, max_overflow=_POOL, connect_args=arguments)
    if is_sqlite:
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        event.listen(engine.sync_engine, "invalidate", _let_go_of_sqlite)
    try:
        yield Database(engine, path)
    finally:
        await engine.dispose()


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    del entry
    # The driver must not begin transactions of its own: `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_LOCK_WAIT_SECONDS}000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = "" if connection.get_execution_options().get(_READ) else " IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN{mode}")


def _let_go_of_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry, error: BaseException | None) -> None:
    """Roll back what a cancelled task left open, before its connection is thrown away.

    SQLite closes a connection, and ends its transaction, only when the last cursor is gone; the frames of the cancelled
    task still hold one. Until the task had come to its end nobody could write, itself included.
    """
    del entry, error
    with contextlib.suppress(Exception):  # what cannot be rolled back is closed already
        connection.rollback()
