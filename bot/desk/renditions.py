"""A bulletin away from the phone: the script an announcer reads out, and the sheet for the notice board.

Here the words of `content/bulletin.yaml` and what is known of a commune become what `bot.bulletins` asks for. The
archive shows both to everybody, the console to who is still writing.
"""

from dataclasses import dataclass
from datetime import date

from bot.bulletins.citations import Offices
from bot.bulletins.numerals import NORTH, SOUTH
from bot.bulletins.sheet import Sheet
from bot.bulletins.spoken import SpokenWords, radio_script
from bot.knowledge.library import Library
from bot.knowledge.schema import RadioWords

_DIALECTS = {"north": NORTH, "south": SOUTH}


@dataclass(frozen=True, slots=True)
class Written:
    """What of a bulletin is read out and printed: ``body`` is Markdown."""

    title: str
    body: str
    is_urgent: bool = False
    is_correction: bool = False


def radio(library: Library, written: Written, commune: str, day: date) -> str:
    """Return what is read out of *written* in *commune* (a code) on *day*: plain text, paragraphs apart."""
    words = library.shelves.bulletin
    title = " ".join((*_marks(library, written), written.title))
    return radio_script(title, written.body, _spoken(words.radio, _name(library, commune), _as_written(day)))


def paper(library: Library, written: Written, commune: str, day: date) -> Sheet:
    """Return the sheet of *written* for the notice boards of *commune* (a code), dated *day*."""
    words, fields, name = library.shelves.bulletin.sheet, library.fields(commune), _name(library, commune)
    return Sheet(
        kind=words.kind,
        commune=name,
        date=words.date.format(date=_as_written(day)),
        title=written.title,
        body=written.body,
        ask=(
            words.ask.format(commune=name, phone=fields["commune.one_stop.phone"]),
            words.place.format(name=fields["commune.one_stop.name"], address=fields["commune.one_stop.address"]),
        ),
        mark=" ".join(_marks(library, written)),
    )


def _spoken(words: RadioWords, commune: str, day: str) -> SpokenWords:
    filled = {"commune": commune, "date": day, "title": "{title}"}  # the script says the title itself
    return SpokenWords(
        opening=words.opening.format(**filled),
        closing=words.closing.format(**filled),
        heading=words.heading,
        link=words.link,
        readings=words.readings,
        addresses=words.addresses,
        offices=Offices(words.documents, words.issuers),
        dialect=_DIALECTS[words.dialect],
    )


def _marks(library: Library, written: Written) -> tuple[str, ...]:
    marks = library.shelves.bulletin.marks(is_urgent=written.is_urgent, is_correction=written.is_correction)
    return tuple(mark.capitalize() for mark in marks)


def _name(library: Library, commune: str) -> str:
    return library.fields(commune)["commune.name"]


def _as_written(day: date) -> str:
    return f"{day:%d/%m/%Y}"
