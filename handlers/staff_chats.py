"""A member of staff links their own chat, by typing the code they were given, and gets into the console from there.

A code (`loaxa staff chat`) has six digits and opens what staff get by chat, so guessing has a limit: few wrong ones an
hour for one person, and not many for all of them together. They are counted in this process; with several, each counts
its own.
"""

import re
from collections import deque
from datetime import datetime, timedelta

from bot.markup import escape
from bot.ports.conversations import BindStaff, KeepLoginLink, Outcome
from bot.ports.records import Records
from bot.ports.world import Meter
from bot.web.login_links import LIFE, new_link
from handlers.turn import Turn, outcome

WRONG_BY_ONE = 5
"""Wrong codes an hour after which a person's next one is not looked at: nobody mistypes more often."""

WRONG_BY_ALL = 100
"""The same for everybody: of a million codes these find one that is waiting with a chance of one in ten thousand."""

_HOUR = timedelta(hours=1)  # as long as a code holds

_CODE = re.compile(r"\s*(cb-\d{6})\s*", re.IGNORECASE | re.ASCII)


def chat_code(text: str) -> str:
    """Return the code that *text* is, whole and alone (``cb-483920``), or an empty string."""
    match = _CODE.fullmatch(text)
    return match[1].lower() if match else ""


class StaffChats:
    """Links chats with members of staff, and hands them the way into the console there."""

    def __init__(self, records: Records, meter: Meter | None = None, console_url: str = "") -> None:
        """Look codes up in *records*; count the wrong ones on *meter*.

        The console is reached at *console_url*; empty where it cannot be.
        """
        self._records = records
        self._meter = meter
        self._console_url = console_url
        self._wrong: deque[tuple[datetime, int]] = deque()

    async def link(self, turn: Turn, code: str) -> Outcome:
        """Link the chat with whoever was given *code*, where they can be written to."""
        dialogue = turn.person.dialogue
        if not turn.can_be_written_to:
            return outcome(turn.say.staff_code_elsewhere, dialogue=dialogue)
        if self._is_guessing(turn.person.id, turn.now):
            return outcome(turn.say.staff_code_wait, dialogue=dialogue)
        name = await self._records.staff_for_code(code, turn.now)
        if not name:
            self._note_wrong(turn.person.id, turn.now)
            return outcome(turn.say.staff_code_wrong, dialogue=dialogue)
        return outcome(turn.say.staff_code_linked.format(name=escape(name)), effects=(BindStaff(code),))

    async def way_in(self, turn: Turn) -> Outcome | None:
        """Return a one-time link into the console for whose chat this is; None if it is nobody's of the staff.

        The link works once what it is stored by is committed, together with the reply that holds it.
        """
        name = await self._records.staff_of_chat(turn.person)
        if not name:
            return None
        if not self._console_url:
            return outcome(turn.say.staff_no_link.format(name=escape(name)))
        link = new_link(self._console_url)
        said = turn.say.staff_link.format(name=escape(name), url=escape(link.url))
        return outcome(said, effects=(KeepLoginLink(link.key, turn.now + LIFE),))

    def _is_guessing(self, person_id: int, now: datetime) -> bool:
        while self._wrong and self._wrong[0][0] <= now - _HOUR:
            self._wrong.popleft()
        theirs = sum(guesser == person_id for _, guesser in self._wrong)
        return theirs >= WRONG_BY_ONE or len(self._wrong) >= WRONG_BY_ALL

    def _note_wrong(self, person_id: int, now: datetime) -> None:
        self._wrong.append((now, person_id))
        if self._meter:
            self._meter.count("staff_code_wrong")
