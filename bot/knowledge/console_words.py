"""Everything that officials read in the console: the shape of ``content/console.yaml``, grouped by page.

One field a sentence, as in `bot.knowledge.sayings`: templates take every word from here, and a missing one is found at
load.
"""

from typing import Annotated

from pydantic import Field

from bot.knowledge.answer_words import AnswersWords
from bot.knowledge.bulletin_page_words import BulletinsWords
from bot.knowledge.poster_words import PosterWords
from bot.knowledge.question_words import QuestionWords
from bot.knowledge.report_words import ReportWords
from bot.knowledge.schema import Strict, Text, fills
from bot.knowledge.ticket_words import TicketWords

Plain = Annotated[Text, fills()]
WithName = Annotated[Text, fills("name")]


class LayoutWords(Strict):
    """What stands on every page."""

    site: Plain
    area: Plain
    title: Annotated[Text, fills("page")]
    error_title: Annotated[Text, fills("title")]
    skip: Plain
    menu: Plain
    account: Plain
    every_commune: Plain
    several_communes: Annotated[Text, fills("number")]
    log_out: Plain
    problems: Plain
    optional: Plain
    notice: Plain
    pages: Plain
    newer: Plain
    older: Plain
    back: Plain
    cancel: Plain
    home: Plain
    moment: Annotated[Text, fills("time", "date")]
    footer: Plain


class NavWords(Strict):
    """The parts of the console, as its menu names them."""

    home: Plain
    bulletins: Plain
    answers: Plain
    questions: Plain
    tickets: Plain
    reports: Plain
    posters: Plain
    staff: Plain
    log: Plain


class RoleWords(Strict):
    """What each role of staff may do."""

    editor: Plain
    approver: Plain
    admin: Plain


class LoginWords(Strict):
    """The way in and out."""

    title: Plain
    ready: Plain
    enter: Plain
    needed: Plain
    ways: Annotated[tuple[Plain, ...], Field(min_length=1)]
    spent_title: Plain
    spent: Plain
    welcome: WithName
    logged_out: Plain
    logged_out_everywhere: Plain
    demo_name: Plain
    kept_title: Plain
    kept: Plain
    kept_text: Annotated[Text, fills("number")]
    kept_login: Plain


class TroubleWords(Strict):
    """What is said where something cannot be done."""

    missing_title: Plain
    missing: Plain
    forbidden_title: Plain
    forbidden: Annotated[Text, fills("role")]
    form_title: Plain
    form: Plain
    kept: Plain
    large_title: Plain
    large: Annotated[Text, fills("size")]
    often_title: Plain
    often: Annotated[Text, fills("seconds")]
    refused_title: Plain
    broken_title: Plain
    broken: Plain


class HomeWords(Strict):
    """The first page: what waits for whom."""

    title: Plain
    greeting: WithName
    today: Plain
    nothing: Plain
    nothing_more: Plain
    to_approve: Plain
    to_approve_why: Plain
    empty_slots: Plain
    empty_slot: Annotated[Text, fills("commune", "weekday", "date", "time")]
    more_slots: Annotated[Text, fills("number")]
    drafts: Plain
    drafts_why: Plain
    troubled: Plain
    troubled_why: Plain
    unanswered: Plain
    unanswered_why: Plain
    overdue: Plain
    overdue_why: Plain
    tickets: Plain
    tickets_why: Plain
    answers: Plain
    answers_why: Plain


class AccountWords(Strict):
    """One's own page."""

    title: Plain
    name: Plain
    role: Plain
    communes: Plain
    logins: Plain
    logins_hint: Plain
    device: Plain
    began: Plain
    seen: Plain
    this: Plain
    end: Plain
    end_of: Annotated[Text, fills("device")]
    end_all: Plain
    end_all_hint: Plain
    ended: Plain
    chat: Plain
    chat_none: Plain
    chat_linked: Plain
    chat_new: Plain
    chat_again: Plain
    chat_code: Annotated[Text, fills("until")]
    unknown_device: Plain


class StaffWords(Strict):
    """The pages about those who work with the channel."""

    title: Plain
    hint: Plain
    name: Plain
    name_hint: Plain
    role: Plain
    role_hints: RoleWords
    communes: Plain
    communes_hint: Plain
    every_commune: Plain
    chat: Plain
    chat_yes: Plain
    chat_no: Plain
    add: Plain
    add_title: Plain
    save: Plain
    change: Plain
    change_title: WithName
    open: WithName
    added_done: WithName
    changed_done: WithName
    logins: Plain
    no_logins: Plain
    end_all: Plain
    ended_done: WithName
    link: Plain
    link_title: WithName
    link_hint: Plain
    link_terms: Plain
    link_copy: Plain
    link_copied: Plain
    remove: Plain
    remove_title: WithName
    remove_what: Plain
    remove_yes: Plain
    removed_done: WithName
    self: Plain
    name_missing: Plain
    name_long: Plain
    name_taken: WithName
    name_reserved: Plain
    role_missing: Plain
    communes_missing: Plain


class LogWords(Strict):
    """The log; ``kinds``, ``changes``, ``fields`` and ``values`` say what the codes of its entries mean."""

    title: Plain
    hint: Plain
    who: Plain
    anyone: Plain
    server: Annotated[Text, fills("command")]
    what: Plain
    anything: Plain
    show: Plain
    at: Plain
    subject: Plain
    change: Plain
    empty: Plain
    kinds: dict[Text, Plain]
    changes: dict[Text, Plain]
    fields: dict[Text, Plain]
    values: dict[Text, Plain]


class ConsoleWords(Strict):
    """Every sentence of the console."""

    layout: LayoutWords
    nav: NavWords
    weekdays: Annotated[tuple[Plain, ...], Field(min_length=7, max_length=7)]
    login: LoginWords
    trouble: TroubleWords
    home: HomeWords
    account: AccountWords
    staff: StaffWords
    log: LogWords
    answers: AnswersWords
    bulletins: BulletinsWords
    tickets: TicketWords
    questions: QuestionWords
    reports: ReportWords
    posters: PosterWords
