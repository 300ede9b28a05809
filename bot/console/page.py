"""A page of the console: where it is, what one must be to see it, and whose it is.

Every page is one of these and nothing else is served, so a page without a rule cannot exist: `needs` and `whose` have
no default. `bot.console.gate` asks both before a page is shown; what shows it never checks again.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from aiohttp import web

from bot.bulletins.states import Role, Signer
from bot.console.forms import Fault, Form
from bot.desk.ports.house import Login
from bot.knowledge.bulletin_words import DeskWords
from bot.knowledge.console_words import ConsoleWords
from bot.knowledge.library import Library
from bot.text import clean

FORM_BYTES = 64 * 1024
"""What a form without a file may weigh: the longest bulletin is a tenth of it."""


ID = "{id:[0-9]{1,15}}"
"""How a path names a row by its number: what else stands there is no page, and no database is asked about it."""

NAME = "{name:[^/]+}"
"""How a path names a member of staff, whatever they are called: by itself ``{name}`` takes no braces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody of the staff at a page: who they are, what the address says, what they typed, and the content now.

    ``only`` are the communes of theirs among those that the page is about, where it is about others too: on a page that
    `is_shared`, nothing of these others may be shown. None where everything is theirs.
    """

    me: Signer
    login: Login
    library: Library
    now: datetime
    request: web.Request = field(repr=False)
    form: Form = field(default_factory=Form)
    only: frozenset[str] | None = None

    @property
    def words(self) -> ConsoleWords:
        """Return the sentences of the console."""
        return self.library.shelves.console

    @property
    def desk(self) -> DeskWords:
        """Return the sentences about bulletins, their states and the roles of staff."""
        return self.library.shelves.bulletin.desk

    @property
    def communes(self) -> tuple[str, ...]:
        """Return the codes of the communes they work for, in order; of someone without limits, all that take part."""
        return tuple(sorted(self.library.shelves.communes if self.me.communes is None else self.me.communes))

    def field(self, name: str) -> str:
        """Return the part of the address that stands for ``{name}`` in the page's path."""
        return self.request.match_info[name]

    def asked(self, name: str) -> str:
        """Return what stands behind ``?name=`` in the address, without what nobody sees; empty if nothing does."""
        return clean(self.request.query.get(name, ""))

    def can(self, role: Role) -> bool:
        """Tell whether they may do what *role* may."""
        return covers(self.me.role, role)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose in a form: what is sent, and what people read."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to show: its template, its title (also the heading), and the *facts* that the template speaks of.

    With *faults* it is a form to mend: they are listed at the top and beside their fields. ``back`` is the address of
    the page one came from.
    """

    template: str
    title: str
    facts: Mapping[str, object] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    back: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """What follows every change: go to the address *to* and read the *notice* there. Reloading repeats nothing.

    ``login`` is the new value of the login cookie: None leaves it as it is, empty removes it.
    """

    to: str
    notice: str = ""
    login: str | None = field(default=None, repr=False)


Answer = Shown | Redirect | web.StreamResponse

Whose = Callable[[Visit], Awaitable[frozenset[str] | None]]
"""Returns the codes of the communes that what a page shows belongs to, or None where there is no such thing."""

EVERYWHERE = frozenset({"*"})
"""What belongs to no commune in particular: only those who work for all of them may see it."""


async def nobodys(visit: Visit) -> frozenset[str]:
    """Say that a page shows nothing of a commune, or only lists what `Visit.communes` allows."""
    del visit
    return frozenset()


def in_path(name: str = "commune") -> Whose:
    """Say that ``{name}`` in the page's path is the code of the commune."""

    async def whose(visit: Visit) -> frozenset[str] | None:
        return _known(visit, [visit.field(name)])

    return whose


def in_query(name: str = "xa") -> Whose:
    """Say that ``?name=`` in the address is the code of the commune; without it the page is nobody's."""

    async def whose(visit: Visit) -> frozenset[str] | None:
        return _known(visit, filter(None, [visit.asked(name)]))

    return whose


def in_form(name: str = "communes") -> Whose:
    """Say that the fields *name* of the form are the codes of the communes, or ``*`` for all of them."""

    async def whose(visit: Visit) -> frozenset[str] | None:
        return _known(visit, visit.form.texts(name))

    return whose


def together(*parts: Whose) -> Whose:
    """Say that a page belongs to all that each of *parts* says; there must be something in each."""

    async def whose(visit: Visit) -> frozenset[str] | None:
        found = [await part(visit) for part in parts]
        owners = [owner for owner in found if owner is not None]
        return frozenset().union(*owners) if len(owners) == len(parts) else None

    return whose


def _known(visit: Visit, codes: Iterable[str]) -> frozenset[str] | None:
    asked = frozenset(codes)
    return asked if asked <= visit.library.shelves.communes.keys() | EVERYWHERE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. ``path`` begins below the console, as ``/ban-tin/{id}``; ``needs`` is the least role that may see it.

    ``most_bytes`` is what its form may weigh; only pages that take a file need more than the default. ``keeps`` names
    the fields whose text is given back where the login ended while it was typed. A page that ``is_shared`` is shown to
    whoever works for any of the communes that it is about, with no more than `Visit.only` allows.

    Raises:
        ValueError: the address names something and ``whose`` does not say what it belongs to; or a page that changes
            something is shared.
    """

    method: Literal["GET", "POST"]
    path: str
    show: Callable[[Visit], Awaitable[Answer]]
    needs: Role
    whose: Whose
    most_bytes: int = FORM_BYTES
    keeps: tuple[str, ...] = ()
    is_shared: bool = False

    def __post_init__(self) -> None:
        """See that nothing that is somebody's is declared as nobody's, and that sharing is only looking."""
        if "{" in self.path and self.whose is nobodys:
            msg = f"{self.path} names something: say whose it is"
            raise ValueError(msg)
        if self.is_shared and self.method != "GET":
            msg = f"{self.path} changes something: only those whose it is altogether may"
            raise ValueError(msg)


class Section(Protocol):
    """Pages that belong together."""

    def pages(self) -> Sequence[Page]:
        """Return them."""
        ...


def covers(role: Role, needed: Role) -> bool:
    """Tell whether *role* may do what *needed* may: each may do what those before it may."""
    ranks = list(Role)
    return ranks.index(role) >= ranks.index(needed)
