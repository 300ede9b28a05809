"""What `deploy/` asks for exists: settings, commands, files. What can be checked without installing anything is."""

import re
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from bot.cli import main
from bot.settings import Settings

DEPLOY = Path("deploy")
UNITS = sorted([*DEPLOY.glob("systemd/*.service"), *DEPLOY.glob("systemd/*.timer"), *DEPLOY.glob("systemd/*.target")])
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
RUNNERS = [unit for unit in SERVICES if "backup" not in unit.name]
SCRIPTS = sorted(DEPLOY.glob("bin/*"))
SETTINGS = {name.upper() for name in Settings.model_fields}

INSTALLED = "/opt/loaxa/current/"
"""Where deploy/README.md puts a version; a checkout has the same below it."""


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def lines_of(unit: Path, key: str) -> list[str]:
    """Return the values that *unit* gives to *key*."""
    return [value for name, _, value in (line.partition("=") for line in read(unit).splitlines()) if name == key]


def compose() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(read(DEPLOY / "compose.yaml"))
    return loaded


def commands() -> Iterator[tuple[str, Sequence[str]]]:
    """Yield every `loaxa` command that something in the folder runs, with where it stands."""
    for unit in RUNNERS:
        for start in lines_of(unit, "ExecStart"):
            yield unit.name, start.partition("loaxa ")[2].split()
    for name, service in compose()["services"].items():
        if "build" in service and "entrypoint" not in service:
            yield f"compose.yaml: {name}", service["command"]
    yield "loaxa-backup", ["db", "backup", "file.gz"]


COMMANDS = list(commands())


@pytest.mark.parametrize("words", [words for _, words in COMMANDS], ids=[where for where, _ in COMMANDS])
def test_every_command_that_is_run_exists(words: Sequence[str]) -> None:
    """With its options, as click reads them."""
    command, rest = main, list(words)
    while isinstance(command, click.Group):
        command = command.commands[rest.pop(0)]  # type: ignore[assignment]
    command.make_context("loaxa", rest, resilient_parsing=False)


def test_every_setting_that_is_set_exists() -> None:
    """A setting by a wrong name is a setting that does nothing."""
    named = set(re.findall(r"\benv ([A-Z_]+)=", "".join(map(read, UNITS))))
    for service in compose()["services"].values():
        if "build" in service:
            named |= set(service["environment"])
    named |= set(re.findall(r"^\s+([A-Z_]+)=", read(DEPLOY / "Dockerfile"), re.MULTILINE)) - {"PYTHONPATH", "LOAXA"}

    assert {"HTTP_PORT", "DATABASE_URL", "TRUSTED_PROXIES", "LOG_FORMAT"} <= named
    assert named - {"PYTHONUNBUFFERED"} <= SETTINGS


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_every_program_that_a_unit_starts_exists(unit: Path) -> None:
    """Below the folder of the installed version, which is a checkout with its virtual environment."""
    for start in lines_of(unit, "ExecStart"):
        for word in start.split():
            if word.startswith(INSTALLED) and not word.endswith("/.venv/bin/loaxa"):
                assert Path(word.removeprefix(INSTALLED)).stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize("unit", RUNNERS, ids=lambda unit: unit.name)
def test_a_stop_may_take_as_long_as_open_messages(unit: Path) -> None:
    """`Pipeline.close` waits for one LEASE_SECONDS, the pages for five seconds."""
    lease = Settings.model_fields["lease_seconds"].default

    [seconds] = lines_of(unit, "TimeoutStopSec")
    assert int(seconds) >= lease + 5 + 10
    assert compose()["services"]["web"]["stop_grace_period"] == "45s"


