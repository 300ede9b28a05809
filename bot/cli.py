"""The commands. Each reads the settings, builds what it needs, and says in one sentence what went wrong.

Heavy parts are imported by the command that needs them, so that `loaxa --help` answers at once. Logs go to stderr;
stdout carries only what was asked for.
"""

import asyncio
import json
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.account import account
from bot.commands.bulletin import bulletin
from bot.commands.rehearse import rehearse
from bot.commands.running import run as _run
from bot.commands.staff import staff
from bot.errors import OperatorError, UserError
from bot.logs import start_logging
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.channels.terminal.chat import Conversation
    from bot.desk.ports.house import StaffMember
    from bot.knowledge.evaluation import Labelled, Observed
    from bot.knowledge.library import Library
    from bot.knowledge.problems import Problem
    from bot.ports.conversations import KeepQuestion, Outcome
    from bot.storage.backup import Restored

_DEMO_DATABASE = "sqlite+aiosqlite:///var/demo.db"


class _Commands(click.Group):
    """Shows what an operator or official must mend as one message, without a trace."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # click's own
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (OperatorError, UserError) as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="loa-xa")
def main() -> None:
    """Loa Xã: the chat channel of a commune government."""


main.add_command(account)
main.add_command(bulletin)
main.add_command(rehearse)
main.add_command(staff)


@main.command()
@click.option("--port", type=int, help="Listen on this port instead of HTTP_PORT.")
def demo(port: int | None) -> None:
    """Serve the web chat on this machine with SQLite and no tokens."""
    overrides: dict[str, object] = {
        "database_url": _DEMO_DATABASE,
        "telegram_bot_token": "",
        "telegram_webhook_secret": "",
        "zalo_app_id": "",
        "zalo_app_secret": "",
        "zalo_oa_id": "",
        "zalo_oa_secret": "",
        "zalo_refresh_token": "",
        "http_host": "127.0.0.1",
        "public_url": "",
        "secret_key": secrets.token_urlsafe(),
    }
    if port is not None:
        overrides["http_port"] = port
    settings = read_settings(**overrides)
    _run(_introduce_demo(settings))
    _serve(settings, "all", is_demo=True)


@main.command()
@click.option("--role", type=click.Choice(["all", "web", "worker"]), default="all", show_default=True)
def run(role: str) -> None:
    """Serve, with every channel whose settings are present."""
    _serve(read_settings(), role)


@main.command()
@click.option("--commune", default="", help="Five-digit code of the commune to talk as a citizen of.")
def chat(commune: str) -> None:
    """Talk in the terminal. Nothing is stored."""
    from bot.channels.terminal.chat import talk

    settings = read_settings()
    _no_logs(settings)
    _run(talk(_conversation(settings, commune), lambda: input("> "), click.echo))


@main.command()
@click.argument("question", required=False)
@click.option("--commune", default="", help="Five-digit code of the asker's commune.")
@click.option(
    "--content", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another content folder."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
@click.option("--batch", is_flag=True, help="Read one question a line from stdin, write one JSON object a line.")
@click.option("--explain", is_flag=True, help="Say also why: what was read, which phrasing is nearest, how sure.")
def ask(  # one parameter an option
    question: str | None, commune: str, content: Path | None, *, as_json: bool, batch: bool, explain: bool
) -> None:
    """Answer one QUESTION as a citizen would read it."""
    if bool(question) == batch:
        raise click.UsageError("give either a question or --batch")
    settings = read_settings(**({"content_dir": content} if content else {}))
    _no_logs(settings)
    _run(_ask_all(settings, commune, question, as_json=as_json or batch))
    if explain and question:
        click.echo(_explanation(settings, question))


@main.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--production", is_flag=True, help="Sample values are problems too.")
def check(folder: Path | None, *, production: bool) -> None:
    """Validate the content FOLDER: every problem at once, with file and line."""
    from bot.clock import SystemClock
    from bot.knowledge.loader import BrokenContent, load_library
    from bot.knowledge.notices import find_notices

    settings = read_settings()
    path = folder or settings.content_path
    try:
        library = load_library(path, is_production=production)
    except BrokenContent as error:
        for problem in error.problems:
            click.echo(problem)
        click.echo(f"{len(error.problems)} lỗi trong {path}", err=True)
        sys.exit(1)
    lonely = _lonely(settings, path, library)
    if lonely:
        click.echo("\n".join(map(str, lonely)))
        click.echo(f"{len(lonely)} lỗi trong {path}", err=True)
        sys.exit(1)
    for notice in find_notices(library, SystemClock().now().astimezone(settings.zone).date()):
        click.echo(f"{notice.file}: {notice.text}")
    click.echo(f"Không có lỗi: {len(library.answers)} câu trả lời trong {path}", err=True)


def _lonely(settings: Settings, folder: Path, library: "Library") -> "list[Problem]":
    """Return the communes of *folder* where two should agree and, of the staff there is, no two could."""
    from bot.commands.approvals import find_lonely
    from bot.office import known_staff

    members: list[StaffMember] = []

    async def work() -> None:
        members.extend(await known_staff(settings))

    if any(commune.approval == "two" for commune in library.shelves.communes.values()):
        _run(work())
    return find_lonely(folder, library.shelves.communes, members)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--content", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another content folder."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def evaluate(file: Path, content: Path | None, *, as_json: bool) -> None:
    """Measure matching on the labelled questions of FILE (JSON lines with q, ids, kind)."""
    from bot.knowledge.evaluation import read_labelled, report

    settings = read_settings(**({"content_dir": content} if content else {}))
    _no_logs(settings)
    labelled = read_labelled(file)
    if not labelled:
        raise OperatorError(f"{file}: there is no question in it")

    async def work() -> None:
        conversation = _conversation(settings, "")
        figures = report([await _observe(conversation, one) for one in labelled])
        click.echo(figures.as_json() if as_json else figures.as_text())

    _run(work())


@main.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Migrate the database to this version's schema."""
    from bot.storage.database import open_database
    from bot.storage.schema import upgrade as migrate

    settings = read_settings()

    async def work() -> None:
        async with open_database(settings.database_url) as database:
            await migrate(database)

    _run(work())
    click.echo("the database is up to date", err=True)


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to FILE, while the service runs or not."""
    from bot.clock import SystemClock
    from bot.storage.backup import back_up
    from bot.storage.database import open_database

    settings = read_settings()

    async def work() -> None:
        async with open_database(settings.database_url) as database:
            header = await back_up(database, file, SystemClock().now())
        click.echo(f"{file}: {sum(header.rows.values())} rows, schema {header.schema}", err=True)

    _run(work())
    click.echo("It holds account ids and what people asked: keep it as safe as the database.", err=True)


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Delete what the database holds now.")
@click.option("--force", is_flag=True, help="Even though a service seems to run on it.")
def restore(file: Path, *, replace: bool, force: bool) -> None:
    """Fill the database from FILE. What was unfinished is stopped: nothing goes out by itself."""
    from bot.clock import SystemClock
    from bot.storage.backup import restore as fill
    from bot.storage.database import open_database

    settings = read_settings()

    async def work() -> None:
        async with open_database(settings.database_url) as database:
            now = SystemClock().now().astimezone(settings.zone)
            restored = await fill(database, file, now, replace=replace, force=force)
        click.echo("\n".join(_restoration(file, restored)), err=True)

    _run(work())


def _restoration(file: Path, restored: "Restored") -> list[str]:
    """Return what a restore did, and what to do next."""
    halted, count = restored.halted, len(restored.halted.bulletins)
    lines = [
        f"restored {file}, made {restored.header.created_at:%Y-%m-%d %H:%M %Z}",
        f"stopped: {count} bulletins and {halted.letters} letters to one person",
        *(f"  {bulletin.id}  {bulletin.title}" for bulletin in halted.bulletins),
        f"copies that waited and are given up: {halted.waiting}; in flight, perhaps sent: {halted.in_flight}",
        f"messages closed without a reply: {halted.messages}",
    ]
    if halted.bulletins:
        lines.append("next: tell the officials which bulletins stopped; what should still go out they write anew")
    if not restored.has_zalo_tokens:
        lines.append("next, where there is a Zalo account: loaxa zalo connect (a backup holds no tokens)")
    return lines


@main.group()
def zalo() -> None:
    """Look after the Zalo Official Account."""


@zalo.command("connect")
@click.option("--redirect-uri", required=True, help="The callback address set in the app's console.")
def zalo_connect(redirect_uri: str) -> None:
    """Walk through the OA's consent and store its first token pair."""
    from bot.consent import connect_zalo

    settings = read_settings()
    if not settings.has_zalo:
        raise OperatorError("set ZALO_APP_ID, ZALO_APP_SECRET, ZALO_OA_ID and ZALO_OA_SECRET first")

    async def prompt(text: str) -> str:
        return str(await asyncio.to_thread(click.prompt, text))

    async def work() -> None:
        if not await connect_zalo(settings, redirect_uri, ask=prompt, say=click.echo):
            sys.exit(1)

    _run(work())


