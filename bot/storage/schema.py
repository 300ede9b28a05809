"""Bring a database to the schema of this version, and tell whether it is there."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

CURRENT = "0002"
"""The newest revision in ``migrations/versions``; a test holds it against the files."""

MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(database: Database) -> None:
    """Migrate *database* to the newest schema; nothing happens if it is there."""
    async with database.writing() as connection:
        await connection.run_sync(_upgrade)


async def is_current(database: Database) -> bool:
    """Tell whether *database* has exactly the schema this version needs."""
    async with database.reading() as connection:
        return await connection.run_sync(_is_current)


def _upgrade(connection: Connection) -> None:
    if _is_current(connection):
        return
    # Imported only where something is to be done: Alembic is a fifth of the start-up time.
    from alembic import command  # noqa: PLC0415

    command.upgrade(_config(connection), "head")


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [CURRENT]


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
