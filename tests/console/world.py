"""What the console lives among in its tests: the real storage, and browsers without a screen."""

import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from html import unescape
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert

from bot.bulletins.states import Role, Signer
from bot.bulletins.timing import Quiet
from bot.console.addresses import PREFIX, at
from bot.console.sections import Parts
from bot.console.site import ConsoleConfig, ConsoleSite
from bot.desk import house as bulletins
from bot.desk.answers import AnswersDesk, House
from bot.desk.bulletins import Desk
from bot.desk.logins import LoginLinks
from bot.desk.ports.house import Errands, Noted, Search
from bot.desk.posters import Entrances
from bot.desk.questions import QuestionsDesk
from bot.desk.staff import StaffDesk
from bot.desk.tickets import TicketDesk, TicketStores
from bot.knowledge.library import Library
from bot.knowledge.loader import load_checked
from bot.knowledge.shelf import Shelf
from bot.messages import Channel
from bot.office import SCREENS
from bot.storage.answer_files import SqlAnswerFiles
from bot.storage.asked import SqlAsked
from bot.storage.audit import SqlAudit
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.bulletins import SqlBulletins
from bot.storage.console_home import SqlErrandBook
from bot.storage.database import Database
from bot.storage.interest import SqlInterestBook
from bot.storage.letters import SqlLetters
from bot.storage.logins import SqlLogins
from bot.storage.moves import SqlMoves
from bot.storage.pictures import SqlPictures
from bot.storage.recipients import SqlRecipients
from bot.storage.report_figures import SqlReportBook
from bot.storage.results import SqlResults
from bot.storage.staff import SqlStaff
from bot.storage.tables import people, questions, tickets
from bot.storage.ticket_moves import SqlTicketMoves
from bot.storage.tickets import SqlTicketBook
from tests.databases import a_database
from tests.world import StoppedClock

KEY = "a key of this test that is long enough"
DA_PHUC, HOA_MINH = "00430", "09574"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_numbers = count(1)

TOKEN = re.compile(r'name="_token" value="([^"]+)"')


class Html(HTMLParser):
    """A page as its elements, its text, and its headings."""

    def __init__(self, source: str) -> None:
        """Read *source*."""
        super().__init__()
        self.source = source
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._texts: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._texts).split())

    @property
    def token(self) -> str:
        """Return the token of the last form."""
        return str(TOKEN.findall(self.source)[-1])

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def area(self, name: str) -> str | None:
        """Return what stands in the box *name* of several lines, as a browser shows it; None if there is none."""
        found = re.search(rf'<textarea id="{name}"[^>]*>\n(.*?)</textarea>', self.source, re.DOTALL)
        return unescape(found[1]) if found else None

    def links(self) -> list[str]:
        return [attributes["href"] for attributes in self.all("a")]


@dataclass
class Seen:
    """What a browser got."""

    status: int
    headers: "dict[str, str]"
    cookies: list[str]
    page: Html

    @property
    def goes_to(self) -> str:
        return self.headers.get("Location", "")

    @property
    def text(self) -> str:
        return self.page.text


@dataclass
class Browser:
    """One browser, with its own cookies; it follows no redirect by itself."""

    client: "TestClient[web.Request, web.Application]"
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, address: str, **headers: str) -> Seen:
        return await _seen(await self.client.get(address, allow_redirects=False, headers={**self.headers, **headers}))

    async def post(self, address: str, fields: object = None, **headers: str) -> Seen:
        """Send *fields* as they are, without a token."""
        sent = {**self.headers, **headers}
        return await _seen(
            await self.client.post(address, data=fields or {"x": ""}, allow_redirects=False, headers=sent)
        )

    async def send(
        self, address: str, fields: Mapping[str, object] | None = None, *, on: str = "", **headers: str
    ) -> Seen:
        """Send a form as people do: with the token of the page *on* (else of the first page that has one)."""
        token = (await self.get(on or at("tai-khoan"))).page.token
        pairs = [("_token", token), *_pairs(fields or {})]
        return await self.post(address, pairs, **headers)

    async def enter(self, link: str) -> Seen:
        """Open a login link and press its button."""
        parts = urlsplit(link)
        address = f"{parts.path}?{parts.query}"
        page = (await self.get(address)).page
        [secret] = [field["value"] for field in page.all("input") if field["name"] == "ma"]
        return await self.post(at("vao"), [("_token", page.token), ("ma", secret)])

    def cookie(self, name: str) -> str:
        """Return a cookie it holds."""
        held = self.client.session.cookie_jar.filter_cookies(self.client.make_url(f"{PREFIX}/"))
        return held[name].value if name in held else ""