def _serve(settings: Settings, role: str, *, is_demo: bool = False) -> None:
    from bot.app import Role
    from bot.app import run as serve

    start_logging(settings.log_format)
    _run(serve(settings, role=Role(role), is_demo=is_demo))


async def _introduce_demo(settings: Settings) -> None:
    from bot.commands.demo import demo_link

    link = await demo_link(settings)
    click.echo(f"\nLoa Xã demo\n\n  Web chat: {settings.address}/\n  Officials: {settings.address}/quan-tri/\n")
    click.echo(f"To log in there, open this within 15 minutes (it works once):\n\n  {link}\n\nTry in the chat:\n")
    for question in ("Đức Hòa Sóc Sơn", "gks cho be moi de can j", "mat can cuoc thi lam sao"):
        click.echo(f"  - {question}")
    click.echo("\nCtrl+C stops it.\n")
    sys.stdout.flush()


def _conversation(settings: Settings, commune: str) -> "Conversation":
    from bot.channels.terminal.chat import Conversation
    from bot.clock import SystemClock
    from bot.knowledge.loader import load_library
    from bot.trial import router_for_trial

    library = load_library(settings.content_path)
    if commune and library.places.get(commune) is None:
        raise OperatorError(f"--commune: there is no commune {commune!r}; codes have five digits, such as 00430")
    return Conversation(router_for_trial(library, settings), SystemClock(), commune=commune)


