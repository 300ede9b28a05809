"""What officials read on the pages about what people ask: the part ``questions`` of ``content/console.yaml``."""

from typing import Annotated

from bot.knowledge.schema import Strict, Text, fills

Plain = Annotated[Text, fills()]
WithNumber = Annotated[Text, fills("number")]
WithTitle = Annotated[Text, fills("title")]


class DecisionWords(Strict):
    """What became of questions; those four are never added up into one figure."""

    answer: Plain
    suggest: Plain
    none: Plain
    handover: Plain


class FigureWords(Strict):
    """The figures above the groups."""

    heading: Plain
    what: Plain
    number: Plain
    hint: Plain
    weeks: Plain
    weeks_what: Annotated[Text, fills("number")]
    week: Annotated[Text, fills("date")]
    topics: Plain
    topics_what: Plain
    topic: Plain
    helpful: Plain
    unhelpful: Plain
    table: Plain
    nothing: Plain


class GroupWords(Strict):
    """The groups of questions that nothing helped."""

    heading: Plain
    hint: Plain
    count: WithNumber
    disliked: WithNumber
    unanswered: Plain
    more: WithNumber
    guess: WithTitle
    no_guess: Plain
    weeks: Plain
    week: Annotated[Text, fills("date", "number")]
    communes: Plain
    commune: Annotated[Text, fills("commune", "number")]
    no_commune: Plain
    add: Plain
    begin: Plain
    put_aside: Plain
    bring_back: Plain
    of: Annotated[Text, fills("question")]
    empty: Plain
    empty_more: Plain
    none_aside: Plain
    too_many: WithNumber


class AddWords(Strict):
    """The page that adds a phrasing to an answer."""

    heading: Plain
    lead: Plain
    questions: Plain
    phrasing: Plain
    phrasing_hint: Plain
    nearest: Plain
    nearest_hint: Plain
    other: Plain
    other_hint: Plain
    no_other: Plain
    look: Plain
    again: Plain
    save: Plain
    saved: WithTitle
    nothing: Plain


class QuestionFaults(Strict):
    """Why something is not done."""

    gone: Plain
    no_phrasing: Plain
    long_phrasing: Annotated[Text, fills("most")]
    masked: Plain
    no_topic: Plain
    changed: Plain


class QuestionWords(Strict):
    """Everything on these pages."""

    title: Plain
    hint: Plain
    commune: Plain
    every_commune: Plain
    span: Plain
    spans: dict[Text, Plain]
    which: Plain
    waiting: Plain
    aside: Plain
    show: Plain
    figures: FigureWords
    decisions: DecisionWords
    groups: GroupWords
    add: AddWords
    faults: QuestionFaults
    aside_done: WithNumber
    back_done: WithNumber
