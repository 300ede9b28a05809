"""Choose or change one's hamlet, for the bulletins that only concern it: by pressing, by number, or by its name.

A commune has a list of hamlets or it has none; nobody has to choose, and whoever moves begins without one.
"""

from bot.knowledge.hamlets import begins_like_one, find_hamlets
from bot.knowledge.matching import Match
from bot.markup import escape
from bot.messages import Button, Decision
from bot.ports.conversations import ChooseHamlet, Dialogue, Outcome
from handlers.communes import ask_commune, echo
from handlers.payloads import Do, do, hamlet_button, hamlet_mark
from handlers.turn import Turn, outcome

AWAITING = "hamlet"
"""`Dialogue.awaiting` while the next text is taken for the name of a hamlet."""

MOST_LISTED = 30
"""Names that are listed to choose from, about two screens of a small phone; of more, one is asked to type."""

_NAME_WORDS = 6
"""A longer text was not meant as a name."""


def ask(turn: Turn) -> Outcome:
    """Ask for the hamlet, or say why there is nothing to choose."""
    if not turn.person.commune:
        return ask_commune(turn, then=f"do:{Do.HAMLET}")
    if not turn.can_be_written_to:
        bulletins = do(Do.BULLETINS, turn.say.labels.bulletins)
        return outcome(turn.say.subscribe_web.format(commune=turn.commune), (bulletins,))
    names = names_of(turn)
    if not names:
        return outcome(turn.say.hamlet_unlisted.format(commune=turn.commune))
    return _asking(turn, turn.say.hamlet_ask if _listed(names) else turn.say.hamlet_ask_many, _listed(names))


def names_of(turn: Turn) -> tuple[str, ...]:
    """Return the hamlets of the person's commune, as its file lists them."""
    commune = turn.library.shelves.communes.get(turn.person.commune)
    return commune.hamlets if commune else ()


def pressed(turn: Turn, mark: str) -> Outcome | None:
    """Return what follows from the button with *mark*; None if the person's commune has no such hamlet any more."""
    commune = turn.person.commune
    return next((_choose(turn, name) for name in names_of(turn) if hamlet_mark(commune, name) == mark), None)


def typed(turn: Turn, text: str, match: Match) -> Outcome | None:
    """Return what follows from *text* where a hamlet was asked for; None if it says something else."""
    if turn.person.dialogue.awaiting != AWAITING:
        return None
    found = find_hamlets(names_of(turn), text)
    if len(found) == 1:
        return _choose(turn, found[0])
    if found:
        return _asking(turn, turn.say.hamlet_several.format(text=echo(text)), found[:MOST_LISTED])
    names = _listed(names_of(turn))
    is_meant = begins_like_one(text) and len(text.split()) <= _NAME_WORDS and match.decision is not Decision.ANSWER
    return _asking(turn, turn.say.hamlet_unknown.format(text=echo(text)), names) if is_meant else None


def drop(turn: Turn) -> Outcome:
    """Belong to no hamlet from now on."""
    return outcome(turn.say.hamlet_none, effects=(ChooseHamlet(""),))


def later(turn: Turn) -> Outcome:
    """Accept that nobody has to choose."""
    return outcome(turn.say.hamlet_later)


def _choose(turn: Turn, name: str) -> Outcome:
    labels = turn.say.labels
    text, following = (
        (turn.say.hamlet_chosen, do(Do.BULLETINS, labels.bulletins))
        if turn.person.is_subscribed
        else (turn.say.hamlet_chosen_only, do(Do.SUBSCRIBE, labels.subscribe))
    )
    return outcome(text.format(hamlet=escape(name)), (following,), effects=(ChooseHamlet(name),))


def _listed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return *names* where they are few enough to be listed, else none of them."""
    return names if len(names) <= MOST_LISTED else ()


def _asking(turn: Turn, text: str, names: tuple[str, ...]) -> Outcome:
    buttons = (*(hamlet_button(turn.person.commune, name) for name in names), _way_out(turn))
    return outcome(text, buttons, dialogue=Dialogue(awaiting=AWAITING))


def _way_out(turn: Turn) -> Button:
    labels = turn.say.labels
    return do(Do.NO_HAMLET, labels.no_hamlet) if turn.person.hamlet else do(Do.HAMLET_LATER, labels.not_now)