async def _observe(conversation: "Conversation", labelled: "Labelled") -> "Observed":
    """Ask one labelled question as a citizen's first one."""
    from bot.knowledge.emergencies import TOPIC as EMERGENCY_TOPIC
    from bot.knowledge.evaluation import Observed
    from bot.messages import Decision

    conversation.begin_again()
    began = time.perf_counter()
    outcome = await conversation.hear(labelled.text)
    seconds = time.perf_counter() - began
    kept = _first_question(outcome)
    if kept is None:
        return Observed(labelled, Decision.NONE, (), 0.0, seconds)
    is_emergency = kept.topics == (EMERGENCY_TOPIC,)
    return Observed(labelled, kept.decision, kept.topics, kept.score, seconds, is_emergency=is_emergency)


def _first_question(outcome: "Outcome") -> "KeepQuestion | None":
    """Return what became of the question in *outcome*; of two in one message, the first."""
    from bot.ports.conversations import KeepQuestion

    return next((effect for effect in outcome.effects if isinstance(effect, KeepQuestion)), None)


async def _ask_all(settings: Settings, commune: str, question: str | None, *, as_json: bool) -> None:
    """Answer each question as a citizen's first one."""
    conversation = _conversation(settings, commune)
    for line in [question] if question else sys.stdin:
        text = line.rstrip("\n")
        conversation.begin_again()
        outcome = await conversation.hear(text)
        click.echo(json.dumps(_as_record(text, outcome), ensure_ascii=False) if as_json else _as_text(outcome))


def _as_text(outcome: "Outcome") -> str:
    from bot.channels.terminal.chat import as_text

    return "\n\n".join(as_text(outcome.replies))


def _as_record(question: str, outcome: "Outcome") -> dict[str, object]:
    """Return what became of *question*, for machines."""
    kept = _first_question(outcome)
    return {
        "q": question,
        "decision": kept.decision if kept else "none",
        "ids": list(kept.topics) if kept else [],
        "score": kept.score if kept else 0.0,
        "text": _as_text(outcome),
    }


def _explanation(settings: Settings, question: str) -> str:
    from bot.knowledge.explanation import explain
    from bot.knowledge.loader import load_library

    return "\n" + explain(load_library(settings.content_path).matcher.match(question))


def _no_logs(settings: Settings) -> None:
    start_logging(settings.log_format, level="WARNING")