HARDENING = "NoNewPrivileges=yes\nCapabilityBoundingSet=\nProtectSystem=strict\nProtectHome=yes\n"


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_every_service_is_locked_in_alike(unit: Path) -> None:
    """One block, the same in each: what one may not, none may."""
    block = read(unit)[read(unit).index("NoNewPrivileges") :].split("\n\n")[0]
    example = read(DEPLOY / "systemd" / "loaxa.service")

    assert block in example
    assert block.startswith(HARDENING)
    assert lines_of(unit, "User") == ["loaxa"]
    assert lines_of(unit, "UMask") == ["0077"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """It names every line it does not know. The programs are not installed here, so another stands for them."""
    for unit in UNITS:
        text = re.sub(re.escape(INSTALLED) + r"\S+", "/bin/true", read(unit))
        (tmp_path / unit.name.replace("@", "@8081")).write_text(text, encoding="utf-8")

    command = ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own words

    assert str(tmp_path) not in result.stderr
    assert result.returncode == 0


def test_the_processes_of_the_compose_file_wait_for_the_tables() -> None:
    """A process on a database that needs migrating stops at once."""
    services = compose()["services"]

    for name in ("web", "worker"):
        assert services[name]["depends_on"] == {"upgrade": {"condition": "service_completed_successfully"}}
    assert services["upgrade"]["restart"] == "no"
    assert services["database"]["image"].startswith("postgres:16")


def test_the_proxy_of_the_compose_file_is_believed() -> None:
    """Otherwise all citizens would count as one network and soon meet its limits."""
    [network] = compose()["networks"]["inside"]["ipam"]["config"]

    assert compose()["services"]["web"]["environment"]["TRUSTED_PROXIES"] == network["subnet"]


def test_the_image_holds_what_the_code_needs() -> None:
    """Every package of the wheel, and nothing that the ignore file keeps out."""
    copied = set(re.findall(r"^COPY (?:--chmod=\d+ )?(\S+)", read(DEPLOY / "Dockerfile"), re.MULTILINE))
    let_in = {line[1:] for line in read(DEPLOY / "Dockerfile.dockerignore").splitlines() if line.startswith("!")}

    assert copied - {"--from=packages"} == let_in
    assert {"bot", "handlers", "scheduler", "content", "requirements/run.txt"} <= copied
    assert all(Path(source).exists() for source in let_in)


def test_only_what_is_named_by_its_hash_gets_into_the_image() -> None:
    """As everywhere else."""
    assert "--require-hashes" in read(DEPLOY / "Dockerfile")


PROXIES = ["Caddyfile", "nginx.conf"]


@pytest.mark.parametrize("name", PROXIES)
def test_a_proxy_hides_the_figures_and_insists_on_https(name: str) -> None:
    """And passes bodies as large as the largest we take."""
    text = read(DEPLOY / "proxy" / name)

    assert "Strict-Transport-Security" in text
    assert re.search(r"metrics.*readyz.*healthz", text)
    assert re.search(r"(?:max_size|client_max_body_size) 2(?:MB|m)\b", text)


def test_nginx_passes_what_it_would_not_by_itself() -> None:
    """WebSockets, the host that was asked, and who asked."""
    text = read(DEPLOY / "proxy" / "nginx.conf")

    for header in ("Upgrade", "Connection", "Host", "X-Forwarded-For"):
        assert re.search(rf"proxy_set_header {header}\s", text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_every_script_can_be_run(script: Path) -> None:
    """By the plainest shell there is."""
    assert script.stat().st_mode & stat.S_IXUSR
    assert read(script).startswith("#!/bin/sh\n")
    subprocess.run(["/bin/sh", "-n", str(script)], check=True)  # noqa: S603  # our own words


def back_up(folder: Path, *, exit_code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the nightly script with a stand-in for `loaxa` that writes the file it is asked for."""
    stand_in = folder.parent / "loaxa"
    stand_in.write_text(f'#!/bin/sh\n[ {exit_code} = 0 ] && echo new > "$3"\nexit {exit_code}\n', encoding="utf-8")
    stand_in.chmod(0o700)
    command = [str(DEPLOY / "bin" / "loaxa-backup"), str(folder)]
    environment = {"LOAXA": str(stand_in), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the backups of sixteen nights, and something else."""
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 17):
        (folder / f"loaxa-202611{day:02}-034000.gz").touch()
    (folder / "before-the-move.gz").touch()
    return folder


def test_the_newest_fourteen_backups_stay(folder: Path) -> None:
    """Today's among them; what has another name was put there by hand."""
    assert back_up(folder).returncode == 0

    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 15
    assert names[:2] == ["before-the-move.gz", "loaxa-20261104-034000.gz"]
    assert (folder / names[-1]).read_text() == "new\n"


def test_a_backup_that_fails_lets_no_older_one_go(folder: Path) -> None:
    """Fourteen nights without a backup must not end with none at all."""
    before = sorted(folder.iterdir())

    assert back_up(folder, exit_code=1).returncode == 1

    assert sorted(folder.iterdir()) == before
