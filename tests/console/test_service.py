"""The console inside the running service: there with a SECRET_KEY, and not at all without one."""

from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.app import Role, running
from bot.settings import Settings
from tests.console.world import KEY
from tests.small_content import small_content


@pytest.mark.parametrize(
    ("key", "role", "status"),
    [
        pytest.param(KEY, Role.ALL, 303, id="on"),
        pytest.param(KEY, Role.WORKER, 404, id="a worker serves no pages"),
        pytest.param("", Role.ALL, 404, id="off without a key"),
    ],
)
async def test_the_console_is_where_it_should_be(tmp_path: Path, key: str, role: Role, status: int) -> None:
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'loaxa.db'}",
        content_dir=small_content(tmp_path),
        http_port=0,
        secret_key=key,
        _env_file=None,
    )

    async with running(settings, role=role) as service, ClientSession() as browser:
        address = f"http://127.0.0.1:{service.port}/quan-tri/"
        async with browser.get(address, allow_redirects=False) as response:
            assert response.status == status
