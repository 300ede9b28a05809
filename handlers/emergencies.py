"""Somebody is in danger now: say whom to call, and nothing else."""

from bot.knowledge.emergencies import TOPIC
from bot.knowledge.schema import Emergency
from bot.messages import Decision
from bot.ports.conversations import KeepQuestion, LetBulletinsWait, Outcome
from handlers.turn import Turn, outcome


def alarm(turn: Turn, danger: Emergency) -> Outcome:
    """Return the number to call, and nothing that could bury it; the conversation goes on afterwards."""
    text = turn.say.emergency.format(reply=danger.reply, numbers=", ".join(danger.numbers))
    record = KeepQuestion(turn.message.text, Decision.ANSWER, (TOPIC,), 1.0)
    return outcome(text, effects=(record, LetBulletinsWait()), dialogue=turn.person.dialogue)
