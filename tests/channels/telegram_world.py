"""What the Telegram channel lives among in its tests: small real ports, a bot's settings, a server for its routes."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.config import Mode, TelegramConfig
from bot.channels.telegram.rhythm import Rhythm
from bot.channels.telegram.texts import CommandTexts, TelegramTexts
from bot.messages import Address, Channel, Incoming, Outgoing
from bot.ports.platforms import Pictures
from bot.ports.world import Lease
from tests.fakes.telegram import TOKEN

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SECRET = "a-secret-that-opens-nothing"
QUICK = Rhythm(poll=5, lease=0.01, first_retry=0.01, longest_retry=0.02)
TEXTS = TelegramTexts(
    share_location="Chia sẻ vị trí của tôi",
    share_location_prompt="Hoặc bấm nút dưới đây để chia sẻ vị trí.",
    location_received="Đã nhận vị trí, cảm ơn bà con.",
    commands=CommandTexts(
        start="Bắt đầu",
        menu="Các việc hay hỏi",
        xa="Đổi xã, phường",
        bantin="Bản tin hằng tuần",
        duongday="Đường dây nóng",
        canbo="Gặp cán bộ",
        phananh="Gửi phản ánh, góp ý",
        dulieu="Dữ liệu của tôi",
        help="Cách dùng",
    ),
)


class FixedClock:
    """Stands still."""

    def now(self) -> datetime:
        return NOW


@dataclass
class RecordedMeter:
    """Keeps counts by name and labels."""

    counts: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def count(self, name: str, /, **labels: str) -> None:
        self.counts[name, *(f"{label}={value}" for label, value in sorted(labels.items()))] += 1

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        self.count(name, **labels)


@dataclass
class RecordedAlerts:
    """Keeps alerts by name."""

    raised: list[tuple[str, str]] = field(default_factory=list)

    def alert(self, name: str, detail: str) -> None:
        self.raised.append((name, detail))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.raised]


@dataclass
class MemoryReception:
    """Stores messages once each; fails as often as it is told to."""

    stored: dict[str, Incoming] = field(default_factory=dict)
    tries: int = 0
    failures_left: int = 0

    async def receive(self, messages: Sequence[Incoming]) -> None:
        self.tries += 1
        if self.failures_left:
            self.failures_left -= 1
            msg = "the database is away"
            raise OSError(msg)
        for message in messages:
            self.stored.setdefault(message.message_id, message)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.stored.values()]


@dataclass
class MemoryLeases:
    """Leases within one process; ``expire`` takes one away from whoever holds it."""

    holders: "dict[str, MemoryLease]" = field(default_factory=dict)
    epoch: int = 0

    async def acquire(self, name: str) -> Lease | None:
        if name in self.holders:
            return None
        self.epoch += 1
        self.holders[name] = MemoryLease(self, name, self.epoch)
        return self.holders[name]

    def expire(self, name: str) -> None:
        self.holders.pop(name, None)


@dataclass
class MemoryLease:
    """One holding of a lease."""

    leases: MemoryLeases
    name: str
    epoch: int

    def is_held(self) -> bool:
        return self.leases.holders.get(self.name) is self

    async def release(self) -> None:
        if self.is_held():
            self.leases.expire(self.name)


@dataclass
class World:
    """A channel and everything it talks to."""

    channel: TelegramChannel
    reception: MemoryReception
    alerts: RecordedAlerts
    meter: RecordedMeter
    leases: MemoryLeases
    url: str = ""


def a_config(url: str, **changes: Any) -> TelegramConfig:  # noqa: ANN401 - whatever the test is about
    """Return the settings of a bot on the Telegram at *url*."""
    return TelegramConfig(**{"token": TOKEN, "api_base": url, "rate": 10_000.0, **changes})


def a_world(config: TelegramConfig, *, leases: MemoryLeases | None = None, pictures: Pictures | None = None) -> World:
    """Return a channel that is not started."""
    reception, alerts, meter = MemoryReception(), RecordedAlerts(), RecordedMeter()
    leases = leases or MemoryLeases()
    channel = TelegramChannel(
        config,
        TEXTS,
        reception=reception,
        leases=leases,
        alerts=alerts,
        meter=meter,
        clock=FixedClock(),
        pictures=pictures,
        rhythm=QUICK,
    )
    return World(channel, reception, alerts, meter, leases)


@asynccontextmanager
async def running(world: World) -> AsyncIterator[World]:
    """Start the channel, and close it in the end."""
    await world.channel.start()
    try:
        yield world
    finally:
        await world.channel.close()


@asynccontextmanager
async def a_webhook_world(telegram: str) -> AsyncIterator[World]:
    """Start a channel in webhook mode whose routes are served, known to the Telegram at *telegram*."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    world = a_world(a_config(telegram, mode=Mode.WEBHOOK, public_url=url, webhook_secret=SECRET))
    world.url = url
    app = web.Application()
    app.add_routes(world.channel.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    try:
        async with running(world):
            yield world
    finally:
        await runner.cleanup()


def outgoing(body: str, to: int | str = 7) -> Outgoing:
    """Return a rendered message on its way."""
    return Outgoing(1, Address(Channel.TELEGRAM, "4711", str(to)), body)


def payload(name: str) -> Any:  # noqa: ANN401 - JSON
    """Return the update in ``tests/payloads/telegram/<name>.json``."""
    path = Path(__file__).parents[1] / "payloads" / "telegram" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


async def until(is_so: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until *is_so*, or fail."""
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.005)
