"""The shape of every content file, as pydantic models.

A file that does not fit is reported with its line by `bot.knowledge.loader`; nothing here reads files. Limits come from
the channels (a summary is read in one breath on a phone) and from `docs/vi/huong-dan-noi-dung.md`, which explains each
field to editors.
"""

import re
from datetime import date, time
from enum import StrEnum
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from bot.knowledge.problems import SLUG

SUMMARY_LENGTH = 300
TITLE_LENGTH = 80
SLUG_LENGTH = 48


Day = date  # a model with a field called `date` needs another word for the type


class Strict(BaseModel):
    """A part of a content file: unknown keys are mistakes, and nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _https(url: str) -> str:
    if not url.startswith("https://"):
        raise ValueError("https_only")
    return url


Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=SLUG_LENGTH)]
CommuneCode = Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
ProvinceCode = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
Url = Annotated[str, AfterValidator(_https)]
Text = Annotated[str, StringConstraints(min_length=1)]


def fills(*names: str) -> AfterValidator:
    """Return a validator that allows only the placeholders *names*, bare: ``{commune}``."""

    def check(text: str) -> str:
        try:
            parts = [part for part in Formatter().parse(text) if part[1] is not None]
        except ValueError as error:
            raise ValueError("braces") from error
        unknown = {f"{{{name}}}" for _, name, form, conversion in parts if name not in names or form or conversion}
        if unknown:
            raise ValueError("placeholder:" + ", ".join(sorted(unknown)))
        return text

    return AfterValidator(check)


class Domain(StrEnum):
    """The fields of life that answers are filed under; also the folder names of ``content/faq``."""

    PORTAL = "portal"
    IDENTITY = "identity"
    ONE_STOP = "one-stop"
    POLICY = "policy"
    HOTLINE = "hotline"
    CIVIL_STATUS = "civil-status"
    CERTIFICATION = "certification"
    RESIDENCE = "residence"
    LAND = "land"
    CONSTRUCTION = "construction"
    BUSINESS = "business"
    TAX = "tax"
    INSURANCE = "insurance"
    WELFARE = "welfare"
    TRANSPORT = "transport"
    YOUTH_WORK = "youth-work"
    PRIVACY_BOT = "privacy-bot"


class Neighbour(Strict):
    """A question that is near an answer but belongs elsewhere; without ``see``, nowhere."""

    ask: Text
    see: Slug | None = None


class Link(Strict):
    """An official page to go on from."""

    label: Text
    url: Url


class LegalBasis(Strict):
    """A legal document: its full name with its number, the day it was signed, what it settles here."""

    number: Text
    date: Day | None = None
    what: Text


class Source(Strict):
    """Where a fact was read, and when."""

    label: Text
    url: Url | None = None
    checked: date


class Timed(Strict):
    """A line of a section that holds from or until a day, both included; ``after`` replaces it from the next day."""

    section: Text
    since: date | None = Field(None, alias="from")
    until: date
    text: Text
    after: Text | None = None


class Review(Strict):
    """Whether an official has read and signed the answer, and when it must be read again."""

    status: Literal["draft", "reviewed"]
    by: str = ""
    reviewed_on: date | None = None
    next: date


class Answer(Strict):
    """One answer file: the front matter, and the Markdown under it as ``body``.

    ``menu_step`` is the step of ``menu.yaml`` under which the answer is found where that file does not list it.
    """

    id: Slug
    title: Annotated[str, StringConstraints(min_length=3, max_length=TITLE_LENGTH)]
    domain: Domain
    menu_step: Slug | None = None
    audience: Text
    questions: Annotated[tuple[Text, ...], Field(min_length=1)]
    not_for: tuple[Neighbour, ...] = ()
    summary: Annotated[str, StringConstraints(min_length=10, max_length=SUMMARY_LENGTH)]
    related: tuple[Slug, ...]
    links: tuple[Link, ...] = ()
    legal_basis: tuple[LegalBasis, ...] = ()
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    plan: tuple[Text, ...]
    valid_from: date | None = None
    valid_until: date | None = None
    when_expired: Text | None = None
    timed: tuple[Timed, ...] = ()
    review: Review
    confidence: Literal["A", "B"]
    body: Annotated[str, StringConstraints(min_length=1)]


_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d"


def _opening_hours(text: str) -> str:
    closed_at = ""
    for part in text.split(","):
        match = re.fullmatch(rf"\s*({_TIME})-({_TIME})\s*", part)
        if not match or not closed_at <= match[1] < match[2]:
            raise ValueError("hours")
        closed_at = match[2]
    return text


Hours = Annotated[str, AfterValidator(_opening_hours)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Contact(Strict):
    """An office people can go to or call; what is missing is filled from `National.defaults`."""

    name: Text | None = None
    address: Text | None = None
    phone: Text | None = None
    hours: Text | None = None


class MapPoint(Strict):
    """WGS 84, degrees."""

    latitude: Annotated[float, Field(ge=8, le=24)]
    longitude: Annotated[float, Field(ge=102, le=118)]


class Slot(Strict):
    """When the weekly bulletin goes out, local time, and what happens in a week without one."""

    weekday: Weekday = "fri"
    at: time = time(19, 0)
    empty_week: Literal["remind", "draft", "send"] = "remind"


HamletName = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Commune(Strict):
    """What is known of one commune. ``sample`` names the fields whose values only show the form and are not true."""

    name: Text
    province: ProvinceCode
    one_stop: Contact = Contact()
    office: Contact = Contact()
    police: Contact = Contact()
    health: Contact = Contact()
    website: Url | None = None
    open: dict[Weekday, Hours] = Field(default_factory=dict)
    holidays: tuple[date, ...] = ()
    make_up_days: tuple[date, ...] = ()
    reception: Text | None = None
    point: MapPoint
    slot: Slot = Slot()
    approval: Literal["one", "two"] = "one"
    hamlets: tuple[HamletName, ...] = ()
    sample: tuple[Text, ...] = ()
    sources: tuple[Source, ...] = ()


class Phone(Strict):
    """A number to call: what it is for, when it answers, what it costs, where we have it from."""

    id: Slug
    name: Text
    phone: Text
    what: Text
    hours: Text | None = None
    cost: Text | None = None
    source: Source
    confidence: Literal["A", "B"]


class Province(Strict):
    """What holds for a whole province."""

    name: Text
    hotline: Text | None = None
    hotlines: tuple[Phone, ...] = ()
    portal_note: Text | None = None
    sample: tuple[Text, ...] = ()
    sources: tuple[Source, ...] = ()


class Hotlines(Strict):
    """``hotlines.yaml``: the numbers that hold in the whole country, most needed first."""

    emergency: Annotated[tuple[Phone, ...], Field(min_length=1)]
    help: Annotated[tuple[Phone, ...], Field(min_length=1)]


class National(Strict):
    """``national.yaml``: what stands in where a commune or province says nothing.

    ``hosts`` are the web addresses that answers may link to, each with the reason why it is trusted.
    ``abbreviations_allowed`` need no explanation (each with what it means), and ``officialese`` are phrases that nobody
    outside an office says, each with the plainer way: see `bot.knowledge.readability`.
    """

    defaults: dict[Text, Annotated[Text, fills("commune")]]
    open: Annotated[dict[Weekday, Hours], Field(min_length=1)]
    holidays: dict[date, Text]
    make_up_days: tuple[date, ...] = ()
    hosts: dict[Text, Text]
    abbreviations_allowed: dict[Text, Text] = Field(default_factory=dict)
    officialese: dict[Text, Text] = Field(default_factory=dict)
    sources: tuple[Source, ...] = ()


class Emergency(Strict):
    """One kind of emergency: the words that mean it is happening, and what to answer at once."""

    id: Slug
    numbers: Annotated[tuple[Text, ...], Field(min_length=1)]
    reply: Text
    words: Annotated[tuple[Text, ...], Field(min_length=1)]


class Emergencies(Strict):
    """``emergencies.yaml``: ``unless`` are words beside which nothing is happening now (a burnt document, a story)."""

    kinds: Annotated[tuple[Emergency, ...], Field(min_length=1)]
    unless: tuple[Text, ...]


class MenuNode(Strict):
    """A step of browsing: a title over more steps, or over answers."""

    id: Slug
    title: Annotated[str, StringConstraints(min_length=2, max_length=40)]
    topics: tuple[Slug, ...] = ()
    children: tuple["MenuNode", ...] = ()


class Menu(Strict):
    """``menu.yaml``."""

    menu: Annotated[tuple[MenuNode, ...], Field(min_length=1)]


class Week(Strict):
    """One week's bulletin theme: ISO week number, what it is about, and a draft that could go out as it is."""

    week: Annotated[int, Field(ge=1, le=52)]
    theme: Text
    topics: Annotated[tuple[Slug, ...], Field(min_length=1)]
    plan: tuple[Text, ...]
    title: Annotated[str, StringConstraints(min_length=5, max_length=100)]
    draft: Text


