"""What an official typed, as a draft that can be agreed on; or the sentence that says how to mend it.

Nothing is stored here and no clock is asked, so every mistake is a table test.
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.errors import UserError
from bot.knowledge.bulletin_words import Mistakes
from bot.knowledge.hamlets import find_hamlets
from bot.knowledge.library import Library
from bot.markup import parse, plain
from bot.ports.bulletins import Audience, Draft
from bot.text import clean

LEAST_TITLE, MOST_TITLE = 5, 100
"""Characters; as for the weekly drafts of ``content/calendar.yaml``."""

MOST_CHARACTERS = 20_000
"""Of a body as it was typed; far above what a message holds, so that nothing absurd is looked at any closer."""


def checked(draft: Draft, library: Library) -> Draft:
    """Return *draft* with its text cleaned and its readers named as the communes' files name them.

    The readers of a correction are those who got the wrong text, whatever their hamlets are called by now.

    Raises:
        UserError: the text is empty or far too long, or a commune or hamlet is not there.
    """
    mistakes = library.shelves.bulletin.desk.mistakes
    return replace(
        draft,
        title=_title(draft.title, mistakes),
        body=_body(draft.body, mistakes),
        audiences=draft.audiences if draft.corrects else _audiences(draft.audiences, library),
    )


def checked_again(draft: Draft, library: Library) -> Draft:
    """Return *draft* as `checked` does, after it was stored: its hamlets must still be called what they were.

    Raises:
        UserError: as for `checked`; or a hamlet has another name by now, and nobody lives under the old one.
    """
    ready = checked(draft, library)
    for renamed in sorted({*draft.audiences} - {*ready.audiences}):
        raise _unknown_hamlet(renamed, library)
    return ready


def _title(typed: str, mistakes: Mistakes) -> str:
    title = " ".join(_readable(typed[:MOST_CHARACTERS]).split())
    if not LEAST_TITLE <= len(title) <= MOST_TITLE:
        raise UserError(mistakes.title_length.format(least=LEAST_TITLE, most=MOST_TITLE), about="title")
    return title


def _body(typed: str, mistakes: Mistakes) -> str:
    if len(typed) > MOST_CHARACTERS:
        most = f"{MOST_CHARACTERS:,}".replace(",", ".")
        raise UserError(mistakes.body_too_long.format(most=most), about="body")
    body = _readable(typed.replace("\r\n", "\n"))
    if not plain(parse(body)).strip():
        raise UserError(mistakes.body_empty, about="body")
    return body


def _readable(typed: str) -> str:
    """Return *typed* without what cannot be shown, also the halves of characters that a terminal can pass on."""
    return clean(typed.encode("utf-8", "ignore").decode("utf-8"))


def _audiences(wanted: Iterable[Audience], library: Library) -> tuple[Audience, ...]:
    """Return *wanted* in order and once each; a hamlet of a commune that gets it whole is left out."""
    mistakes, named = library.shelves.bulletin.desk.mistakes, set(wanted)
    if not named:
        raise UserError(mistakes.no_commune, about="communes")
    if any(audience.hamlet for audience in named) and len({audience.commune for audience in named}) > 1:
        raise UserError(mistakes.hamlet_of_several, about="hamlets")
    chosen = {_audience(audience, library) for audience in named}
    is_whole = any(not audience.hamlet for audience in chosen)
    return tuple(sorted(audience for audience in chosen if not audience.hamlet or not is_whole))


def _audience(wanted: Audience, library: Library) -> Audience:
    check_commune(wanted.commune, library)
    return replace(wanted, hamlet=_hamlet(wanted, library)) if wanted.hamlet else wanted


def check_commune(code: str, library: Library) -> None:
    """See that the commune *code* takes part.

    Raises:
        UserError: there is no such commune, or it has no file.
    """
    mistakes = library.shelves.bulletin.desk.mistakes
    place = library.places.get(code)
    if place is None:
        raise UserError(mistakes.unknown_commune.format(code=code), about="communes")
    if code not in library.shelves.communes:
        commune = capitalised(library.places.label(place))
        raise UserError(mistakes.not_taking_part.format(commune=commune, code=code), about="communes")


def _hamlet(wanted: Audience, library: Library) -> str:
    """Return the hamlet as its commune's file writes it; accents may be left out where that is clear."""
    mistakes = library.shelves.bulletin.desk.mistakes
    commune = library.shelves.communes[wanted.commune]
    if not commune.hamlets:
        named = {"commune": capitalised(commune.name), "code": wanted.commune}
        raise UserError(mistakes.no_hamlets.format(**named), about="hamlets")
    typed = _readable(wanted.hamlet)
    alike = (typed,) if typed in commune.hamlets else find_hamlets(commune.hamlets, typed)
    if len(alike) != 1:
        raise _unknown_hamlet(replace(wanted, hamlet=typed), library)
    return alike[0]


def _unknown_hamlet(wanted: Audience, library: Library) -> UserError:
    """Return the refusal of a hamlet that its commune's file does not name."""
    mistakes, commune = library.shelves.bulletin.desk.mistakes, library.shelves.communes[wanted.commune]
    hamlets = ", ".join(commune.hamlets)
    named = {"commune": capitalised(commune.name), "code": wanted.commune}
    return UserError(mistakes.unknown_hamlet.format(hamlet=wanted.hamlet, hamlets=hamlets, **named), about="hamlets")


def capitalised(name: str) -> str:
    """Return *name* as it begins a sentence: "Xã Đa Phúc"."""
    return name[:1].upper() + name[1:]
