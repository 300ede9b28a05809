"""`loaxa rehearse`: try a big day with people who do not exist."""

import asyncio

import click

from bot.errors import OperatorError
from bot.messages import Channel
from bot.settings import Settings, read_settings


@click.group()
def rehearse() -> None:
    """Rehearse a big day with pretend subscribers; see docs/operations.md."""


@rehearse.command("seed")
@click.option("--channel", type=click.Choice([Channel.TELEGRAM.value, Channel.ZALO.value]), required=True)
@click.option("--commune", required=True, help="Five-digit code of the commune they subscribe to.")
@click.option("--count", type=click.IntRange(1, 50_000_000), required=True)
def seed_people(channel: str, commune: str, count: int) -> None:
    """Make COUNT pretend subscribers; refuses where an account has real ones."""
    from bot.clock import SystemClock
    from bot.knowledge.library import all_places
    from bot.storage.database import open_database
    from bot.storage.rehearsal import Cast, seed
    from bot.storage.schema import upgrade

    settings = read_settings()
    if all_places().get(commune) is None:
        raise OperatorError(f"--commune: there is no commune {commune!r}; codes have five digits, such as 00430")
    wanted = Cast(Channel(channel), _account(settings, Channel(channel)), commune, count)

    async def work() -> int:
        async with open_database(settings.database_url) as database:
            if database.is_sqlite:
                await upgrade(database)
            return await seed(database, SystemClock(), wanted)

    new = asyncio.run(work())
    click.echo(f"{new} pretend subscribers added to {channel} {wanted.account}, {commune}", err=True)


def _account(settings: Settings, channel: Channel) -> str:
    """Return the id of the configured account of *channel*.

    Raises:
        OperatorError: it is not configured.
    """
    found = settings.carriers.get(channel)
    if found is None:
        raise OperatorError(f"the channel {channel} is not configured: pretend subscribers belong to its account")
    return found
