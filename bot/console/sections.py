"""The sections of the console: the one list of what there is.

A new section is a module in `bot/console/pages` and a line here. Its pages say themselves who may see them, and
`tests/console/test_access.py` holds every one to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.console.answer_looks import Looks
from bot.console.page import Section
from bot.console.pages.account import AccountPages
from bot.console.pages.answer_beginning import AnswerBeginning
from bot.console.pages.answer_editing import AnswerEditing
from bot.console.pages.answers import AnswerPages
from bot.console.pages.bulletin_progress import BulletinProgress
from bot.console.pages.bulletin_renditions import BulletinRenditions
from bot.console.pages.bulletin_results import BulletinResults
from bot.console.pages.bulletin_writing import BulletinWriting
from bot.console.pages.bulletins import BulletinPages
from bot.console.pages.home import HomePage
from bot.console.pages.log import LogPage
from bot.console.pages.phrasing import PhrasingPages
from bot.console.pages.posters import PosterPages
from bot.console.pages.publishing import PublishingPages
from bot.console.pages.questions import QuestionPages
from bot.console.pages.reports import ReportPages
from bot.console.pages.staff import StaffPages
from bot.console.pages.tickets import TicketPages
from bot.console.pages.trying import TryPage
from bot.desk.answers import AnswersDesk
from bot.desk.bulletins import Desk
from bot.desk.logins import LoginLinks
from bot.desk.phrasing_effects import EffectTrials
from bot.desk.ports.answers import InterestBook
from bot.desk.ports.bulletins import Results
from bot.desk.ports.figures import ReportBook
from bot.desk.ports.house import Audit, ErrandBook, Logins
from bot.desk.posters import Entrances
from bot.desk.questions import QuestionsDesk
from bot.desk.staff import StaffDesk
from bot.desk.tickets import TicketDesk
from bot.desk.trials import Trials
from bot.knowledge.library import Library
from bot.ports.world import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the pages work with."""

    library: Callable[[], Library]
    clock: Clock
    zone: ZoneInfo
    logins: Logins
    links: LoginLinks
    staff: StaffDesk
    audit: Audit
    errands: ErrandBook
    bulletins: Desk
    results: Results
    answers: AnswersDesk
    interest: InterestBook
    tickets: TicketDesk
    questions: QuestionsDesk
    reports: ReportBook
    entrances: Entrances


def sections(parts: Parts) -> list[Section]:
    """Return every section but the way in, which the site has of its own."""
    effects = EffectTrials()
    looks = Looks(Trials(), effects, parts.zone)
    return [
        HomePage(parts.errands, parts.zone),
        BulletinPages(parts.bulletins, parts.results, parts.staff, parts.zone),
        BulletinWriting(parts.bulletins, parts.zone),
        BulletinProgress(parts.bulletins, parts.results, parts.zone),
        BulletinResults(parts.bulletins, parts.results, parts.zone),
        BulletinRenditions(parts.bulletins, parts.zone),
        AnswerPages(parts.answers, parts.interest, parts.zone),
        AnswerEditing(parts.answers, looks),
        AnswerBeginning(parts.questions, looks),
        TryPage(),
        TicketPages(parts.tickets),
        PublishingPages(parts.tickets),
        QuestionPages(parts.questions, parts.interest, parts.zone),
        PhrasingPages(parts.questions, effects),
        ReportPages(parts.reports, parts.zone),
        PosterPages(parts.entrances, parts.interest),
        StaffPages(parts.staff, parts.logins, parts.links),
        LogPage(parts.audit),
        AccountPages(parts.logins, parts.staff),
    ]
