"""What the web chat lives among in its tests: small real ports, and a browser without a screen."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from http.cookies import SimpleCookie
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from aiohttp import ClientResponse, ClientWebSocketResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.web.channel import WebChannel, WebConfig
from bot.channels.web.conversation import Patience
from bot.channels.web.visitors import COOKIE, address_of
from bot.knowledge.sayings import Sayings
from bot.messages import Address, Button, Channel, Incoming, Outgoing, Reply

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
QUICK = Patience(grace=0.01, poll=0.01, longest=5.0, penalty=0.0, look=3600.0)
SHORTCUTS = (Button("Danh mục", "do:menu"),)


@lru_cache
def sayings() -> Sayings:
    """Return the sentences as they stand in the content."""
    path = Path(__file__).parents[2] / "content" / "messages.yaml"
    return Sayings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


class FixedClock:
    """Stands still."""

    def now(self) -> datetime:
        return NOW


@dataclass
class Stopwatch:
    """Seconds that pass only when told to."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class RecordedMeter:
    """Keeps counts by the reason label."""

    refused: Counter[str] = field(default_factory=Counter)

    def count(self, name: str, /, **labels: str) -> None:
        assert name == "web_refused"
        self.refused[labels["reason"]] += 1

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        raise AssertionError(name)


@dataclass
class MemoryReception:
    """Stores messages once each, when the gate is open; fails as often as it is told to."""

    stored: dict[str, Incoming] = field(default_factory=dict)
    failures_left: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Open the gate."""
        self.gate.set()

    async def receive(self, messages: Sequence[Incoming]) -> None:
        await self.gate.wait()
        if self.failures_left:
            self.failures_left -= 1
            msg = "the database is away"
            raise OSError(msg)
        for message in messages:
            self.stored.setdefault(message.message_id, message)

    @property
    def messages(self) -> list[Incoming]:
        return list(self.stored.values())

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.stored.values()]


@dataclass
class MemoryReplies:
    """The stored replies of everybody, numbered from 1."""

    rows: list[Outgoing] = field(default_factory=list)
    ids: "count[int]" = field(default_factory=lambda: count(1))
    is_away: bool = False
    looks: int = 0

    async def since(self, address: Address, after: int, limit: int) -> Sequence[Outgoing]:
        if self.is_away:
            msg = "the database is away"
            raise OSError(msg)
        return [row for row in self.rows if row.to == address and row.id > after][:limit]

    async def newest(self, channel: Channel, account: str, users: Collection[str]) -> Mapping[str, int]:
        self.looks += 1
        if self.is_away:
            msg = "the database is away"
            raise OSError(msg)
        theirs = [row for row in self.rows if (row.to.channel, row.to.account) == (channel, account)]
        return {row.to.user: row.id for row in theirs if row.to.user in users}


@dataclass
class Chat:
    """One process with the web chat, and one browser at its page."""

    browser: "TestClient[web.Request, web.Application]"
    channel: WebChannel
    reception: MemoryReception
    replies: MemoryReplies
    meter: RecordedMeter
    stopwatch: Stopwatch

    @property
    def origin(self) -> str:
        return str(self.browser.make_url("/").origin())

    @property
    def visitor(self) -> str:
        cookies = self.browser.session.cookie_jar.filter_cookies(self.browser.make_url("/"))
        return cookies[COOKIE].value if COOKIE in cookies else ""

    def become(self, visitor: str) -> None:
        """Go on as another browser with the cookie *visitor*."""
        self.browser.session.cookie_jar.update_cookies(SimpleCookie({COOKIE: visitor}), self.browser.make_url("/"))

    async def open_page(self) -> str:
        async with self.browser.get("/") as response:
            return await response.text()

    async def post(self, message: object, **headers: str) -> ClientResponse:
        sent = {"Origin": self.origin, "Content-Type": "application/json", **headers}
        return await self.browser.post("/chat/send", data=json.dumps(message), headers=sent)

    async def ask(self, after: object = 0, **headers: str) -> ClientResponse:
        return await self.browser.get("/chat/replies", params={"after": str(after)}, headers=headers)

    @asynccontextmanager
    async def socket(self, after: int = 0) -> AsyncIterator["Socket"]:
        path = f"/chat/ws?after={after}"
        async with self.browser.ws_connect(path, origin=self.origin) as connection:
            yield Socket(connection)

    def store(self, text: str, visitor: str = "") -> Outgoing:
        """Keep a reply to the visitor, as another process may."""
        (body,) = self.channel.render(Reply(text))
        reply = Outgoing(next(self.replies.ids), address_of(visitor or self.visitor), body)
        self.replies.rows.append(reply)
        return reply

    async def reply(self, text: str, visitor: str = "") -> Outgoing:
        """Keep a reply and show it, as this process does."""
        reply = self.store(text, visitor)
        assert await self.channel.send(reply) == ""
        return reply


@dataclass
class Socket:
    """An open socket, as the page sees it."""

    connection: ClientWebSocketResponse

    async def send(self, message: object) -> None:
        await self.connection.send_str(json.dumps(message))

    async def frame(self) -> dict[str, Any]:
        """Return the next frame."""
        async with asyncio.timeout(5):
            frame: dict[str, Any] = await self.connection.receive_json()
        return frame

    async def until(self, name: str) -> dict[str, Any]:
        """Return the next frame that has *name*; read replies are passed over if there are none in them."""
        while True:
            frame = await self.frame()
            if frame.get(name):
                return frame

    async def said(self, number: int) -> list[str]:
        """Return the HTML of the next *number* different replies, in the order they came."""
        seen = dict[int, str]()
        while len(seen) < number:
            for reply in (await self.until("replies"))["replies"]:
                seen.setdefault(reply["id"], reply["html"])
        return list(seen.values())

    async def close_code(self) -> int | None:
        """Return the code with which the other side closes."""
        async with asyncio.timeout(5):
            async for _ in self.connection:
                pass
        return self.connection.close_code


@asynccontextmanager
async def a_chat(config: WebConfig | None = None, words: Sayings | None = None) -> AsyncIterator[Chat]:
    """Serve the web chat on a port of its own, with a browser that has opened the page."""
    reception, replies, meter, stopwatch = MemoryReception(), MemoryReplies(), RecordedMeter(), Stopwatch()
    channel = WebChannel(
        config or WebConfig(patience=QUICK),
        lambda: words or sayings(),
        reception=reception,
        replies=replies,
        meter=meter,
        clock=FixedClock(),
        shortcuts=lambda: SHORTCUTS,
        monotonic=stopwatch,
    )
    app = web.Application()
    app.add_routes(channel.routes())
    await channel.start()
    async with TestClient(TestServer(app)) as browser:
        chat = Chat(browser, channel, reception, replies, meter, stopwatch)
        await chat.open_page()
        yield chat
        await channel.close()


def a_message(number: int = 1, **what: object) -> dict[str, object]:
    """Return a message as the page sends it, with the id *number*."""
    return {"id": f"message-{number:04}", **(what or {"text": "làm giấy khai sinh"})}


def strict(**limits: int) -> WebConfig:
    """Return a configuration with these limits."""
    config = WebConfig(patience=QUICK)
    return replace(config, limits=replace(config.limits, **limits))
