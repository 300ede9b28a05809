"""The weekly bulletin: agree to it, stop it at once, read the latest ones."""

from dataclasses import replace

from bot.bulletins.addresses import archive_address
from bot.markup import escape
from bot.messages import Button, Reply
from bot.ports.bulletins import Archive, PublishedBulletin
from bot.ports.conversations import Outcome, Subscribe, Unsubscribe
from handlers import hamlets
from handlers.communes import ask_commune
from handlers.payloads import Do, do
from handlers.turn import Turn, outcome

SHOWN = 3


def offer(turn: Turn) -> Outcome:
    """Ask for consent, in one sentence: what is kept, and how to leave."""
    if not turn.person.commune:
        return ask_commune(turn, then=f"do:{Do.SUBSCRIBE}")
    labels = turn.say.labels
    if not _is_served(turn):
        return outcome(_none_yet(turn), (do(Do.COMMUNE, labels.change_commune),))
    if not turn.can_be_written_to:
        return outcome(turn.say.subscribe_web.format(commune=turn.commune), (do(Do.BULLETINS, labels.bulletins),))
    if turn.person.is_subscribed:
        stop = do(Do.UNSUBSCRIBE, labels.unsubscribe)
        return outcome(turn.say.subscribe_already.format(commune=turn.commune), (stop,))
    choice = (do(Do.AGREE, labels.agree), do(Do.NOT_NOW, labels.not_now))
    return outcome(turn.say.subscribe_consent.format(commune=turn.commune), choice)


def agree(turn: Turn) -> Outcome:
    """Subscribe the person; the sentence they agreed to is the record."""
    if not (_is_served(turn) and turn.can_be_written_to):
        return offer(turn)
    consent = Subscribe(turn.person.commune, turn.say.subscribe_consent.format(commune=turn.commune))
    done = turn.say.subscribe_done.format(commune=turn.commune)
    if hamlets.names_of(turn) and not turn.person.hamlet:
        asked = hamlets.ask(turn)
        return replace(asked, replies=(Reply(done), *asked.replies), effects=(consent,))
    return outcome(done, (do(Do.BULLETINS, turn.say.labels.bulletins),), effects=(consent,))


def later(turn: Turn) -> Outcome:
    """Accept a no."""
    return outcome(turn.say.subscribe_later)


def stop(turn: Turn) -> Outcome:
    """Unsubscribe at once, without a question."""
    if not turn.person.is_subscribed:
        return outcome(turn.say.unsubscribe_none)
    again = do(Do.SUBSCRIBE, turn.say.labels.subscribe)
    return outcome(turn.say.unsubscribe_done, (again,), effects=(Unsubscribe(),))


async def latest(turn: Turn, archive: Archive, public_url: str = "") -> Outcome:
    """Return the newest bulletins of the person's commune, and the way to all of them where pages are public."""
    if not turn.person.commune:
        return ask_commune(turn, then=f"do:{Do.BULLETINS}")
    found = await archive.latest(turn.person.commune, SHOWN)
    if not found:
        return outcome(_none_yet(turn), _offered(turn))
    texts = [_read_again(turn, bulletin) for bulletin in found]
    head = turn.say.bulletins_head.format(commune=turn.commune)
    return outcome("\n\n".join([head, *texts]), (*_offered(turn), *_all_of_them(turn, public_url)))


def _read_again(turn: Turn, bulletin: PublishedBulletin) -> str:
    """Return *bulletin* as it reads now; of one that was corrected only that, because its text misleads."""
    words, say = turn.library.shelves.bulletin, turn.say
    marks = words.marks(is_urgent=bulletin.is_urgent, is_correction=bulletin.is_correction)
    title = f"**{escape(' '.join([*marks, bulletin.title]))}**"
    whom = say.bulletin_for.format(hamlets=", ".join(bulletin.hamlets)) if bulletin.hamlets else ""
    about = escape(", ".join(filter(None, (turn.day(bulletin.published_at), whom))))
    if bulletin.corrections:
        return f"{title} ({about})\n\n{say.bulletin_corrected}"
    stopped = say.bulletin_stopped if bulletin.stopped_at else ""
    return "\n\n".join(filter(None, (f"{title} ({about})", stopped, bulletin.body)))


def _all_of_them(turn: Turn, public_url: str) -> tuple[Button, ...]:
    address = archive_address(public_url, turn.person.commune)
    return (Button(turn.say.labels.archive, url=address),) if public_url else ()


def _is_served(turn: Turn) -> bool:
    """Tell whether the commune takes part: nobody writes bulletins for one without a file, so none are promised."""
    return turn.person.commune in turn.library.shelves.communes


def _none_yet(turn: Turn) -> str:
    return turn.say.bulletins_none.format(commune=turn.commune[0].upper() + turn.commune[1:])


def _offered(turn: Turn) -> tuple[Button, ...]:
    wants_more = _is_served(turn) and not turn.person.is_subscribed
    return (do(Do.SUBSCRIBE, turn.say.labels.subscribe),) if wants_more else ()
