"""A bulletin as each channel will show it, before anybody gets it; and by how much it is too long for one message.

One message, because a text cut in two arrives out of order, is paid twice and is forwarded by halves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from bot.bulletins.states import Status
from bot.desk.composing import Composer
from bot.desk.drafting import capitalised
from bot.errors import UserError
from bot.markup import parse, plain
from bot.messages import Channel, Reply
from bot.ports.bulletins import Bulletin, Draft


@dataclass(frozen=True, slots=True)
class Screen:
    """How a channel shows a message: ``render`` makes the stored messages of it, ``read`` what one of them says.

    ``dress`` returns that as HTML of words in bold and links, where the channel shows such.
    """

    render: Callable[[Reply], tuple[str, ...]]
    read: Callable[[str], str]
    dress: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What people of *commune* will read on *channel*, message by message; ``picture`` is shown above the first.

    ``dressed`` are the messages as safe HTML, with what is bold and what is a link there.
    """

    channel: Channel
    commune: str
    messages: tuple[str, ...]
    dressed: tuple[str, ...]
    picture: str = ""


def composed(draft: Draft, commune: str, composer: Composer, now: datetime) -> Reply:
    """Return *draft* as it would go out to *commune* at *now*."""
    return composer.compose(_as_bulletin(draft, now), commune, now)


def previews(
    draft: Draft, commune: str, composer: Composer, screens: Mapping[Channel, Screen], now: datetime
) -> tuple[Preview, ...]:
    """Return what *draft* looks like on every channel, to people of *commune*."""
    bulletin = _as_bulletin(draft, now)
    reply = composer.compose(bulletin, commune, now)

    def on(channel: Channel, screen: Screen) -> Preview:
        if draft.is_broadcast and channel is Channel.ZALO:
            article = _article(bulletin, commune, composer)
            return Preview(channel, commune, (article,), (escape(article),), reply.picture)
        stored = screen.render(reply)
        messages = tuple(map(screen.read, stored))
        dressed = map(screen.dress, stored) if screen.dress else map(escape, messages)
        return Preview(channel, commune, messages, tuple(dressed), reply.picture)

    return tuple(on(channel, screen) for channel, screen in screens.items())


def _article(bulletin: Bulletin, commune: str, composer: Composer) -> str:
    """Return *bulletin* as an article on Zalo shows it: its title, its author and its text."""
    title = " ".join([*composer.marks(bulletin), bulletin.draft.title])
    return "\n\n".join([title, capitalised(composer.commune_name(commune)), plain(parse(bulletin.draft.body))])


def _as_bulletin(draft: Draft, now: datetime) -> Bulletin:
    return Bulletin(id=0, status=Status.DRAFT, draft=draft, created_at=now)


def check_fit(draft: Draft, composer: Composer, screens: Mapping[Channel, Screen], now: datetime) -> None:
    """See that *draft* is one message everywhere; the commune with the longest name decides.

    Raises:
        UserError: it is not; the sentence says by how many characters.
    """
    words = composer.library.shelves.bulletin.desk
    commune = max(sorted(draft.communes), key=lambda code: len(composer.commune_name(code)))
    for channel, screen in screens.items():

        def fits(body: str, screen: Screen = screen) -> bool:
            return len(screen.render(composed(replace(draft, body=body), commune, composer, now))) <= 1

        if over := excess(draft.body, fits):
            names = {"channel": getattr(words.channels, channel), "commune": composer.commune_name(commune)}
            raise UserError(capitalised(words.mistakes.over_limit.format(over=over, **names)), about="body")


def room(draft: Draft, composer: Composer, screens: Mapping[Channel, Screen], now: datetime) -> Mapping[Channel, int]:
    """Return how many more characters the body may have on each channel; below 0, how many are too many.

    The commune with the longest name decides, as in `check_fit`.
    """
    commune = max(sorted(draft.communes), key=lambda code: len(composer.commune_name(code)))

    def left(screen: Screen) -> int:
        def fits(body: str) -> bool:
            return len(screen.render(composed(replace(draft, body=body), commune, composer, now))) <= 1

        return -excess(draft.body, fits) or spare(draft.body, fits)

    return {channel: left(screen) for channel, screen in screens.items()}


def spare(body: str, fits: Callable[[str], bool]) -> int:
    """Return how many characters *body* may still grow by until it no longer fits."""
    low, high = 0, 512  # a first guess near what is usual saves half the tries
    while fits(body + "x" * high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(body + "x" * middle) else (low, middle)
    return low


def excess(body: str, fits: Callable[[str], bool]) -> int:
    """Return how many characters must go from the end of *body* until it fits; 0 if it does."""
    if fits(body):
        return 0
    low, high = 0, len(body)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(body[:middle]) else (low, middle - 1)
    return len(body) - low
