"""What officials read on the pages about feedback and talks: the part ``tickets`` of ``content/console.yaml``."""

from typing import Annotated

from bot.knowledge.schema import Strict, Text, fills

Plain = Annotated[Text, fills()]
WithName = Annotated[Text, fills("name")]
WithCode = Annotated[Text, fills("code")]


class KindWords(Strict):
    """What a ticket wants."""

    handover: Plain
    feedback: Plain


class TabWords(Strict):
    """The parts of the inbox."""

    new: Plain
    assigned: Plain
    overdue: Plain
    answered: Plain
    closed: Plain


class StateWords(Strict):
    """Where a ticket stands."""

    new: Plain
    assigned: Plain
    answered: Plain
    closed: Plain


class FateWords(Strict):
    """What became of words of staff on their way to the citizen."""

    pending: Plain
    sending: Plain
    sent: Plain
    held: Plain
    failed: Plain
    gone: Plain
    unknown: Plain
    skipped: Plain
    shown: Plain
    kept: Plain
    nowhere: Plain


class InboxWords(Strict):
    """The list."""

    hint: Plain
    caption: Plain
    tabs: TabWords
    which: Plain
    commune: Plain
    every_commune: Plain
    show: Plain
    what: Plain
    place: Plain
    opened: Plain
    due: Plain
    assignee: Plain
    nobody: Plain
    state: Plain
    empty: TabWords


class ThreadWords(Strict):
    """The page of one ticket."""

    title: WithCode
    handover_title: Annotated[Text, fills("number")]
    kind: Plain
    commune: Plain
    opened: Plain
    due: Plain
    overdue: Plain
    state: Plain
    assignee: Plain
    nobody: Plain
    talking: Annotated[Text, fills("time")]
    closed_by: WithName
    closed_by_itself: Plain
    said: Plain
    citizen: Plain
    place: Plain
    point: Plain
    photos: Plain
    photo: Annotated[Text, fills("number")]
    photo_elsewhere: Plain
    photo_warning: Plain
    media: dict[Text, Plain]
    asked_before: Plain
    reload: Plain
    reachable: KindWords
    web: Plain
    unreachable: Plain
    answer: Plain
    answer_hint: Plain
    send: Plain
    sent: Plain
    shown: Plain
    not_sent: Plain
    assign: Plain
    assign_to: Plain
    assigned: WithName
    released: Plain
    close: Plain
    close_title: WithCode
    close_what: KindWords
    close_yes: Plain
    closed: Plain
    published: Annotated[Text, fills("date")]
    publish: Plain
    edit: Plain
    unpublish: Plain


class PublishWords(Strict):
    """Letting everyone read a question and its answer."""

    title: WithCode
    lead: Plain
    question: Plain
    question_hint: Plain
    answer: Plain
    answer_hint: Plain
    preview: Plain
    preview_title: Plain
    preview_lead: Plain
    masked: Plain
    agree: Plain
    back: Plain
    done: Plain
    take_down_title: WithCode
    take_down_what: Plain
    take_down_yes: Plain
    taken_down: Plain


class TicketMistakes(Strict):
    """Why something was not done, and what to do."""

    changed: Plain
    closed: Plain
    unanswered: Plain
    not_feedback: Plain
    not_published: Plain
    no_such_ticket: Plain
    no_such_staff: WithName
    answer_missing: Plain
    answer_long: Annotated[Text, fills("most", "length")]
    question_missing: Plain
    published_answer_missing: Plain
    photo_off: Plain
    photo_gone: Plain
    photo_later: Plain
    photo_large: Annotated[Text, fills("most")]
    photo_strange: Plain


class TicketReminders(Strict):
    """What staff read in their own chat: never what a citizen wrote."""

    feedback: Annotated[Text, fills("commune", "count", "address")]
    person: Annotated[Text, fills("commune", "count", "address")]
    both: Annotated[Text, fills("commune", "people", "count", "address")]
    overdue: Annotated[Text, fills("commune", "count", "address")]


class TicketWords(Strict):
    """Every sentence of these pages."""

    title: Plain
    kinds: KindWords
    states: StateWords
    overdue: Plain
    fates: FateWords
    inbox: InboxWords
    thread: ThreadWords
    publishing: PublishWords
    mistakes: TicketMistakes
    reminders: TicketReminders
