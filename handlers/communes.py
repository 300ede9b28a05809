"""Choose or change one's commune: by typing a present or old name, by sharing where one is, or by a link on a poster.

A name that fits several units always asks; nothing is ever picked for the person.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.knowledge.place_words import COMMUNE_KINDS, words
from bot.knowledge.places import Place
from bot.markup import escape
from bot.messages import Button
from bot.ports.conversations import ChooseCommune, Dialogue, Outcome
from handlers.answers import suggestion
from handlers.payloads import DEEP_LINK, Do, commune_button, do
from handlers.turn import Turn, outcome

AWAITING = "commune"
"""`Dialogue.awaiting` while the next text is taken for the name of a place."""

CHOICES = 8

_ECHOED = 60
"""Characters of what the person wrote that are shown back to them."""

_ADDRESSED = re.compile(r"^\s*#?xa-(\d{5})\s*$", re.IGNORECASE)


def linked_commune(text: str) -> str:
    """Return the commune code of a deep link (``xa-00430``, typed ``#xa-00430``), or an empty string."""
    match = _ADDRESSED.match(text)
    return match[1] if match else ""


def begins_like_one(text: str) -> bool:
    """Tell whether *text* begins with "xã", "phường" or another kind of commune."""
    return any(word.folded in COMMUNE_KINDS for word in words(text)[:1])


def ask_commune(turn: Turn, *, then: str = "") -> Outcome:
    """Ask where the person lives; *then* is the payload to go on with once they said so."""
    asking = _still_asking(turn)
    return outcome(turn.say.ask_commune, asks_location=True, dialogue=replace(asking, question=then or asking.question))


def named_commune(turn: Turn, text: str) -> Outcome | None:
    """Return what follows from *text* as the name of a place; None if no place has such a name."""
    found = turn.library.places.search(text, limit=CHOICES)
    return choose(turn, found[0].code) if len(found) == 1 else _which(turn, text, found)


def maybe_commune(turn: Turn, text: str) -> Outcome | None:
    """Return the question whether *text*, which could mean something else too, is where the person lives; or None."""
    found = turn.library.places.search(text, limit=CHOICES, exactly=True)
    if len(found) != 1:
        return _which(turn, text, found)
    said = turn.say.commune_confirm.format(commune=turn.library.places.label(found[0]))
    return outcome(said, _yes_or_other(turn, found[0]), dialogue=_still_asking(turn))


def _which(turn: Turn, text: str, found: Sequence[Place]) -> Outcome | None:
    if not found:
        return None
    buttons = (commune_button(place.code, turn.library.places.label(place)) for place in found)
    return outcome(turn.say.commune_several.format(text=echo(text)), buttons, dialogue=_still_asking(turn))


def unknown_commune(turn: Turn, text: str) -> Outcome:
    """Say that no place has this name, and ask again."""
    said = turn.say.commune_unknown.format(text=echo(text))
    return outcome(said, asks_location=True, dialogue=_still_asking(turn))


def choose(turn: Turn, code: str) -> Outcome | None:
    """Make *code* the person's commune; None if there is no such commune."""
    place = turn.library.places.get(code)
    if place is None:
        return None
    label = turn.library.places.label(place)
    if code == turn.person.commune:
        return outcome(turn.say.commune_same.format(commune=label), _after_choice(turn))
    is_known = code in turn.library.shelves.communes
    text = turn.say.commune_chosen if is_known else turn.say.commune_chosen_bare
    parts = [text.format(commune=label), *_what_the_bulletin_does(turn, label, is_served=is_known)]
    return outcome("\n\n".join(parts), _after_choice(turn), effects=(ChooseCommune(code),))


def nearest(turn: Turn) -> Outcome:
    """Propose the commune whose centre is nearest to the shared location; the person confirms."""
    point = turn.message.point
    found = turn.library.places.nearest(point.latitude, point.longitude) if point else None
    if found is None:
        return outcome(turn.say.commune_too_far, dialogue=_still_asking(turn))
    place, kilometres = found
    text = turn.say.commune_nearest.format(
        commune=turn.library.places.label(place), kilometres=f"{kilometres:.1f}".replace(".", ",")
    )
    return outcome(text, _yes_or_other(turn, place), dialogue=_still_asking(turn))


def deep_link(code: str) -> str:
    """Return the payload that chooses the commune *code* when a chat is opened with it."""
    return f"{DEEP_LINK}{code}"


def _what_the_bulletin_does(turn: Turn, commune: str, *, is_served: bool) -> tuple[str, ...]:
    """Return what a subscriber has to know who moves to *commune*: a subscription goes where its person goes."""
    if not turn.person.is_subscribed:
        return ()
    with_bulletin = turn.say.moved_with_bulletin.format(commune=commune)
    return (with_bulletin if is_served else turn.say.moved_without_bulletin,)


def echo(text: str) -> str:
    """Return *text* as it may be shown back to who wrote it: letter for letter, and not all of a long one."""
    return escape(text.strip()[:_ECHOED])


def _yes_or_other(turn: Turn, place: Place) -> tuple[Button, ...]:
    yes = commune_button(place.code, place.name[0].upper() + place.name[1:])
    return yes, do(Do.COMMUNE, turn.say.labels.choose_commune)


def _still_asking(turn: Turn) -> Dialogue:
    before = turn.person.dialogue
    return Dialogue(awaiting=AWAITING, question=before.question, topic=before.topic)


def _after_choice(turn: Turn) -> tuple[Button, ...]:
    """Return what one is likely to want next: the answer one came from, the menu, the numbers to call."""
    labels = turn.say.labels
    topic = turn.person.dialogue.topic
    shown = (suggestion(turn, topic),) if topic in turn.library.answers else ()
    return (*shown, do(Do.MENU, labels.menu), do(Do.HOTLINES, labels.hotlines))
