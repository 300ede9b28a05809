"""A bulletin ready for the pages of the console: as its readers will see it, and where it stands, in words.

What the chats show comes from the channels' own renderers, through the desk: a preview that was made another way would
lie one day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.bulletins.deliveries import State, Why
from bot.bulletins.states import Status
from bot.console.looks import capital, number
from bot.console.page import Visit, Whose
from bot.desk.bulletins import Desk
from bot.desk.renditions import Written, paper
from bot.errors import UserError
from bot.messages import Channel
from bot.ports.bulletins import Bulletin, Draft
from bot.web.hypertext import html

STATUS_KINDS: Mapping[Status, str] = {
    Status.DRAFT: "quiet",
    Status.SUBMITTED: "waiting",
    Status.APPROVED: "busy",
    Status.SCHEDULED: "busy",
    Status.SENDING: "busy",
    Status.SENT: "good",
    Status.STOPPED: "bad",
}
"""The colour of each status; the word says it all the same."""

_ORDER = (Channel.ZALO, Channel.TELEGRAM)
"""Most people are on Zalo, so it is shown first; it also takes the shorter text."""

_PICTURE_TO_COME = "0" * 64
"""Stands for a picture that is chosen and not stored yet: captions are shorter than messages."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The messages of one chat, safe as they stand; ``name`` is also its class in the style sheet."""

    name: str
    label: str
    messages: tuple[Markup, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed: ``html`` is safe as it stands."""

    kind: str
    commune: str
    date: str
    title: str
    html: Markup
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """A bulletin as people of ``commune`` will see it. ``has_picture`` tells that one goes along."""

    commune: str
    screens: tuple[Screen, ...]
    paper: Paper
    has_picture: bool


@dataclass(frozen=True, slots=True)
class Room:
    """How much more fits on a channel, in words."""

    text: str
    is_over: bool


def look(desk: Desk, visit: Visit, draft: Draft, zone: ZoneInfo, commune: str = "") -> Look:
    """Return *draft* as people of *commune* (else of the first it is for) will see it.

    Raises:
        UserError: it is not fit to be shown; the sentence says what is missing.
    """
    shown = desk.preview(draft, commune)
    code = shown[0].commune
    in_order = sorted(shown, key=lambda one: _ORDER.index(one.channel))
    screens = tuple(
        Screen(one.channel, _channel(visit, one.channel), tuple(map(Markup, one.dressed)))  # `Preview` escapes
        for one in in_order
    )
    name = visit.library.fields(code)["commune.name"]
    return Look(name, screens, _paper(visit, draft, code, zone), has_picture=bool(draft.picture))


def rooms(desk: Desk, visit: Visit, draft: Draft) -> tuple[Room, ...]:
    """Return how much more fits on each channel; `UserError` as for `look`."""
    words = visit.words.bulletins.write
    return tuple(
        Room(
            (words.over if left < 0 else words.left).format(channel=_channel(visit, channel), number=number(abs(left))),
            is_over=left < 0,
        )
        for channel, left in sorted(desk.room(draft).items(), key=lambda one: _ORDER.index(one[0]))
    )


def with_picture_to_come(draft: Draft) -> Draft:
    """Return *draft* as if the picture that was chosen for it were stored."""
    return replace(draft, picture=_PICTURE_TO_COME)


def tag(visit: Visit, status: Status) -> tuple[str, str]:
    """Return the word for *status* and the kind of tag it stands on."""
    return getattr(visit.desk.statuses, status), STATUS_KINDS[status]


def readers(visit: Visit, draft: Draft) -> str:
    """Return whom *draft* is for, by name."""
    return "; ".join(_readers(visit, draft))


def _readers(visit: Visit, draft: Draft) -> Iterator[str]:
    for code, group in groupby(sorted(draft.audiences), key=lambda audience: audience.commune):
        name = capital(visit.library.fields(code)["commune.name"])
        hamlets = [audience.hamlet for audience in group if audience.hamlet]
        words = visit.words.bulletins.one.hamlets
        yield words.format(commune=name, hamlets=", ".join(hamlets)) if hamlets else name


def moment(visit: Visit, when: datetime, zone: ZoneInfo) -> str:
    """Return *when* as people say it, with its weekday: 19:00 thứ Sáu, ngày 27/11/2026."""
    local = when.astimezone(zone)
    weekday = visit.words.weekdays[local.weekday()]
    return visit.words.bulletins.write.slot_day.format(time=f"{local:%H:%M}", weekday=weekday, date=f"{local:%d/%m/%Y}")


def own_communes(visit: Visit, draft: Draft) -> list[str]:
    """Return the communes of *draft*, of those that whoever looks may see something of."""
    return sorted(draft.communes if visit.only is None else visit.only)


def due(visit: Visit, bulletin: Bulletin, zone: ZoneInfo) -> str:
    """Return when *bulletin* goes out, or did."""
    words, draft = visit.words.bulletins.one, bulletin.draft
    if bulletin.published_at:
        return moment(visit, bulletin.published_at, zone)
    if draft.due_at is None:
        return words.once_approved
    said = moment(visit, draft.due_at, zone)
    return words.in_slot.format(moment=said) if draft.slot_date else said


def why(visit: Visit, channel: Channel, state: State, code: str) -> str:
    """Return why a delivery is in *state*: in words where the *code* has some."""
    words = visit.words.bulletins.result
    if code in frozenset(Why):
        return str(getattr(visit.desk.reasons, code))
    known = words.codes.get(channel, {})
    if not code:
        return str(getattr(visit.desk.states, state))
    return known.get(code) or words.code.format(code=code)


def written(bulletin: Draft) -> Written:
    """Return what of a draft is read out and printed."""
    return Written(bulletin.title, bulletin.body, bulletin.is_urgent, bulletin.corrects is not None)


def hamlets_of(visit: Visit, codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the hamlets that the files of *codes* list, with the code of each."""
    for code in codes:
        commune = visit.library.shelves.communes.get(code)
        yield from ((code, hamlet) for hamlet in (commune.hamlets if commune else ()))


def _channel(visit: Visit, channel: Channel) -> str:
    return str(getattr(visit.desk.channels, channel))


def _paper(visit: Visit, draft: Draft, commune: str, zone: ZoneInfo) -> Paper:
    day = (draft.due_at or visit.now).astimezone(zone).date()
    sheet = paper(visit.library, written(draft), commune, day)
    title = " ".join(filter(None, [sheet.mark, sheet.title]))
    body = Markup(html(sheet.body, heading="h4"))  # noqa: S704  # `bot.web.hypertext` escapes what anybody wrote
    return Paper(sheet.kind, sheet.commune, sheet.date, title, body, sheet.ask)


def owners(desk: Desk) -> Whose:
    """Say that ``{id}`` in the page's path is a bulletin, which is of all communes that it is for."""

    async def whose(visit: Visit) -> frozenset[str] | None:
        try:
            return (await found(desk, visit)).draft.communes
        except UserError:
            return None

    return whose


async def found(desk: Desk, visit: Visit) -> Bulletin:
    """Return the bulletin that the page is about."""
    return await desk.find(int(visit.field("id")))
