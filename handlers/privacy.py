"""What is kept about a person: show it, delete it."""

from bot.markup import escape
from bot.ports.conversations import Forget, Outcome
from bot.ports.records import Records
from handlers.payloads import Do, do
from handlers.turn import Turn, outcome


async def show_kept(turn: Turn, records: Records) -> Outcome:
    """Return everything kept about the person, and the button that deletes it."""
    kept, say = await records.kept_about(turn.person), turn.say
    since = kept.subscribed_on
    lines = [
        say.data_commune.format(commune=turn.commune) if turn.person.commune else say.data_no_commune,
        *([say.data_hamlet.format(hamlet=escape(turn.person.hamlet))] if turn.person.hamlet else []),
        say.data_subscribed.format(date=turn.day(since)) if since else say.data_not_subscribed,
        say.data_counts.format(questions=kept.questions, votes=kept.votes, since=turn.day(kept.first_seen)),
        *([say.data_tickets.format(tickets=kept.tickets)] if kept.tickets else []),
    ]
    return outcome("\n\n".join([say.data_head, "\n".join(lines)]), (do(Do.FORGET, say.labels.forget),))


def ask_to_forget(turn: Turn) -> Outcome:
    """Ask once, because it cannot be undone."""
    labels = turn.say.labels
    return outcome(turn.say.forget_sure, (do(Do.FORGET_YES, labels.forget_yes), do(Do.KEEP, labels.keep)))


def forget(turn: Turn) -> Outcome:
    """Delete everything about the person."""
    return outcome(turn.say.forget_done, effects=(Forget(),))


def keep(turn: Turn) -> Outcome:
    """Delete nothing."""
    return outcome(turn.say.forget_kept)
