"""The form of a bulletin: what was typed, as a draft, and a stored draft, as what stands in the boxes.

What is wrong with the text itself the desk says; here is only what a form can get wrong: nothing ticked, half a date.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.console.forms import Fault, Form
from bot.desk.answer_forms import read_day, show_day
from bot.desk.slots import NOW, SLOT
from bot.errors import UserError
from bot.knowledge.bulletin_page_words import WriteWords
from bot.ports.bulletins import Audience, Draft

EXACT = "exact"
"""The choice of a day and an hour, beside `bot.desk.slots.SLOT` and `NOW`."""

BOXES = frozenset({"title", "body", "communes", "hamlets", "image", "at", "day", "hour", "urgent", "broadcast"})
"""The fields that a fault can stand beside."""

_HOUR = re.compile(r"([01]?\d|2[0-3])[:hg.]([0-5]\d)", re.ASCII)
_BAR = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form. ``hamlets`` are codes and names with a bar between; ``day`` and ``hour`` as typed."""

    title: str = ""
    body: str = ""
    communes: tuple[str, ...] = ()
    hamlets: tuple[str, ...] = ()
    at: str = SLOT
    day: str = ""
    hour: str = ""
    is_urgent: bool = False
    is_broadcast: bool = False
    drops_picture: bool = False
    revision: int | None = None

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Return whom it is for: of a commune of which hamlets are ticked, only these."""
        named = [Audience(*value.split(_BAR, 1)) for value in self.hamlets if _BAR in value]
        only = [audience for audience in named if audience.commune in self.communes]
        narrowed = {audience.commune for audience in only}
        return (*only, *(Audience(code) for code in self.communes if code not in narrowed))

    def onto(self, draft: Draft) -> Draft:
        """Return *draft* with what was typed in its place; when it shall go is `moment`."""
        return replace(
            draft,
            title=self.title,
            body=self.body,
            audiences=self.audiences,
            is_urgent=self.is_urgent,
            is_broadcast=self.is_broadcast,
            picture="" if self.drops_picture else draft.picture,
        )

    def moment(self, words: WriteWords) -> str:
        """Return when it shall go, as `bot.desk.bulletins.Desk.timed` takes it.

        Raises:
            UserError: a day or an hour is needed and is none.
        """
        if self.at != EXACT:
            return self.at
        day, hour = read_day(self.day), read_hour(self.hour)
        if day is None:
            raise UserError(words.day_needed, about="day")
        if hour is None:
            raise UserError(words.hour_needed, about="hour")
        return datetime.combine(day, hour).isoformat()  # without an offset: the desk takes it for local


def typed(form: Form) -> Typed:
    """Return what stands in *form*."""
    return Typed(
        title=form.text("title"),
        body=form.text("body"),
        communes=tuple(dict.fromkeys(filter(None, form.texts("communes")))),
        hamlets=tuple(dict.fromkeys(filter(None, form.texts("hamlets")))),
        at=form.text("at") or NOW,
        day=form.text("day"),
        hour=form.text("hour"),
        is_urgent="urgent" in form,
        is_broadcast="broadcast" in form,
        drops_picture="drop" in form,
        revision=form.number("revision") if "revision" in form else None,
    )


def opened(draft: Draft, zone: ZoneInfo, revision: int | None = None) -> Typed:
    """Return what stands in the form when *draft* is opened; its times are those of *zone*."""
    due_at = draft.due_at.astimezone(zone) if draft.due_at else None
    return Typed(
        title=draft.title,
        body=draft.body,
        communes=tuple(sorted(draft.communes)),
        hamlets=tuple(hamlet_value(one.commune, one.hamlet) for one in draft.audiences if one.hamlet),
        at=SLOT if draft.slot_date else EXACT if due_at else NOW,
        day=show_day(due_at.date()) if due_at and not draft.slot_date else "",
        hour=f"{due_at:%H:%M}" if due_at and not draft.slot_date else "",
        is_urgent=draft.is_urgent,
        is_broadcast=draft.is_broadcast,
        revision=revision,
    )


def hamlet_value(commune: str, hamlet: str) -> str:
    """Return what the box of a hamlet sends."""
    return f"{commune}{_BAR}{hamlet}"


def read_hour(text: str) -> time | None:
    """Return the hour that *text* is (19:00, 19h00, 7.30); None if it is none."""
    found = _HOUR.fullmatch(text.strip().lower())
    return time(int(found[1]), int(found[2])) if found else None


def faults(errors: Sequence[UserError]) -> tuple[Fault, ...]:
    """Return *errors* beside the fields they speak of; what speaks of none stands at the top alone."""
    return tuple(Fault(error.about if error.about in BOXES else "", str(error)) for error in errors)


def with_text(typed: Typed, title: str, body: str) -> Typed:
    """Return *typed* with *title* and *body*, losing nothing: a title that stands stays, a body comes before."""
    return replace(typed, title=typed.title or title, body="\n\n".join(filter(None, [typed.body, body.strip()])))
