"""Pretend subscribers, to rehearse a big day without a single real person.

Their ids lie where no platform gives any, so that a pretend one can never be taken for somebody; and an account that
has real people takes none, so that nobody ever gets a rehearsal.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BigInteger, Integer, and_, cast, exists, func, insert, literal, select
from sqlalchemy.types import String

from bot.errors import OperatorError
from bot.messages import Channel
from bot.ports.world import Clock
from bot.storage.database import Database
from bot.storage.tables import people

_FIRST = 8_000_000_000_000_000
_MOST = 100_000_000

# Telegram's ids have at most 52 significant bits (Bot API, User), Zalo's seen so far at most 19 digits.
_PREFIXES = {Channel.TELEGRAM: "", Channel.ZALO: "9999"}
_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom to make up: subscribers of a commune, until an account has so many; ``silent`` is since when they wrote."""

    channel: Channel
    account: str
    commune: str
    count: int
    silent: timedelta = timedelta()


async def seed(database: Database, clock: Clock, wanted: Cast) -> int:
    """Make up subscribers until the account has as many as *wanted*; return how many were new.

    Raises:
        OperatorError: real people use the account.
    """
    prefix = _PREFIXES[wanted.channel]
    first, last = f"{prefix}{_FIRST}", f"{prefix}{_FIRST + _MOST}"
    ours = and_(people.c.channel == wanted.channel.value, people.c.account == wanted.account)
    pretend = people.c.user.between(first, last) & (func.length(people.c.user) == len(first))
    async with database.reading() as connection:
        if (await connection.execute(select(exists().where(ours, ~pretend)))).scalar():
            raise OperatorError(
                f"real people use the {wanted.channel} account {wanted.account}: rehearse with another one"
            )
        known: int = (await connection.execute(select(func.count()).select_from(people).where(ours))).scalar_one()
    for start in range(known, wanted.count, _AT_ONCE):
        await _add(database, clock, wanted, start, min(_AT_ONCE, wanted.count - start))
    return max(0, wanted.count - known)


async def _add(database: Database, clock: Clock, wanted: Cast, start: int, count: int) -> None:
    now = clock.now()
    numbers = select(literal(0, Integer).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < count - 1))
    user = literal(_PREFIXES[wanted.channel]) + cast(literal(_FIRST + start, BigInteger) + numbers.c.n, String)
    rows = select(
        literal(wanted.channel.value),
        literal(wanted.account),
        user,
        literal(wanted.commune),
        *(literal(moment, people.c.first_seen.type) for moment in (now - wanted.silent, now - wanted.silent, now)),
    ).select_from(numbers)
    columns = ["channel", "account", "user", "commune", "first_seen", "last_inbound", "subscribed_at"]
    async with database.writing() as connection:
        await connection.execute(insert(people).from_select(columns, rows, include_defaults=False))
