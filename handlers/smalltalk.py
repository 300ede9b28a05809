"""Words that are no questions: greetings, thanks, anger, a sticker, a lone number."""

from bot.ports.conversations import Dialogue, Outcome
from handlers.communes import AWAITING
from handlers.payloads import Do, do
from handlers.turn import Turn, outcome


def greet(turn: Turn) -> Outcome:
    """Say who this is and ask for the commune, if it is not known."""
    labels = turn.say.labels
    if turn.person.commune:
        text = turn.say.greeting_commune.format(commune=turn.commune)
        return outcome(text, (do(Do.MENU, labels.menu), do(Do.HOTLINES, labels.hotlines)))
    return outcome(
        turn.say.greeting,
        (do(Do.MENU, labels.menu), do(Do.HOTLINES, labels.hotlines)),
        asks_location=True,
        dialogue=Dialogue(awaiting=AWAITING),
    )


def help_(turn: Turn) -> Outcome:
    """Say what this channel does and how to use it."""
    labels = turn.say.labels
    return outcome(
        turn.say.help,
        (
            do(Do.MENU, labels.menu),
            do(Do.COMMUNE, labels.choose_commune),
            do(Do.SUBSCRIBE, labels.subscribe),
            do(Do.FEEDBACK, labels.feedback),
            do(Do.HOTLINES, labels.hotlines),
            do(Do.PERSON, labels.person),
        ),
    )


def thanks(turn: Turn) -> Outcome:
    """Take thanks."""
    return outcome(turn.say.thanks, dialogue=turn.person.dialogue)


def goodbye(turn: Turn) -> Outcome:
    """Say goodbye."""
    return outcome(turn.say.goodbye)


def affirm(turn: Turn) -> Outcome:
    """Take a yes that answers nothing of ours."""
    return outcome(turn.say.affirm)


def deny(turn: Turn) -> Outcome:
    """Take a no that answers nothing of ours."""
    return outcome(turn.say.deny)


def calm(turn: Turn) -> Outcome:
    """Stay kind to someone angry, and offer a person."""
    return outcome(turn.say.abuse, (do(Do.PERSON, turn.say.labels.person),))


def not_text(turn: Turn) -> Outcome:
    """Say kindly that this kind of message cannot be read."""
    media = turn.say.media
    return outcome(media.get(turn.message.media, media["other"]), dialogue=turn.person.dialogue)
