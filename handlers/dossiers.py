"""A dossier code was typed: we cannot look into dossiers, but say where the person can."""

from bot.messages import Decision
from bot.ports.conversations import KeepQuestion, Outcome
from bot.text import DOSSIER_CODE
from handlers import answers
from handlers.payloads import Do, do
from handlers.turn import Turn, outcome

TOPIC = "dvc-tra-cuu-ho-so"


def look_up(turn: Turn, text: str) -> Outcome | None:
    """Return where the dossier whose code stands in *text* can be looked up; None if no code does."""
    code = DOSSIER_CODE.search(text)
    if code is None:
        return None
    more = (answers.suggestion(turn, TOPIC),) if TOPIC in turn.library.answers else ()
    record = KeepQuestion(turn.message.text, Decision.ANSWER, turn.ranked(TOPIC), 1.0)
    buttons = (*more, do(Do.PERSON, turn.say.labels.person))
    return outcome(turn.say.dossier.format(code=code[0].upper()), buttons, effects=(record,))
