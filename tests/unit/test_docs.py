"""The documents say what the code does: settings, commands, figures, alerts and links are held against it."""

import ast
import os
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.metrics import Metrics
from bot.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
OPERATIONS = ROOT / "docs" / "operations.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.md")])

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|\bsrc=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|[\s`/])loaxa ([a-z]+)(?: ([a-z]+))?", re.MULTILINE)

UNWANTED = {
    "a package index": re.compile(
        r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|index-url[\s=\"':]+http", re.IGNORECASE
    ),
    "a folder of somebody's machine": re.compile(r"(?<![\w.~-])(?:/(?:home|Users|root|work)/\w|[A-Z]:\\Users\\)"),
}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def names_of(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def commands_of(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command that can be run."""
    if isinstance(command, click.Group):
        for name, member in command.commands.items():
            yield from commands_of(member, (*words, name))
    else:
        yield words


def alerts_of(tree: ast.AST) -> Iterator[str]:
    """Yield the alerts a module raises by name; of a name that is made up as it runs, the part that is fixed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and _called(node) in {"alert", "sound", "ring", "Stop"}:
            yield from _fixed(node.args[0])
        elif (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.JoinedStr)
            and "name" in map(_named, node.targets)
        ):
            yield from _fixed(node.value)


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _named(target: ast.expr) -> str:
    return getattr(target, "id", "")


def _fixed(name: ast.expr) -> Iterator[str]:
    match name:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            yield text


def figures() -> Iterator[str]:
    """Yield the figures of ``/metrics`` by the names that Prometheus knows them under."""
    for family in Metrics().registry.collect():
        if family.name.startswith("loaxa_"):
            yield f"{family.name}_total" if family.type == "counter" else family.name


def anchors(text: str) -> set[str]:
    """Return what may stand behind ``#`` in a link to *text*, as GitHub makes it of the headings."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


def tracked_texts() -> Iterator[tuple[Path, str]]:
    """Yield every text file that git does not ignore."""
    ignored = [line.strip("/") for line in read(ROOT / ".gitignore").splitlines() if line.strip()]
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name != ".git" and not _fits(name, ignored)]
        for name in files:
            if name != ".git" and not _fits(name, ignored):
                path = Path(folder, name)
                try:
                    yield path, read(path)
                except UnicodeDecodeError:
                    continue  # a picture


def _fits(name: str, patterns: list[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


SETTINGS = [name.upper() for name in Settings.model_fields]
COMMANDS = [" ".join(words) for words in commands_of(main, ("loaxa",))]
ALERTS = sorted({name for path in ROOT.glob("bot/**/*.py") for name in alerts_of(ast.parse(read(path)))})


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_explained(setting: str) -> None:
    """Whoever sets the service up reads the example file; whoever runs it, the operations page."""
    assert re.search(rf"^{setting}=", read(ROOT / ".env.example"), re.MULTILINE)
    assert re.search(rf"\b{setting}\b", read(OPERATIONS) + read(README))


def test_the_example_file_sets_nothing_unknown() -> None:
    assert set(re.findall(r"^([A-Z_]+)=", read(ROOT / ".env.example"), re.MULTILINE)) == set(SETTINGS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    assert re.search(rf"^\| `{command}[ `]", read(README), re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=names_of(DOCUMENTS))
def test_every_command_that_is_written_down_exists(document: Path) -> None:
    """A command of yesterday, or of tomorrow, makes a reader doubt the rest."""
    groups: Mapping[str, click.Command] = main.commands
    code = "\n".join(CODE.findall(read(document)))
    for name, following in COMMAND.findall(code):
        assert name in groups, f"loaxa {name}"
        group = groups[name]
        assert not isinstance(group, click.Group) or following in group.commands, f"loaxa {name} {following}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=names_of(DOCUMENTS))
def test_every_link_leads_somewhere(document: Path) -> None:
    """Also into a page: a renamed heading breaks the links to it."""
    for link, source in LINK.findall(CODE.sub("", read(document))):
        target, _, anchor = (link or source).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = document.parent / target if target else document
        assert path.exists(), f"{document.name}: {target}"
        assert not anchor or anchor in anchors(read(path)), f"{document.name}: {target}#{anchor}"


@pytest.mark.parametrize("figure", sorted(figures()))
def test_every_figure_is_in_the_operations_page(figure: str) -> None:
    assert re.search(rf"`{figure}[`{{]", read(OPERATIONS))


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_is_in_the_operations_page(alert: str) -> None:
    """Whoever is woken by it looks there for what to do."""
    assert re.search(rf"^\| `{alert}[`<]", read(OPERATIONS), re.MULTILINE)


def test_the_alerts_are_found() -> None:
    """The search for names reads the code; should the code change its ways, it must not find nothing."""
    assert {"message_dead", "telegram_conflict", "zalo_account_", "zalo_start", "zalo_token_refused"} <= set(ALERTS)


@pytest.mark.parametrize("what", UNWANTED)
def test_no_file_depends_on_where_it_was_written(what: str) -> None:
    """Requirements install from any mirror, and nothing points into one person's machine."""
    found = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in tracked_texts()
        for match in UNWANTED[what].finditer(text)
    }
    assert found == set()
