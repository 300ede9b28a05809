"""`loaxa account`: the accounts that bulletins go out from, and what holds them."""

import json
from typing import TYPE_CHECKING

import click

from bot.commands.running import run
from bot.errors import OperatorError
from bot.messages import Channel
from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.ports.sending import Hold


@click.group()
def account() -> None:
    """See what holds an account's bulletins, and end it."""


@account.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON value instead of text.")
def list_accounts(*, as_json: bool) -> None:
    """Show every configured account and what holds it."""
    from bot.clock import SystemClock
    from bot.storage.database import open_database
    from bot.storage.ledger import SqlLedger

    settings = read_settings()

    async def work() -> None:
        async with open_database(settings.database_url) as database:
            rows = [
                _record(channel, name, await SqlLedger(database, SystemClock(), channel, name).held())
                for channel, name in settings.carriers.items()
            ]
        click.echo(json.dumps(rows) if as_json else "\n".join(map(_line, rows)) or "no account is configured")

    run(work())


@account.command()
@click.argument("channel", type=click.Choice([Channel.TELEGRAM.value, Channel.ZALO.value]))
def release(channel: str) -> None:
    """Let the account of CHANNEL send bulletins again at once: its trouble is mended."""
    from bot.clock import SystemClock
    from bot.storage.database import open_database
    from bot.storage.ledger import SqlLedger

    settings = read_settings()
    name = settings.carriers.get(Channel(channel))
    if name is None:
        raise OperatorError(f"the channel {channel} is not configured")

    async def work() -> None:
        async with open_database(settings.database_url) as database:
            await SqlLedger(database, SystemClock(), Channel(channel), name).release()

    run(work())
    click.echo(f"{channel} {name} may send again", err=True)


def _record(channel: Channel, name: str, held: "Hold | None") -> dict[str, object]:
    return {
        "channel": channel.value,
        "account": name,
        "held_seconds": round(held.seconds, 1) if held else 0,
        "reason": held.reason if held else "",
    }


def _line(row: dict[str, object]) -> str:
    state = f"held for {row['held_seconds']} s" if row["held_seconds"] or row["reason"] else "free"
    return f"{row['channel']} {row['account']}: {state}" + (f" ({row['reason']})" if row["reason"] else "")