class Calendar(Strict):
    """``calendar.yaml``: a theme for every week, so that no commune ever has an empty one."""

    weeks: Annotated[tuple[Week, ...], Field(min_length=52, max_length=52)]


class OutOfScope(Strict):
    """``out-of-scope.yaml``: questions that no answer answers, so that the matcher knows what those look like."""

    questions: Annotated[tuple[Text, ...], Field(min_length=1)]


class Synonyms(Strict):
    """``synonyms.yaml``: words of life and region, and the words of the offices they stand for."""

    synonyms: dict[Text, Text]


Reading = Annotated[str, StringConstraints(pattern=r"^[^\d/]+$")]
"""What is said for something: words only, because nobody reads it over before the announcer does."""


class RadioWords(Strict):
    """What a radio script says besides the bulletin, and how it says what is no word; keys are as they are written.

    ``documents`` and ``issuers`` are the letters of legal numbers ("NĐ", "BTC"), ``addresses`` the parts of web
    addresses that are said as words.
    """

    opening: Annotated[Text, fills("commune", "date", "title")]
    closing: Annotated[Text, fills("commune", "date", "title")]
    heading: Annotated[Text, fills("heading")]
    link: Annotated[Text, fills("label", "address")]
    dialect: Literal["north", "south"]
    readings: dict[Text, Reading]
    documents: dict[Text, Reading]
    issuers: dict[Text, Reading]
    addresses: dict[Text, Reading]


class SheetWords(Strict):
    """The labels of a printed bulletin."""

    kind: Annotated[Text, fills()]
    date: Annotated[Text, fills("date")]
    ask: Annotated[Text, fills("commune", "phone")]
    place: Annotated[Text, fills("name", "address")]
