"""Talk to a person: whom to call now, or when they are in again; the wish is kept for the commune's staff."""

from datetime import datetime

from bot.knowledge.hours import OfficeHours
from bot.ports.conversations import LetBulletinsWait, OpenTicket, Outcome
from bot.tickets.states import TicketKind
from handlers import feedback, handover
from handlers.communes import ask_commune
from handlers.payloads import Do, do
from handlers.turn import Turn, outcome


def meet(turn: Turn) -> Outcome:
    """Return how to reach a person at the commune."""
    if not turn.person.commune:
        asked = ask_commune(turn, then=f"do:{Do.PERSON}")
        return outcome(
            turn.say.person_no_commune, asks_location=True, effects=(LetBulletinsWait(),), dialogue=asked.dialogue
        )
    if (talk := turn.person.talk) and handover.is_at_home(turn, talk):
        return outcome(handover.begun(turn, talk))
    numbers = do(Do.HOTLINES, turn.say.labels.hotlines)
    if turn.person.commune not in turn.library.shelves.communes:
        words = (turn.say.person_open_bare, turn.say.person_closed_bare)
        return outcome(_whom_to_call(turn, *words), (numbers,), effects=(LetBulletinsWait(),))
    due = feedback.deadline(turn, turn.person.commune, turn.say.talk.days)
    wish = OpenTicket(TicketKind.HANDOVER, turn.person.commune, turn.message.text, due)
    said = _whom_to_call(turn, turn.say.person_open, turn.say.person_closed)
    return outcome(said, (numbers,), effects=(wish, LetBulletinsWait()))


def _whom_to_call(turn: Turn, if_open: str, if_closed: str) -> str:
    place = turn.library.locality(turn.person.commune)
    opening = OfficeHours.of(place.commune, turn.library.shelves.national).opening(turn.now)
    phone = turn.fields["commune.one_stop.phone"]
    if opening.since <= turn.now:
        return if_open.format(commune=turn.commune, phone=phone, until=_clock(opening.until))
    return if_closed.format(commune=turn.commune, phone=phone, opens=_opens(turn, opening.since))


def _opens(turn: Turn, since: datetime) -> str:
    if since.date() == turn.now.date():
        return turn.say.opens_today.format(time=_clock(since))
    weekday = turn.say.weekdays[since.weekday()]
    return turn.say.opens_at.format(time=_clock(since), weekday=weekday, date=f"{since:%d/%m}")


def _clock(moment: datetime) -> str:
    return f"{moment.hour} giờ {moment.minute:02d}" if moment.minute else f"{moment.hour} giờ"
