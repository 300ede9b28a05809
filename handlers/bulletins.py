"""The weekly bulletin: agree to it, stop it at once, read the latest ones."""

from bot.markup import escape
from bot.messages import Button, Channel
from bot.ports import Archive, Outcome, Subscribe, Unsubscribe
from handlers.communes import ask_commune
from handlers.payloads import Do, do
from handlers.turn import Turn, outcome

SHOWN = 3
_NOT_IN_LEDGER = frozenset({Channel.WEB, Channel.TERMINAL})


def offer(turn: Turn) -> Outcome:
    """Ask for consent, in one sentence: what is kept, and how to leave."""
    if not turn.person.commune:
        return ask_commune(turn, then=f"do:{Do.SUBSCRIBE}")
    labels = turn.say.labels
    if not _is_served(turn):
        return outcome(_none_yet(turn), (do(Do.COMMUNE, labels.change_commune),))
    if turn.message.sender.channel in _NOT_IN_LEDGER:
        return outcome(turn.say.subscribe_web.format(commune=turn.commune), (do(Do.BULLETINS, labels.bulletins),))
    if turn.person.is_subscribed:
        stop = do(Do.UNSUBSCRIBE, labels.unsubscribe)
        return outcome(turn.say.subscribe_already.format(commune=turn.commune), (stop,))
    choice = (do(Do.AGREE, labels.agree), do(Do.NOT_NOW, labels.not_now))
    return outcome(turn.say.subscribe_consent.format(commune=turn.commune), choice)


def agree(turn: Turn) -> Outcome:
    """Subscribe the person; the sentence they agreed to is the record."""
    if not _is_served(turn) or turn.message.sender.channel in _NOT_IN_LEDGER:
        return offer(turn)
    consent = turn.say.subscribe_consent.format(commune=turn.commune)
    return outcome(
        turn.say.subscribe_done.format(commune=turn.commune),
        (do(Do.BULLETINS, turn.say.labels.bulletins),),
        effects=(Subscribe(turn.person.commune, consent),),
    )


def later(turn: Turn) -> Outcome:
    """Accept a no."""
    return outcome(turn.say.subscribe_later)


def stop(turn: Turn) -> Outcome:
    """Unsubscribe at once, without a question."""
    if not turn.person.is_subscribed:
        return outcome(turn.say.unsubscribe_none)
    again = do(Do.SUBSCRIBE, turn.say.labels.subscribe)
    return outcome(turn.say.unsubscribe_done, (again,), effects=(Unsubscribe(),))


async def latest(turn: Turn, archive: Archive) -> Outcome:
    """Return the newest bulletins of the person's commune."""
    if not turn.person.commune:
        return ask_commune(turn, then=f"do:{Do.BULLETINS}")
    found = await archive.latest(turn.person.commune, SHOWN)
    if not found:
        return outcome(_none_yet(turn), _offered(turn))
    texts = [
        f"**{escape(bulletin.title)}** ({turn.day(bulletin.published_at)})\n\n{bulletin.body}" for bulletin in found
    ]
    return outcome("\n\n".join([turn.say.bulletins_head.format(commune=turn.commune), *texts]), _offered(turn))


def _is_served(turn: Turn) -> bool:
    """Tell whether the commune takes part: nobody writes bulletins for one without a file, so none are promised."""
    return turn.person.commune in turn.library.shelves.communes


def _none_yet(turn: Turn) -> str:
    return turn.say.bulletins_none.format(commune=turn.commune[0].upper() + turn.commune[1:])


def _offered(turn: Turn) -> tuple[Button, ...]:
    wants_more = _is_served(turn) and not turn.person.is_subscribed
    return (do(Do.SUBSCRIBE, turn.say.labels.subscribe),) if wants_more else ()
