"""A fake platform as the field sees it: who lives there, and what reached them.

The fakes count texts; the field asks for bulletins, so a bulletin is known by a mark in its text.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol

from bot.messages import Channel
from scheduler.sender import IN_FLIGHT
from tests.fakes.telegram import TOKEN, FakeTelegram, Fate
from tests.fakes.zalo import FakeZalo, Rule

LATENCY_MS = 15.0
"""What a call takes at least, so that as many are in flight at a kill as there can be."""

_VAGUE = ("server", "bad_gateway", "garbage", "drop", "silence", "hang")


class Front(Protocol):
    """One account of one platform."""

    channel: Channel
    account: str

    def user(self, number: int) -> str:
        """Return the platform's id of the person *number*."""
        ...

    def calls(self) -> int:
        """Return how many messages the platform was asked to send, whatever came of it."""
        ...

    def received(self, mark: str) -> Counter[str]:
        """Return how often a text with *mark* reached each person."""
        ...

    def vague_answers(self) -> int:
        """Return how many answers left it open whether a message was accepted."""
        ...


class TelegramFront:
    """Telegram."""

    channel = Channel.TELEGRAM
    account = TOKEN.partition(":")[0]

    def __init__(self, fake: FakeTelegram) -> None:
        """Look at *fake*, which takes its time from now on."""
        self.fake = fake
        self._departures = 0
        self.behave()

    def behave(self, *fates: Fate, latency_ms: float = LATENCY_MS) -> None:
        """Take time over every message, and misbehave as *fates* say."""
        self.fake.script(Fate("sendMessage", latency_ms=latency_ms), *fates)

    async def go_away(self, seconds: float) -> None:
        """Break off what is being answered, and refuse connections for a while."""
        self._departures += 1
        await self.fake.go_away(seconds)

    def user(self, number: int) -> str:
        """Return a chat id."""
        return str(10_000 + number)

    def calls(self) -> int:
        """Return how many messages it was asked to send."""
        return self.fake.books.calls["sendMessage"]

    def received(self, mark: str) -> Counter[str]:
        """Return how often a text with *mark* reached each chat."""
        messages = self.fake.books.messages
        assert len(messages) != messages.maxlen, "the fake does not remember its first messages any more"
        return _received(((str(one["chat_id"]), str(one["text"])) for one in messages), mark)

    def vague_answers(self) -> int:
        """Return how many answers left it open."""
        return sum(self.fake.books.refused[name] for name in _VAGUE) + self._departures * IN_FLIGHT


class ZaloFront:
    """Zalo."""

    channel = Channel.ZALO

    def __init__(self, fake: FakeZalo) -> None:
        """Look at *fake*, which takes its time from now on."""
        self.fake = fake
        self.account = fake.oa_id
        self.behave()

    def behave(self, *rules: Rule) -> None:
        """Take time over every message, and misbehave as *rules* say."""
        self._rules = rules
        self.fake.behave(Rule("send", latency_ms=LATENCY_MS), *rules)

    def user(self, number: int) -> str:
        """Return a user id."""
        return f"reader-{number}"

    def calls(self) -> int:
        """Return how many messages it was asked to send."""
        return sum(count for name, count in self.fake.books.calls.items() if name.startswith("send:"))

    def received(self, mark: str) -> Counter[str]:
        """Return how often a text with *mark* reached each person."""
        recent = self.fake.books.recent
        assert len(recent) != recent.maxlen, "the fake does not remember its first messages any more"
        return _received(((one["user"], one["message"]["text"]) for one in recent), mark)

    def first_words(self) -> Mapping[str, str]:
        """Return what reached each person first."""
        return {one["user"]: one["message"]["text"] for one in reversed(self.fake.books.recent)}

    def vague_answers(self) -> int:
        """Return how many answers left it open, each rule that does not refuse outright among them."""
        return sum(rule._strikes for rule in self._rules if not rule.error)  # noqa: SLF001  # the rule keeps count


def _received(messages: Iterable[tuple[str, str]], mark: str) -> Counter[str]:
    return Counter(user for user, text in messages if mark in text)
