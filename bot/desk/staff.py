"""Who works with the channel: take people on, let them go, and let them link their own chat."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta

from bot.bulletins.states import Role
from bot.desk.drafting import check_commune
from bot.desk.ports.house import StaffBook, StaffMember
from bot.desk.signing import member_named, tidy
from bot.errors import UserError
from bot.knowledge.bulletin_words import Mistakes
from bot.knowledge.library import Library
from bot.knowledge.schema import Commune
from bot.ports.world import Clock

MOST_NAME = 80
"""Characters; as wide as the columns that keep who did what."""

CODE_LIVES = timedelta(hours=1)
"""How long a code may be typed into a chat; six digits are enough for that long."""

_CODE_DIGITS = 6
_FEWEST_FOR_TWO = 2


class StaffDesk:
    """What admins do with staff; *by* is who does it, for the log of changes.

    Every method raises `UserError` with a Vietnamese sentence where it refuses, and then nothing has changed.
    """

    def __init__(self, library: Callable[[], Library], book: StaffBook, clock: Clock) -> None:
        """Keep them in *book*."""
        self._library = library
        self._book = book
        self._clock = clock

    async def members(self) -> Sequence[StaffMember]:
        """Return everyone who works here now, by name."""
        return await self._book.members()

    async def put(self, name: str, role: Role, communes: Collection[str] | None, *, by: str) -> StaffMember:
        """Take *name* on for *communes* (None: all), or back, or over into another role or other communes."""
        member = self._checked(name, role, communes)
        await self._book.put(member, by=by)
        return member

    async def add(self, name: str, role: Role, communes: Collection[str] | None, *, by: str) -> StaffMember:
        """Take *name* on, or back; nobody who works here is touched, however late they came."""
        member = self._checked(name, role, communes)
        if not await self._book.add(member, by=by):
            raise UserError(self._library().shelves.console.staff.name_taken.format(name=member.name))
        return member

    def _checked(self, name: str, role: Role, communes: Collection[str] | None) -> StaffMember:
        kept, library = tidy(name), self._library()
        if not 0 < len(kept) <= MOST_NAME:
            raise UserError(self._mistakes.staff_name.format(most=MOST_NAME))
        if communes is not None and not communes:
            raise UserError(self._mistakes.no_commune)
        for code in communes or ():
            check_commune(code, library)
        return StaffMember(kept, role, None if communes is None else frozenset(communes))

    async def remove(self, name: str, *, by: str) -> None:
        """Let *name* go; what they did keeps their name."""
        if not await self._book.remove(tidy(name), by=by):
            raise UserError(self._mistakes.no_such_staff.format(name=tidy(name)))

    async def chat_code(self, name: str, *, by: str) -> str:
        """Return a code that links the chat in which it is typed within the hour with *name*."""
        member = member_named(name, await self._book.members())
        code = f"cb-{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}}"
        until = self._clock.now() + CODE_LIVES
        if member is None or not await self._book.give_code(member.name, code, until, by=by):
            raise UserError(self._mistakes.no_such_staff.format(name=tidy(name)))
        return code

    @property
    def _mistakes(self) -> Mistakes:
        return self._library().shelves.bulletin.desk.mistakes


def short_of_two(communes: Mapping[str, Commune], members: Sequence[StaffMember]) -> list[str]:
    """Return the codes of those *communes* that ask for two people and where fewer than two of *members* could agree.

    One may approve and somebody else may write: two people who serve it, of whom one or both may approve.
    """
    asking = [code for code, commune in sorted(communes.items()) if commune.approval == "two"]
    return [code for code in asking if not _two_can_agree(code, members)]


def _two_can_agree(code: str, members: Sequence[StaffMember]) -> bool:
    serving = [member.role for member in members if member.signer.serves([code])]
    return len(serving) >= _FEWEST_FOR_TWO and any(role is not Role.EDITOR for role in serving)
