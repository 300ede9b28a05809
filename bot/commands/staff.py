"""`loaxa staff`: who works with the channel. What it says is Vietnamese, because officials read it too."""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.bulletins.states import Role
from bot.commands.running import at_desk, codes_of

if TYPE_CHECKING:
    from bot.desk.ports.house import StaffMember
    from bot.office import Office

Command = TypeVar("Command", bound=Callable[..., Any])

BY = "loaxa staff"
"""Who stands in the log of changes for whoever runs the command."""

EVERYWHERE = "*"


@click.group()
def staff() -> None:
    """Say who works with the channel, and what they may do."""


def _name(command: Command) -> Command:
    return click.argument("name")(command)


def _json(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="One JSON value instead of text.")(command)


@staff.command()
@_name
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--communes", required=True, metavar="CODE[,CODE…]", help="Whom they work for; * is every commune.")
@_json
def add(name: str, role: str, communes: str, *, as_json: bool) -> None:
    """Take somebody on; or give somebody who is here another role or other communes."""

    async def work(office: "Office") -> None:
        codes = None if communes.strip() == EVERYWHERE else codes_of(communes)
        member = await office.staff.put(name, Role(role), codes, by=BY)
        done = office.words.done.staff_added.format(**_shown(office, member))
        _tell(_record(member), [done], as_json=as_json)

    at_desk(work)


@staff.command()
@_name
@_json
def remove(name: str, *, as_json: bool) -> None:
    """Let somebody go, with their logins; what they did keeps their name."""

    async def work(office: "Office") -> None:
        await office.staff.remove(name, by=BY)
        _tell({"name": name}, [office.words.done.staff_removed.format(name=name)], as_json=as_json)

    at_desk(work)


@staff.command("list")
@_json
def list_staff(*, as_json: bool) -> None:
    """List who works here."""

    async def work(office: "Office") -> None:
        members = await office.staff.members()
        lines = ["  ".join(_shown(office, member).values()) for member in members] or [office.words.done.no_staff]
        _tell([_record(member) for member in members], lines, as_json=as_json)

    at_desk(work)


@staff.command()
@_name
@_json
def chat(name: str, *, as_json: bool) -> None:
    """Print a code that links the chat in which it is typed within an hour; test sends go there."""

    async def work(office: "Office") -> None:
        code = await office.staff.chat_code(name, by=BY)
        done = office.words.done.staff_code.format(name=name, code=code)
        _tell({"name": name, "code": code}, [done], as_json=as_json)

    at_desk(work)


@staff.command()
@_name
@_json
def link(name: str, *, as_json: bool) -> None:
    """Print a link that lets somebody in to the console once, within 15 minutes."""

    async def work(office: "Office") -> None:
        url = await office.links.new_link(name, by=BY)
        _tell({"url": url}, [url], as_json=as_json)

    at_desk(work)


def _tell(record: object, lines: Iterable[str], *, as_json: bool) -> None:
    click.echo(json.dumps(record, ensure_ascii=False) if as_json else "\n".join(lines))


def _record(member: "StaffMember") -> dict[str, object]:
    communes = EVERYWHERE if member.communes is None else sorted(member.communes)
    return {
        "name": member.name,
        "role": member.role,
        "communes": communes,
        "has_chat": member.person_id is not None,
    }


def _shown(office: "Office", member: "StaffMember") -> dict[str, str]:
    """Return what people read of *member*."""
    everywhere = office.words.done.all_communes
    communes = everywhere if member.communes is None else ", ".join(sorted(member.communes))
    return {"name": member.name, "role": getattr(office.words.roles, member.role), "communes": communes}
