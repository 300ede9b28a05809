"""Make what was said between two people fit for everyone: personal numbers go, the offices' own stay.

Names and places are not recognised by any machine we would trust: an official reads the text before it is published.
"""

import re
from collections.abc import Collection, Iterator

from bot.knowledge.library import Library
from bot.ports.bulletins import Exchange
from bot.text import mask


def fit_for_all(exchange: Exchange, library: Library, commune: str) -> Exchange:
    """Return *exchange*, of the commune with this code, without phone, identity and card numbers of people."""
    public = frozenset(_public_numbers(library, commune))
    return Exchange(without_personal(exchange.question, public), without_personal(exchange.answer, public))


def without_personal(text: str, public: Collection[str]) -> str:
    """Return *text* with personal numbers hidden (`bot.text.mask`), those in *public* left as they are.

    Short ones ("113") are never hidden by themselves, but may be three digits of somebody's ("0987 113 456").
    """
    kept = {number for number in public if mask(number) != number}
    if not kept:
        return mask(text)
    known = "|".join(re.escape(number) for number in sorted(kept, key=len, reverse=True))
    parts = re.split(rf"(?<!\d)({known})(?!\d)", text)
    return "".join(part if part in kept else mask(part) for part in parts)


def _public_numbers(library: Library, commune: str) -> Iterator[str]:
    """Yield the numbers that our content tells everybody to call."""
    locality, numbers = library.locality(commune), library.shelves.hotlines
    if file := locality.commune:
        yield from filter(None, (office.phone for office in (file.one_stop, file.office, file.police, file.health)))
    of_the_province = locality.province.hotlines if locality.province else ()
    yield from (phone.phone for phone in (*numbers.emergency, *numbers.help, *of_the_province))
