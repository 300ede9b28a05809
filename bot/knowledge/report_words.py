"""What officials read in reports, on screen and on paper: the part ``reports`` of ``content/console.yaml``."""

from typing import Annotated

from bot.knowledge.question_words import DecisionWords
from bot.knowledge.schema import Strict, Text, fills

Plain = Annotated[Text, fills()]
WithYear = Annotated[Text, fills("year")]
WithNumber = Annotated[Text, fills("number")]


class PeriodWords(Strict):
    """How periods are named; ``kinds`` groups them in the list to choose from."""

    quarter: Annotated[Text, fills("number", "year")]
    half: tuple[WithYear, WithYear]
    year: WithYear
    span: Annotated[Text, fills("first", "last")]
    running: Annotated[Text, fills("date")]
    rule: Plain


class PaperWords(Strict):
    """What stands around the figures of a document; gaps are for the hand that signs it."""

    authority: Plain
    nation: Plain
    motto: Plain
    number: Plain
    place: Annotated[Text, fills("place", "year")]
    report: Plain
    subject: Annotated[Text, fills("period")]
    opening: Annotated[Text, fills("communes", "first", "last")]
    receivers: Plain
    receiver_lines: tuple[Plain, ...]
    on_behalf: Plain
    signer: Plain
    several: Plain
    file: Annotated[Text, fills("period")]


class BulletinReportWords(Strict):
    """The part about bulletins."""

    heading: Plain
    sentence: Annotated[Text, fills("number", "sent")]
    none: Plain
    caption: Plain
    date: Plain
    title: Plain
    recipients: Plain
    sent: Plain
    held: Plain
    failed: Plain
    gone: Plain
    unknown: Plain
    skipped: Plain
    open: Plain
    total: Plain
    urgent: Plain
    correction: Plain
    stopped: Plain
    broadcast: Plain


class SubscriberReportWords(Strict):
    """The part about subscribers."""

    heading: Plain
    sentence: WithNumber
    unknown: Plain
    caption: Plain
    channel: Plain
    channels: dict[Text, Plain]
    before: Plain
    after: Plain
    change: Plain
    total: Plain
    no_figure: Plain


class QuestionReportWords(Strict):
    """The part about questions."""

    heading: Plain
    sentence: WithNumber
    since: Annotated[Text, fills("date")]
    ends: Plain
    ends_what: Plain
    number: Plain
    fields: Plain
    field: Plain
    no_field: Plain
    topics: Plain
    topic: Plain
    gone_topic: Annotated[Text, fills("topic")]


class FeedbackReportWords(Strict):
    """The part about feedback and conversations."""

    heading: Plain
    sentence: Annotated[Text, fills("number", "answered")]
    caption: Plain
    kind: Plain
    feedback: Plain
    handovers: Plain
    received: Plain
    on_time: Plain
    late: Plain
    waiting: Plain
    overdue: Plain


class SourceReportWords(Strict):
    """Where the numbers come from."""

    heading: Plain
    lines: tuple[Plain, ...]


class ReportWords(Strict):
    """Everything on these pages and papers."""

    title: Plain
    hint: Plain
    commune: Plain
    every_commune: Plain
    period: Plain
    show: Plain
    document: Plain
    workbook: Plain
    chart_table: Plain
    periods: PeriodWords
    paper: PaperWords
    decisions: DecisionWords
    bulletins: BulletinReportWords
    subscribers: SubscriberReportWords
    questions: QuestionReportWords
    feedback: FeedbackReportWords
    sources: SourceReportWords
    reminder: Annotated[Text, fills("period", "last", "address")]
