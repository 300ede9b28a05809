"""The migrations make exactly the tables that the code knows, on both engines."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.storage import schema
from bot.storage.database import Database
from bot.storage.tables import metadata


async def test_migrations_and_tables_agree(database: Database) -> None:
    """A column in one and not in the other would be found by a citizen otherwise."""

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []


def test_the_code_knows_the_newest_migration() -> None:
    """Whoever adds one says so in the code too."""
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_heads() == [schema.CURRENT]


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    """Every start of the service may do it."""
    await schema.upgrade(database)

    assert await schema.is_current(database)