@dataclass
class Errandboy:
    """Counts what waits, until told to break."""

    book: SqlErrandBook
    is_broken: bool = False

    async def errands(self, me: Signer, *, since: datetime, now: datetime) -> Errands:
        if self.is_broken:
            msg = "the database is away"
            raise OSError(msg)
        return await self.book.errands(me, since=since, now=now)

    async def filled_slots(self, communes: Collection[str], first: date, last: date) -> frozenset[tuple[str, date]]:
        return await self.book.filled_slots(communes, first, last)


@dataclass
class Office:
    """A console with its database, and whoever comes to it."""

    server: TestServer
    parts: Parts
    database: Database
    clock: StoppedClock
    site: ConsoleSite
    staff: StaffDesk
    logins: SqlLogins
    links: LoginLinks
    audit: SqlAudit
    errands: Errandboy
    browsers: "list[TestClient[web.Request, web.Application]]" = field(default_factory=list)

    async def browser(self, **headers: str) -> Browser:
        """Return a new browser."""
        client = TestClient(self.server, cookie_jar=CookieJar(unsafe=True))
        self.browsers.append(client)
        return Browser(client, headers)

    async def noted(self) -> Sequence[Noted]:
        """Return everything in the log, newest first."""
        return await self.audit.noted(None, Search())

    @asynccontextmanager
    async def beside(self, site: ConsoleSite) -> AsyncIterator[Browser]:
        """Serve another console beside this one, and yield a browser at it."""
        house = web.Application()
        house.add_subapp(PREFIX, site.app)
        async with TestClient(TestServer(house), cookie_jar=CookieJar(unsafe=True)) as client:
            yield Browser(client)

    async def hire(self, name: str, role: Role = Role.EDITOR, *communes: str) -> str:
        """Take somebody on (for all communes if none is named) and return their name."""
        await self.staff.put(name, role, communes or None, by="máy chủ")
        return name

    async def link(self, name: str) -> str:
        return await self.links.new_link(name, by="máy chủ")

    async def login(self, name: str, role: Role = Role.EDITOR, *communes: str) -> Browser:
        """Take somebody on and return their browser, logged in."""
        await self.hire(name, role, *communes)
        return await self.login_again(name)

    async def login_again(self, name: str) -> Browser:
        browser = await self.browser()
        assert (await browser.enter(await self.link(name))).goes_to == at()
        return browser


