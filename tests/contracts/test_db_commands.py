"""`loaxa db …` as an operator meets it: one file, one sentence for what went wrong, and what to do next."""

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.storage.database import open_database
from tests.contracts.ledger_world import LedgerWorld


@pytest.fixture(autouse=True)
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the commands work on a database of their own, and return its address."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'loaxa.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def loaxa(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def an_approved_bulletin(url: str) -> None:
    """Store a bulletin that would go out at the next look."""

    async def work() -> None:
        async with open_database(url) as database:
            world = LedgerWorld(database)
            await world.subscribe(1)
            await world.an_approved_bulletin()

    asyncio.run(work())


def test_a_restore_names_what_it_stopped_and_what_to_do(tmp_path: Path, url: str) -> None:
    """Whoever restores at night passes the list on in the morning."""
    file = tmp_path / "backup.gz"
    assert loaxa("db", "upgrade").exit_code == 0
    an_approved_bulletin(url)
    assert re.search(r"backup\.gz: \d+ rows, schema \d{4}\n", loaxa("db", "backup", file).stderr)

    restored = loaxa("db", "restore", file, "--replace")

    assert restored.exit_code == 0
    assert "stopped: 1 bulletins and 0 letters to one person\n  1  Tin tuần\n" in restored.stderr
    assert "loaxa zalo connect" in restored.stderr


def test_a_refusal_is_one_sentence(tmp_path: Path, url: str) -> None:
    """Without a trace, and with exit status 1."""
    file = tmp_path / "backup.gz"
    loaxa("db", "upgrade")
    an_approved_bulletin(url)
    loaxa("db", "backup", file)

    refused = loaxa("db", "restore", file)

    assert (refused.exit_code, refused.stderr) == (1, "the database is not empty; --replace deletes what is in it\n")


def test_a_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    """A wrong DATABASE_URL must not look like a backup."""
    refused = loaxa("db", "backup", tmp_path / "backup.gz")

    assert refused.exit_code == 1
    assert "there is no database" in refused.stderr
    assert list(tmp_path.iterdir()) == []
