"""Links from the command line, for whoever installed the service, and for the demo."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.bulletins.states import Role
from bot.cli import main
from bot.commands.demo import demo_link
from bot.office import open_office
from bot.settings import read_settings

Loaxa = Callable[..., Result]


@pytest.fixture
def loaxa(tmp_path: Path) -> Loaxa:
    """Return what runs a command on a new database."""
    database = f"sqlite+aiosqlite:///{tmp_path / 'loaxa.db'}"

    def run(*words: str, **settings: str) -> Result:
        return CliRunner().invoke(main, words, env={"DATABASE_URL": database, "PUBLIC_URL": "", **settings})

    assert run("staff", "add", "Nguyễn Thị Lan", "--role", "editor", "--communes", "00430").exit_code == 0
    return run


def test_a_link_is_printed_for_machines_and_for_people(loaxa: Loaxa) -> None:
    """Alone on its line, so that it can be copied as it is."""
    public = {"PUBLIC_URL": "https://loa.example/"}

    machine = json.loads(loaxa("staff", "link", "Nguyễn Thị Lan", "--json", **public).stdout)
    people = loaxa("staff", "link", "Nguyễn Thị Lan", **public).stdout

    assert list(machine) == ["url"]
    for url in (machine["url"], people.strip()):
        base, _, secret = url.partition("/quan-tri/vao?ma=")
        assert (base, len(secret)) == ("https://loa.example", 43)


def test_without_a_public_address_the_link_leads_to_this_machine(loaxa: Loaxa) -> None:
    url = loaxa("staff", "link", "Nguyễn Thị Lan", HTTP_PORT="8123").stdout

    assert url.startswith("http://127.0.0.1:8123/quan-tri/vao?ma=")


def test_nobody_of_that_name_gets_a_sentence_and_no_link(loaxa: Loaxa) -> None:
    refused = loaxa("staff", "link", "Ai đó")

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "Không có cán bộ nào tên «Ai đó»" in refused.stderr


async def test_the_demo_lets_one_in_each_time_as_the_same_person(tmp_path: Path) -> None:
    settings = read_settings(database_url=f"sqlite+aiosqlite:///{tmp_path / 'demo.db'}", public_url="")

    links = {await demo_link(settings) for _ in range(2)}

    async with open_office(settings) as office:
        [member] = await office.staff.members()
    assert len(links) == 2
    assert (member.role, member.communes) == (Role.ADMIN, None)