@asynccontextmanager
async def an_office(
    library: Library, folder: Path, *, public_url: str = "http://127.0.0.1:8080", zalo: str = ""
) -> AsyncIterator[Office]:
    """Serve a console on a port of its own, on an empty SQLite database; answers are files below *folder*.

    From the account *zalo*, if one is named, articles may be sent to all its followers.
    """
    clock = StoppedClock()
    shelf = Shelf(folder / "content", library)
    async with a_database("sqlite", folder) as database:
        logins, audit = SqlLogins(database, clock), SqlAudit(database, clock)
        staff = StaffDesk(shelf, SqlStaff(database, clock), clock)
        links = LoginLinks(logins, shelf, clock, public_url)
        errands = Errandboy(SqlErrandBook(database))
        files = SqlAnswerFiles(folder / "content", database, clock)
        beside = House(files, SqlStaff(database, clock), clock, ZONE)
        stores = TicketStores(SqlTicketBook(database), SqlTicketMoves(database, clock), SqlStaff(database, clock))
        answers = AnswersDesk(shelf, partial(load_checked, folder / "content"), beside)
        parts = Parts(
            library=shelf,
            clock=clock,
            zone=ZONE,
            logins=logins,
            links=links,
            staff=staff,
            audit=audit,
            errands=errands,
            bulletins=a_desk(database, shelf, clock, zalo),
            results=SqlResults(database),
            answers=answers,
            interest=SqlInterestBook(database, ZONE),
            tickets=TicketDesk(shelf, stores, clock),
            questions=QuestionsDesk(SqlAsked(database, clock, ZONE), answers, audit),
            reports=SqlReportBook(database, ZONE),
            entrances=Entrances("https://xa.vn", "4321", "https://t.me/xa_bot?start=xa-{}".format),
        )
        site = ConsoleSite(
            ConsoleConfig(secret_key=KEY, public_url=public_url), parts, monotonic=lambda: clock.now().timestamp()
        )
        house = web.Application()
        house.add_subapp(PREFIX, site.app)
        server = TestServer(house)
        await server.start_server()
        office = Office(server, parts, database, clock, site, staff, logins, links, audit, errands)
        try:
            yield office
        finally:
            for browser in office.browsers:
                await browser.close()
            await server.close()


def a_desk(database: Database, shelf: Shelf, clock: StoppedClock, zalo: str = "") -> Desk:
    """Return the desk of bulletins; Zalo's window is open for two days, and at night it is quiet."""
    stores = bulletins.Stores(
        SqlBulletins(database),
        SqlMoves(database, clock),
        SqlRecipients(database),
        SqlLetters(database, clock),
        SqlPictures(database),
        SqlStaff(database, clock),
    )
    house = bulletins.House(
        clock,
        ZONE,
        SCREENS,
        lambda now: {Channel.TELEGRAM: None, Channel.ZALO: now - timedelta(hours=48)},
        Quiet(time(21), time(7), ZONE),
        "https://xa.vn" if zalo else "",
        bulletins.Broadcasting(SqlBroadcasts(database, clock, zalo), a_month=4) if zalo else None,
    )
    return Desk(shelf, stores, house)


async def a_ticket(office: Office, commune: str = DA_PHUC, **more: object) -> int:
    """Store a feedback of somebody on Zalo, with *more* columns, and return its id."""
    async with office.database.writing() as connection:
        seen = {"first_seen": office.clock.now(), "last_inbound": office.clock.now()}
        somebody = {"channel": "zalo", "account": "oa-1", "user": f"citizen-{next(_numbers)}", "commune": commune}
        person = await connection.execute(insert(people).values(**somebody, **seen).returning(people.c.id))
        row = {
            "person_id": person.scalar_one(),
            "kind": "feedback",
            "commune": commune,
            "text": "Đèn đường ngõ 5 hỏng.",
            "opened_at": office.clock.now(),
            "due_at": office.clock.now() + timedelta(days=21),
            "code": f"PA-{next(_numbers)}",
            **more,
        }
        stored = await connection.execute(insert(tickets).values(row).returning(tickets.c.id))
        return int(stored.scalar_one())


async def a_question(
    office: Office, text: str, commune: str = DA_PHUC, *, decision: str = "none", topics: str = "", days: float = 1
) -> int:
    """Store a question that somebody of *commune* asked some *days* ago, and return its id."""
    row = {"text": text, "commune": commune, "decision": decision, "topics": topics, "score": 0.3}
    async with office.database.writing() as connection:
        asked_at = office.clock.now() - timedelta(days=days)
        added = insert(questions).values(**row, asked_at=asked_at).returning(questions.c.id)
        return int((await connection.execute(added)).scalar_one())


def _pairs(fields: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return *fields* as a browser sends them: a list as many times as it is long."""
    return [
        (name, str(value))
        for name, values in fields.items()
        for value in (values if isinstance(values, list | tuple) else [values])
    ]


async def _seen(response: ClientResponse) -> Seen:
    source = await response.text()
    return Seen(response.status, dict(response.headers), response.headers.getall("Set-Cookie", []), Html(source))
