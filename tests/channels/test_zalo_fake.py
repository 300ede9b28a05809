"""The fake is as strict as the real one is described, or the other tests mean little."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fakes.zalo import STATE_AGENCY, FakeZalo

Sent = dict[str, Any]


@pytest.fixture
async def fake() -> AsyncIterator[FakeZalo]:
    """A fake with a valid token."""
    async with FakeZalo() as fake:
        fake.issue_tokens()
        yield fake


async def ask(fake: FakeZalo, path: str, body: object, *, token: str | None = None) -> Sent:
    """Post *body* with the valid token, or with *token*, and return the envelope."""
    headers = {"access_token": fake.access_token if token is None else token}
    async with aiohttp.ClientSession(fake.url) as session, session.post(path, json=body, headers=headers) as response:
        assert response.status == 200
        answer: Sent = await response.json()
        return answer


def to(user: str, **message: object) -> Sent:
    """Return the body of a send."""
    return {"recipient": {"user_id": user}, "message": message}


BUTTON = {"title": "a", "type": "oa.query.show", "payload": "#a"}


ARTICLE: Sent = {
    "type": "normal",
    "title": "Bản tin",
    "author": "Xã Đa Phúc",
    "description": "Lịch tiêm chủng tuần này.",
    "cover": {"cover_type": "photo", "photo_url": "https://loa.example/ban-tin/anh/f1", "status": "show"},
    "body": [{"type": "text", "content": "<p>Lịch tiêm chủng tuần này.</p>"}],
}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param(to("7", text="a" * 2000), 0, id="2,000 characters"),
        pytest.param(to("7", text="a" * 2001), -210, id="one more"),
        pytest.param(to("7", text=""), -201, id="no text"),
        pytest.param(to("", text="a"), -201, id="nobody"),
        pytest.param(to("7", text="a", attachment={"payload": {"buttons": [BUTTON] * 5}}), 0, id="five buttons"),
        pytest.param(to("7", text="a", attachment={"payload": {"buttons": [BUTTON] * 6}}), -201, id="six buttons"),
    ],
)
async def test_limits_are_checked(fake: FakeZalo, body: Sent, error: int) -> None:
    """With HTTP 200, as the real one."""
    assert (await ask(fake, "/v3.0/oa/message/cs", body))["error"] == error
    assert fake.books.accepted == (error == 0)


async def test_tokens_are_checked(fake: FakeZalo) -> None:
    """Wrong and expired are two codes."""
    path, body = "/v3.0/oa/message/cs", to("7", text="a")
    assert (await ask(fake, path, body, token="wrong"))["error"] == -216
    fake.expire_access_token()
    assert (await ask(fake, path, body))["error"] == -220


async def test_each_type_of_oa_has_its_address(fake: FakeZalo) -> None:
    """-240 for an enterprise on v2, -235 for a state agency on v3."""
    body = to("7", text="a")
    assert (await ask(fake, "/v2.0/oa/message", body))["error"] == -240
    fake.oa_type = STATE_AGENCY
    assert (await ask(fake, "/v3.0/oa/message/cs", body))["error"] == -235
    assert (await ask(fake, "/v2.0/oa/message", body))["error"] == 0


async def test_an_article_is_made_checked_and_broadcast(fake: FakeZalo) -> None:
    """It is still being processed at first, and only a known one goes out."""
    token = (await ask(fake, "/v2.0/article/create", ARTICLE))["data"]["token"]
    assert (await ask(fake, "/v2.0/article/verify", {"token": token}))["error"] == -214
    article = (await ask(fake, "/v2.0/article/verify", {"token": token}))["data"]["id"]
    for attachment, error in ((article, 0), ("unknown", -201)):
        elements = [{"media_type": "article", "attachment_id": attachment}]
        payload = {"template_type": "media", "elements": elements}
        message = {"attachment": {"type": "template", "payload": payload}}
        body = {"recipient": {"target": {"gender": "0"}}, "message": message}
        assert (await ask(fake, "/v2.0/oa/message", body))["error"] == error
    assert fake.books.broadcasts == [article]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"title": "a" * 151}, -210, id="a title too long"),
        pytest.param({"title": ""}, -210, id="no title"),
        pytest.param({"author": "a" * 51}, -210, id="an author too long"),
        pytest.param({"description": "a" * 301}, -210, id="a description too long"),
        pytest.param({"cover": {}}, -201, id="no cover"),
        pytest.param({"cover": {"photo_url": "/ban-tin/anh/f1"}}, -201, id="a cover that nobody can fetch"),
        pytest.param({"body": []}, -201, id="no body"),
        pytest.param({"body": [{"type": "text", "content": ""}]}, -201, id="an empty block"),
    ],
)
async def test_an_article_has_its_limits(fake: FakeZalo, change: Sent, error: int) -> None:
    assert (await ask(fake, "/v2.0/article/create", {**ARTICLE, **change}))["error"] == error
    assert not fake.books.articles


async def test_only_images_are_uploaded_as_images(fake: FakeZalo) -> None:
    """As seen on a live OA."""
    found = []
    for raw in (b"\x89PNG....", b"GIF89a"):
        form = aiohttp.FormData()
        form.add_field("file", raw, filename="a.png")
        headers = {"access_token": fake.access_token}
        async with (
            aiohttp.ClientSession(fake.url) as session,
            session.post("/v2.0/oa/upload/image", data=form, headers=headers) as response,
        ):
            found.append((await response.json())["error"])
    assert found == [0, -201]


async def test_it_runs_as_a_process_of_its_own() -> None:
    """For load tests: it prints its address, takes a script, and shows its books."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.fakes.zalo",
        "--port",
        "0",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    try:
        async with aiohttp.ClientSession(url) as session:
            form = {"app_id": "1000000000000000001", "grant_type": "refresh_token", "refresh_token": "refresh-0"}
            headers = {"secret_key": "app-secret"}
            async with session.post("/v4/oa/access_token", data=form, headers=headers) as response:
                token = (await response.json())["access_token"]
            async with session.post("/_fake/script", json={"latency_ms": 1, "every": 3, "error": -32}) as response:
                assert await response.json() == {"rules": 1}
            for number in range(3):
                body = to(f"u{number}", text="a")
                async with session.post("/v3.0/oa/message/cs", json=body, headers={"access_token": token}) as response:
                    assert (await response.json())["error"] == (-32 if number == 2 else 0)
            async with session.get("/_fake/books") as response:
                assert (await response.json())["accepted"] == 2
            async with session.get("/v3.0/oa/message") as response:
                assert (response.status, await response.text()) == (404, "empty or invalid API")
    finally:
        process.terminate()
        await process.communicate()
