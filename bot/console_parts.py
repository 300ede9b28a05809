"""The officials' console put together, with the database behind its ports.

Its own module because the commands work at the desk without the console's pages and templates.
"""

from collections.abc import Callable, Sequence
from functools import partial

from bot.console.sections import Parts
from bot.console.site import ConsoleConfig, ConsoleSite
from bot.desk.answers import AnswersDesk, Content, House
from bot.desk.posters import Entrances
from bot.desk.questions import QuestionsDesk
from bot.desk.tickets import TicketDesk, TicketStores
from bot.knowledge.loader import load_checked
from bot.office import build_desk, build_login_links, build_staff_desk
from bot.ports.platforms import PhotoKeeper, Platform
from bot.ports.world import Clock
from bot.settings import Settings
from bot.storage.answer_files import SqlAnswerFiles
from bot.storage.asked import SqlAsked
from bot.storage.audit import SqlAudit
from bot.storage.console_home import SqlErrandBook
from bot.storage.database import Database
from bot.storage.interest import SqlInterestBook
from bot.storage.logins import SqlLogins
from bot.storage.report_figures import SqlReportBook
from bot.storage.results import SqlResults
from bot.storage.staff import SqlStaff
from bot.storage.ticket_moves import SqlTicketMoves
from bot.storage.tickets import SqlTicketBook


def build_console(
    database: Database,
    content: Content,
    settings: Settings,
    clock: Clock,
    page: Platform | None = None,
    *,
    telegram_link: Callable[[str], str | None] | None = None,
    photo_keepers: Sequence[PhotoKeeper] = (),
) -> ConsoleSite | None:
    """Return the console on *database* and *content*, or None where there is no SECRET_KEY: it is off then.

    Visitors of the web chat are answered on *page*; *telegram_link* returns the address that opens the bot for a
    commune, where Telegram is on. Citizens' photos are fetched from the *photo_keepers*.
    """
    if not settings.has_console:
        return None
    config = ConsoleConfig(
        secret_key=settings.secret_key.get_secret_value(),
        public_url=settings.address,
        trusted_proxies=settings.proxies,
    )
    entrances = Entrances(
        public_url=settings.public_url,
        zalo_oa=settings.zalo_oa_id if settings.has_zalo else "",
        telegram=telegram_link,
    )
    tickets = _ticket_desk(database, content, clock, page, photo_keepers)
    return ConsoleSite(config, _parts(database, content, settings, clock, tickets, entrances))


def _parts(
    database: Database, content: Content, settings: Settings, clock: Clock, tickets: TicketDesk, entrances: Entrances
) -> Parts:
    answers, audit = _answers_desk(database, content, settings, clock), SqlAudit(database, clock)
    return Parts(
        library=content,
        clock=clock,
        zone=settings.zone,
        logins=SqlLogins(database, clock),
        links=build_login_links(database, content, settings, clock),
        staff=build_staff_desk(database, content, clock),
        audit=audit,
        errands=SqlErrandBook(database),
        bulletins=build_desk(database, content, settings, clock),
        results=SqlResults(database),
        answers=answers,
        interest=SqlInterestBook(database, settings.zone),
        tickets=tickets,
        questions=QuestionsDesk(SqlAsked(database, clock, settings.zone), answers, audit),
        reports=SqlReportBook(database, settings.zone),
        entrances=entrances,
    )


def _ticket_desk(
    database: Database, content: Content, clock: Clock, page: Platform | None, keepers: Sequence[PhotoKeeper]
) -> TicketDesk:
    stores = TicketStores(SqlTicketBook(database), SqlTicketMoves(database, clock), SqlStaff(database, clock))
    return TicketDesk(content, stores, clock, page, keepers)


def _answers_desk(database: Database, content: Content, settings: Settings, clock: Clock) -> AnswersDesk:
    folder = settings.content_path
    house = House(SqlAnswerFiles(folder, database, clock), SqlStaff(database, clock), clock, settings.zone)
    return AnswersDesk(content, partial(load_checked, folder), house)
