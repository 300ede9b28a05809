"""Who signs what is done at the desk: a member of staff by name, whose role and communes bind.

Before anybody is on the staff, whoever can run the command line may sign with any name and do everything: somebody has
to be able to begin, and they could write to the database anyway.
"""

from collections.abc import Sequence

from bot.bulletins.states import Signer
from bot.desk.ports.house import StaffMember
from bot.errors import UserError
from bot.knowledge.bulletin_words import DeskWords
from bot.text import clean


def tidy(name: str) -> str:
    """Return *name* as it is kept: composed accents, single spaces."""
    return " ".join(clean(name.encode("utf-8", "ignore").decode("utf-8")).split())


def member_named(name: str, members: Sequence[StaffMember]) -> StaffMember | None:
    """Return the one of *members* who is called *name*."""
    return next((member for member in members if member.name == tidy(name)), None)


def signer_named(name: str, members: Sequence[StaffMember], words: DeskWords) -> Signer:
    """Return whoever signs as *name*, all *members* of staff being these.

    Raises:
        UserError: no name, or not one of the staff's.
    """
    if not tidy(name):
        raise UserError(words.mistakes.no_name)
    if not members:
        return Signer(tidy(name))
    member = member_named(name, members)
    if member is None:
        raise UserError(words.refusals.unknown_staff.format(name=tidy(name)))
    return member.signer
