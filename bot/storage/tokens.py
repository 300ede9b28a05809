"""The token pairs of Zalo OAs. Losing one needs a human, so the pair before is kept aside too."""

from datetime import datetime

from sqlalchemy import select

from bot.ports.world import Clock, TokenPair
from bot.storage.database import Database
from bot.storage.tables import zalo_tokens


class SqlTokens:
    """`bot.ports.world.TokenStore` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep the pairs in *database*."""
        self._database = database
        self._clock = clock

    async def load(self, oa_id: str) -> TokenPair | None:
        """Return the current pair of *oa_id*."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(zalo_tokens).where(zalo_tokens.c.oa_id == oa_id))).one_or_none()
        return TokenPair(row.access_token, row.refresh_token, row.expires_at) if row else None

    async def replace(self, oa_id: str, *, spent: str, pair: TokenPair) -> bool:
        """Commit *pair* where the stored refresh token is still *spent*, or nothing is stored."""
        new = _columns(pair, self._clock.now())
        statement = self._database.upsert(zalo_tokens).values(oa_id=oa_id, **new)
        replaced = statement.on_conflict_do_update(
            index_elements=["oa_id"],
            set_={
                **new,
                "previous_access_token": zalo_tokens.c.access_token,
                "previous_refresh_token": zalo_tokens.c.refresh_token,
            },
            where=zalo_tokens.c.refresh_token == spent,
        ).returning(zalo_tokens.c.oa_id)
        async with self._database.writing() as connection:
            return (await connection.execute(replaced)).scalar_one_or_none() is not None


def _columns(pair: TokenPair, now: datetime) -> dict[str, object]:
    return {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "expires_at": pair.expires_at,
        "stored_at": now,
    }
