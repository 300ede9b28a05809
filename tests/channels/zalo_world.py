"""The world around the Zalo channel, in memory: small real implementations of our ports, shared by its tests."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.channels.zalo.account import Endpoint, ZaloAccount, ZaloOptions
from bot.channels.zalo.channel import ZaloChannel
from bot.channels.zalo.grant import Timing
from bot.channels.zalo.render import ZaloTexts
from bot.messages import Address, Channel, Incoming, Outgoing
from bot.ports.platforms import Pictures
from bot.ports.world import TokenPair
from tests.fakes.zalo import FakeZalo

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
USER = "3000000000000000003"
QUICK = Timing(patience_seconds=2, poll_seconds=0.01, first_wait_seconds=0.01, longest_wait_seconds=0.02)
_numbers = itertools.count(1)


class MemoryClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        """Begin at `NOW`."""
        self._now = NOW

    def now(self) -> datetime:
        """Return the moment it was moved to."""
        return self._now

    def pass_time(self, **time: float) -> None:
        """Move on, as in ``pass_time(hours=2)``."""
        self._now += timedelta(**time)


class MemoryMeter:
    """Counters by name and label values."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.counts = Counter[tuple[str, ...]]()

    def count(self, name: str, /, **labels: str) -> None:
        """Add one."""
        self.counts[name, *labels.values()] += 1

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """Count the observation; its value is not what tests are about."""
        assert value >= 0
        self.counts[name, *labels.values()] += 1


class MemoryAlerts:
    """Alerts in the order they came."""

    def __init__(self) -> None:
        """Begin with none."""
        self.names: list[str] = []
        self.details: list[str] = []

    def alert(self, name: str, detail: str) -> None:
        """Keep the alert."""
        self.names.append(name)
        self.details.append(detail)


class MemoryReception:
    """Keeps messages by account and id, as the inbox does; its first calls can stall or fail."""

    def __init__(self, *, fails: int = 0, stalls: int = 0) -> None:
        """Begin empty."""
        self.messages: dict[tuple[str, str], Incoming] = {}
        self.fails = fails
        self.stalls = stalls

    async def receive(self, messages: Sequence[Incoming]) -> None:
        """Keep what is new."""
        if self.stalls:
            self.stalls -= 1
            await asyncio.sleep(60)
        if self.fails:
            self.fails -= 1
            raise ConnectionError
        for message in messages:
            self.messages.setdefault((message.sender.account, message.message_id), message)

    @property
    def only(self) -> Incoming:
        """Return the one message kept."""
        (message,) = self.messages.values()
        return message


class MemoryTokenStore:
    """Token pairs with compare-and-set; ``fails`` says how many `replace` calls go wrong first."""

    def __init__(self, pair: TokenPair | None = None, *, fails: int = 0) -> None:
        """Begin with *pair*."""
        self.pair = pair
        self.fails = fails
        self.replaced = 0

    async def load(self, oa_id: str) -> TokenPair | None:
        """Return the stored pair."""
        assert oa_id
        await asyncio.sleep(0)
        return self.pair

    async def replace(self, oa_id: str, *, spent: str, pair: TokenPair) -> bool:
        """Store *pair* if *spent* is still the stored refresh token."""
        assert oa_id
        await asyncio.sleep(0)
        if self.fails:
            self.fails -= 1
            raise ConnectionError
        if self.pair is not None and self.pair.refresh_token != spent:
            return False
        self.pair = pair
        self.replaced += 1
        return True


class MemoryLease:
    """A lease that is held until it is given up."""

    def __init__(self, held: set[str], name: str) -> None:
        """Hold *name* among *held*."""
        self._held = held
        self._name = name

    @property
    def epoch(self) -> int:
        """Return 1: nobody here freezes."""
        return 1

    def is_held(self) -> bool:
        """Tell whether it was not given up."""
        return self._name in self._held

    async def release(self) -> None:
        """Give it up."""
        self._held.discard(self._name)


class MemoryLeases:
    """Leases of all the processes of a test."""

    def __init__(self) -> None:
        """Begin with every lease free."""
        self.held = set[str]()

    async def acquire(self, name: str) -> MemoryLease | None:
        """Return the lease if it is free."""
        await asyncio.sleep(0)
        if name in self.held:
            return None
        self.held.add(name)
        return MemoryLease(self.held, name)


@dataclass
class World:
    """Everything a channel needs, to be shared by as many channels as a test has processes."""

    reception: MemoryReception = field(default_factory=MemoryReception)
    store: MemoryTokenStore = field(default_factory=MemoryTokenStore)
    leases: MemoryLeases = field(default_factory=MemoryLeases)
    clock: MemoryClock = field(default_factory=MemoryClock)
    meter: MemoryMeter = field(default_factory=MemoryMeter)
    alerts: MemoryAlerts = field(default_factory=MemoryAlerts)


def an_account(fake: FakeZalo | None = None, *, refresh_token: str = "refresh-0") -> ZaloAccount:
    """Return the account of *fake*, or of nowhere."""
    url = fake.url if fake else "http://127.0.0.1:9"
    return ZaloAccount(
        app_id="1000000000000000001",
        app_secret="app-secret",
        oa_id="2000000000000000002",
        oa_secret="oa-secret",
        refresh_token=refresh_token,
        api_base=url,
        oauth_base=url,
    )


def a_pair(number: int = 0, *, lives: timedelta = timedelta(hours=25)) -> TokenPair:
    """Return a pair that expires *lives* after `NOW`."""
    return TokenPair(f"access-{number}", f"refresh-{number}", NOW + lives)


def a_message(text: str = "Xin chào", *, user: str = USER) -> Outgoing:
    """Return a rendered message to *user*."""
    body = json.dumps({"text": text}, ensure_ascii=False)
    return Outgoing(next(_numbers), Address(Channel.ZALO, "2000000000000000002", user), body)


def a_channel(
    world: World,
    account: ZaloAccount,
    *,
    endpoint: Endpoint = Endpoint.V3,
    options: ZaloOptions | None = None,
    pictures: Pictures | None = None,
) -> ZaloChannel:
    """Return a channel that is not started, impatient enough for tests."""
    impatient = ZaloOptions(
        calls_per_minute=30_000, call_seconds=0.5, connect_seconds=0.3, upload_seconds=0.5, endpoint=endpoint
    )
    return ZaloChannel(
        account,
        ZaloTexts(choose_by_number="Gõ số để chọn."),
        reception=world.reception,
        store=world.store,
        leases=world.leases,
        clock=world.clock,
        meter=world.meter,
        alerts=world.alerts,
        pictures=pictures,
        options=options or impatient,
        timing=QUICK,
    )


@asynccontextmanager
async def running(channel: ZaloChannel) -> AsyncIterator[ZaloChannel]:
    """Start *channel*, and close it at the end."""
    await channel.start()
    try:
        yield channel
    finally:
        await channel.close()
