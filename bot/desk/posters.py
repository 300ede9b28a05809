"""The ways into the channel as a poster shows them: an address, a QR code of it, and what to do after scanning.

What is off, or cannot be reached from a citizen's phone, is left out and named, so that nobody pins up a dead code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.desk.ports.answers import Interest
from bot.knowledge.library import Library
from bot.knowledge.poster_words import PosterWords
from bot.knowledge.schema import Answer, Domain

QUESTIONS = 3
"""Example questions on a poster."""

_FEWEST_WORDS, _LONGEST_EXAMPLE = 5, 70
"""Words, and characters: one line of the sheet or two."""

_ERROR_LEVEL = "m"  # 15 % of the code may be dirty or torn
_QUIET_ZONE = 4  # modules of white around, ISO/IEC 18004


@dataclass(frozen=True, slots=True)
class Entrances:
    """Where the channels are. ``telegram`` returns the address that opens the bot for a commune, None until known.

    ``zalo_oa`` is the id of the Official Account, empty where Zalo is off; ``telegram`` is None where that is off.
    """

    public_url: str = ""
    zalo_oa: str = ""
    telegram: Callable[[str], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: what it is called, where it leads, that as SVG, what to do there, and what to write, if anything."""

    name: str
    url: str
    qr: str
    steps: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on the sheet of a commune; ``left_out`` tells officials why a way in is missing."""

    commune: str
    doors: tuple[Door, ...]
    questions: tuple[str, ...]
    archive: str
    left_out: tuple[str, ...]


def poster(code: str, topics: Sequence[str], entrances: Entrances, library: Library) -> Poster:
    """Return the poster of the commune *code*, with a question for each of *topics*."""
    words = library.shelves.console.posters
    doors, left_out = _doors(code, entrances, words)
    is_public = _is_public(entrances.public_url)
    return Poster(
        commune=library.fields(code)["commune.name"],
        doors=tuple(doors),
        questions=tuple(example(library.answers[topic]) for topic in topics if topic in library.answers),
        archive=f"{entrances.public_url.rstrip('/')}/ban-tin/{code}" if is_public else "",
        left_out=tuple(left_out),
    )


def chosen(asked: Sequence[str], interest: Mapping[str, Interest], library: Library) -> tuple[str, ...]:
    """Return the topics whose questions a poster shows: those *asked* for, else the most asked, else our own three."""
    by_interest = sorted(interest, key=lambda topic: (-interest[topic].asked, topic))
    wanted = [*asked, *(topic for topic in by_interest if interest[topic].asked)]
    known = [topic for topic in (*wanted, *library.shelves.console.posters.defaults) if _is_askable(topic, library)]
    return tuple(dict.fromkeys(known))[:QUESTIONS]


def example(answer: Answer) -> str:
    """Return how a poster asks for *answer*: its first phrasing that is well typed and no mere catchword."""
    whole = (text for text in answer.questions if len(text.split()) >= _FEWEST_WORDS and not text.isascii())
    return next((text for text in whole if len(text) <= _LONGEST_EXAMPLE), answer.title)


def askable(library: Library) -> list[Answer]:
    """Return the answers whose question may stand on a poster, by title."""
    return sorted((one for one in library.answers.values() if _is_askable(one.id, library)), key=lambda one: one.title)


def qr(url: str) -> str:
    """Return the QR code of *url* as an SVG element, black on white, with the white around it that scanners need."""
    # Only where a poster is made: a start need not wait for it.
    import segno  # noqa: PLC0415

    code = segno.make_qr(url, error=_ERROR_LEVEL, boost_error=False)
    return code.svg_inline(border=_QUIET_ZONE, dark="#000", light="#fff", omitsize=True)


def _is_askable(topic: str, library: Library) -> bool:
    """Tell whether *topic* is asked for in a question; what one wants of the bot itself is no question."""
    answer = library.answers.get(topic)
    return answer is not None and bool(answer.questions) and answer.domain is not Domain.PRIVACY_BOT


def _doors(code: str, entrances: Entrances, words: PosterWords) -> tuple[list[Door], list[str]]:
    doors, left_out = [], []
    if entrances.zalo_oa:
        # A Zalo link only opens the account: the commune is chosen by the first message.
        url = f"https://zalo.me/{entrances.zalo_oa}"
        doors.append(_door(words.zalo.name, url, words.zalo.steps, f"#xa-{code}"))
    else:
        left_out.append(words.zalo.missing)
    if entrances.telegram is None:
        left_out.append(words.telegram.missing)
    elif link := entrances.telegram(code):
        doors.append(_door(words.telegram.name, link, words.telegram.steps))
    else:
        left_out.append(words.telegram.unknown)
    if _is_public(entrances.public_url):
        doors.append(_door(words.web.name, f"{entrances.public_url.rstrip('/')}/?xa={code}", words.web.steps))
    else:
        left_out.append(words.web.local if entrances.public_url else words.web.missing)
    return doors, left_out


def _door(name: str, url: str, steps: str, code: str = "") -> Door:
    return Door(name, url, qr(url), steps, code)


def _is_public(url: str) -> bool:
    """Tell whether a citizen's phone can open *url*: a loopback address is for trials on the machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return bool(host) and host != "localhost"
