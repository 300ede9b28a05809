"""A citizen who talks to the real router over the real content; nothing is stored but what this module remembers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.terminal.chat import after, as_text
from bot.knowledge.library import Library
from bot.messages import PAYLOAD_BYTES, Button, Incoming, Kind, Point
from bot.ports.bulletins import PublishedBulletin
from bot.ports.conversations import Effect, KeepQuestion, OpenTicket, Outcome, Person
from bot.ports.records import KeptData, OwnTicket
from bot.text import clean, mask
from bot.tickets.states import TicketKind, TicketState
from handlers.router import Router
from tests.world import NOW, CountingMeter, StoppedClock, an_address

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DA_PHUC, SON_TAY, TUNG_THIEN, TAN_KHAI, RACH_GIA = COMMUNES = ("00430", "09574", "09604", "25357", "30742")
"""The communes that take part."""

ELSEWHERE = "23134"
"""Xã Tân Lập, tỉnh Lâm Đồng: a commune that has no file."""

Turns = Sequence[tuple[str, str]]

_numbers = count(1)


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of Vietnamese time."""
    return datetime(year, month, day, hour, minute, tzinfo=HANOI)


@dataclass
class Bulletins:
    """An archive that holds what it was given."""

    published: list[PublishedBulletin] = field(default_factory=list)

    async def latest(self, commune: str, limit: int) -> Sequence[PublishedBulletin]:
        """Return the newest ones; every one is of whatever commune is asked about."""
        del commune
        return sorted(self.published, key=lambda bulletin: bulletin.published_at, reverse=True)[:limit]


@dataclass
class Kept:
    """Records that know one answer, the codes that staff were given, and whose of the staff the chat is."""

    data: KeptData = field(default_factory=lambda: KeptData("", None, 0, 0, datetime(2026, 11, 1, 20, 0, tzinfo=UTC)))
    codes: dict[str, str] = field(default_factory=dict)
    chat_of: str = ""

    async def kept_about(self, person: Person) -> KeptData:
        """Return the same for everybody."""
        del person
        return self.data

    async def staff_for_code(self, code: str, now: datetime) -> str:
        """Return whose code it is; none ever runs out."""
        del now
        return self.codes.get(code, "")

    async def staff_of_chat(self, person: Person) -> str:
        """Return whose chat it is."""
        del person
        return self.chat_of


@dataclass
class Letterbox:
    """What one person sent to staff, as storage keeps it."""

    kept: list[OwnTicket] = field(default_factory=list)

    async def new_code(self) -> str:
        """Return the next of a few codes."""
        return ("PA-7K3M", "PA-22BB", "PA-33CC", "PA-44DD", "PA-55FF", "PA-66GG")[len(self.kept)]

    async def of(self, person: Person) -> Sequence[OwnTicket]:
        """Return what was sent, newest first."""
        del person
        return self.kept

    def take(self, effects: Iterable[Effect], now: datetime) -> None:
        """Keep the feedback among *effects*."""
        for effect in effects:
            if isinstance(effect, OpenTicket) and effect.kind is TicketKind.FEEDBACK:
                self.kept.insert(0, a_feedback(effect.code, effect.text, opened_at=now, due_at=effect.due_at))

    def answer(self, text: str) -> None:
        """Let staff answer what was sent last."""
        answered = replace(self.kept[0], state=TicketState.ANSWERED, answers=(*self.kept[0].answers, text))
        self.kept[0] = answered


def a_feedback(code: str = "PA-7K3M", text: str = "Đèn đường hỏng.", **more: Any) -> OwnTicket:  # noqa: ANN401
    """Return a feedback that waits for its answer."""
    blank = OwnTicket(id=1, code=code, commune=DA_PHUC, state=TicketState.NEW, text=text, opened_at=NOW)
    return replace(blank, **more)


@dataclass
class Citizen:
    """Somebody who writes, presses and remembers what was said last; the conversation's state is kept as storage would.

    Every reply is looked at on its way: it parses, shows no raw field, and its buttons fit on every platform.
    """

    router: Router
    clock: StoppedClock
    person: Person
    letterbox: Letterbox
    effects: list[Effect] = field(default_factory=list)
    last: Outcome = field(default_factory=Outcome)

    @property
    def heard(self) -> str:
        """Return what was said last, as a terminal shows it: plain text, the choices numbered."""
        return "\n".join(as_text(self.last.replies))

    @property
    def choices(self) -> tuple[Button, ...]:
        """Return what could be pressed last."""
        return tuple(button for reply in self.last.replies for button in reply.choices)

    @property
    def labels(self) -> list[str]:
        """Return what stood on the buttons last."""
        return [button.label for button in self.choices]

    @property
    def questions(self) -> list[KeepQuestion]:
        """Return the questions kept for the editors."""
        return [effect for effect in self.effects if isinstance(effect, KeepQuestion)]

    async def write(self, text: str, *, photo: str = "") -> str:
        """Type *text*, maybe under a *photo*; it arrives as the door of the service lets it in: clean, and masked."""
        return await self._do(Kind.TEXT, text=mask(clean(text)), media_ref=photo)

    async def press(self, label: str) -> str:
        """Press the button of the last replies that begins with *label*."""
        [payload] = {button.payload for button in self.choices if button.label.startswith(label)}
        return await self.press_old(payload)

    async def press_old(self, payload: str) -> str:
        """Press a button that carries *payload*, from wherever it is."""
        return await self._do(Kind.PRESS, payload=payload)

    async def open(self, payload: str = "") -> str:
        """Open the chat, maybe by a link."""
        return await self._do(Kind.START, payload=payload)

    async def send(self, media: str, *, reference: str = "", caption: str = "") -> str:
        """Send something that is not text."""
        return await self._do(Kind.MEDIA, text=caption, media=media, media_ref=reference)

    async def share(self, latitude: float, longitude: float) -> str:
        """Share where they are."""
        return await self._do(Kind.LOCATION, point=Point(latitude, longitude))

    async def talk(self, turns: Turns) -> None:
        """Write the first of each pair and hear the second somewhere in the replies."""
        for wrote, said in turns:
            assert said in await self.write(wrote), f"after {wrote!r} they heard:\n{self.heard}"

    async def _do(self, kind: Kind, **sent: Any) -> str:  # noqa: ANN401  # the fields of `Incoming`
        message = Incoming(self.person.address, f"message-{next(_numbers)}", kind, self.clock.now(), **sent)
        self.last = await self.router(message, self.person)
        self.effects += self.last.effects
        self.letterbox.take(self.last.effects, self.clock.now())
        self.person = after(self.person, self.last)
        for reply in self.last.replies:
            assert reply.text.strip()
            assert all(len(button.payload.encode()) <= PAYLOAD_BYTES for button in reply.buttons)
        assert "{{" not in self.heard
        return self.heard


def a_citizen(
    library: Library,
    *,
    commune: str = "",
    is_subscribed: bool = False,
    person: Person | None = None,
    now: datetime = NOW,
    archive: Bulletins | None = None,
    records: Kept | None = None,
    meter: CountingMeter | None = None,
    public_url: str = "",
) -> Citizen:
    """Return somebody on Zalo, on a Friday morning in office hours; where there is a *public_url* the console is on."""
    clock, kept = StoppedClock(now), Letterbox()
    router = Router(
        lambda: library,
        archive or Bulletins(),
        records or Kept(),
        clock,
        HANOI,
        tickets=kept,
        meter=meter,
        public_url=public_url,
        console_url=public_url,
    )
    somebody = person or Person(1, an_address(), commune=commune, is_subscribed=is_subscribed)
    return Citizen(router, clock, somebody, kept)
