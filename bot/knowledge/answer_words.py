"""What officials read on the pages about answers: the part ``answers`` of ``content/console.yaml``."""

from typing import Annotated

from pydantic import Field

from bot.knowledge.schema import Domain, Strict, Text, fills

Plain = Annotated[Text, fills()]
WithTopic = Annotated[Text, fills("title")]
WithDay = Annotated[Text, fills("date")]
WithNumber = Annotated[Text, fills("number")]


class ListWords(Strict):
    """The list of answers."""

    hint: Plain
    try_it: Plain
    begin: Plain
    words: Plain
    group: Plain
    every_group: Plain
    need: Plain
    every_need: Plain
    draft: Plain
    stale: Plain
    order: Plain
    by_title: Plain
    most_asked: Plain
    most_disliked: Plain
    show: Plain
    caption: Plain
    title: Plain
    state: Plain
    asked: Plain
    disliked: Plain
    counted: Plain
    found: WithNumber
    empty: Plain
    empty_more: Plain


class StateWords(Strict):
    """Where an answer stands."""

    draft: Plain
    reviewed: Plain
    due: Plain
    ended: Plain


class ViewWords(Strict):
    """The page of one answer."""

    group: Plain
    reviewed_by: Annotated[Text, fills("name", "date")]
    next: Plain
    valid_until: Plain
    file: Plain
    edit: Plain
    sign: Plain
    history: Plain
    undo: Plain
    undo_hint: Annotated[Text, fills("name", "moment")]
    remove: Plain
    remove_hint: Annotated[Text, fills("name", "moment")]
    loading: Plain
    broken: Plain
    look: Plain
    look_hint: Plain
    look_at: Plain
    nowhere: Plain
    first: Plain
    page: Annotated[Text, fills("page", "pages")]
    buttons: Plain
    phrasings: WithNumber


class BoxWords(Strict):
    """The label of a box, and what to type into it."""

    label: Plain
    hint: Plain


class BoxesWords(Strict):
    """The boxes of the form, by their entries; the first three are those of a new answer only."""

    id: BoxWords
    domain: BoxWords
    menu_step: BoxWords
    title: BoxWords
    audience: BoxWords
    summary: BoxWords
    questions: BoxWords
    not_for: BoxWords
    body: BoxWords
    timed: BoxWords
    related: BoxWords
    links: BoxWords
    legal_basis: BoxWords
    sources: BoxWords
    valid_from: BoxWords
    valid_until: BoxWords
    when_expired: BoxWords


class SlipWords(Strict):
    """What was typed and cannot be taken for anything."""

    no_day: Annotated[Text, fills("line", "text")]
    too_many_parts: Annotated[Text, fills("line", "text")]


class EditWords(Strict):
    """The form of an answer."""

    heading: WithTopic
    hint: Plain
    read: Plain
    find: Plain
    stand: Plain
    validity: Plain
    boxes: BoxesWords
    slips: SlipWords
    box_line: Annotated[Text, fills("box", "line")]
    left: WithNumber
    over: WithNumber
    checking: Plain
    fine: Plain
    faulty: WithNumber
    save: Plain
    saved: WithTopic
    unchanged: Plain
    unreviewed: Plain
    preview: Plain
    preview_heading: Plain
    preview_hint: Plain
    trial_heading: Plain
    effect: Plain
    effect_hint: Plain


class BeginWords(Strict):
    """The form of a new answer, where it is not that of an old one."""

    heading: Plain
    lead: Plain
    from_group: Plain
    place: Plain
    no_domain_yet: Plain
    no_menu_yet: Plain
    no_domain: Plain
    no_menu: Plain
    taken: Annotated[Text, fills("file")]
    save: Plain
    saved: WithTopic
    saved_aside: WithTopic
    removed: WithTopic


class EffectWords(Strict):
    """What an edit would change for what people ask, before it is saved."""

    heading: Plain
    lead: Plain
    waiting: Plain
    again: Plain
    same: Plain
    before: Plain
    after: Plain
    question: Plain
    unchanged: Plain
    moved: WithNumber
    moved_caption: Plain
    moved_hint: Plain
    nothing_moved: WithNumber
    owner: Plain


class TrialWords(Strict):
    """Asking a question to see which answer wins, and why."""

    title: Plain
    hint: Plain
    question: Plain
    question_hint: Plain
    ask: Plain
    before: Plain
    after: Plain
    same: Plain
    waiting: Plain
    danger: Plain
    read_as: Annotated[Text, fills("text")]
    repaired: Annotated[Text, fills("typed", "meant")]
    nothing_known: Plain
    decisions: "DecisionWords"
    sure: Annotated[Text, fills("percent")]
    caption: Plain
    answer: Plain
    evidence: Plain
    nearest: Plain
    likeness: Annotated[Text, fills("percent")]
    this: Plain


class DecisionWords(Strict):
    """What becomes of a question."""

    answer: Plain
    suggest: Plain
    none: Plain


class ConflictWords(Strict):
    """When somebody else changed the file meanwhile."""

    heading: WithTopic
    lead: Annotated[Text, fills("name", "moment")]
    outside: Plain
    next: Plain
    both: Plain
    theirs_only: Plain
    mine_only: Plain
    theirs: Plain
    mine: Plain
    caption: Annotated[Text, fills("box")]
    nothing: Plain
    merged: Plain


class SignWords(Strict):
    """The page on which somebody vouches for an answer."""

    heading: WithTopic
    lead: Plain
    next: Plain
    next_hint: Plain
    no_next: Plain
    past: Annotated[Text, fills("most")]
    agree: Plain
    done: WithTopic


class HistoryWords(Strict):
    """The texts that an answer's file had."""

    heading: WithTopic
    hint: Plain
    caption: Plain
    at: Plain
    by: Plain
    outside: Plain
    now: Plain
    removed: Plain
    see: Plain
    see_of: Annotated[Text, fills("moment")]
    version: Annotated[Text, fills("moment")]
    then: Plain
    since: Plain
    same: Plain
    put_back: Plain
    put_back_done: WithTopic
    undone: WithTopic
    empty: Plain


class RefusalWords(Strict):
    """Why an answer is not changed; one sentence each, with the cure."""

    everyone: Plain
    reviewed: Plain
    needs_approver: Plain
    taken: Plain
    not_new: Plain
    no_such_answer: Plain
    no_such_version: Plain
    missing: Plain
    not_text: Plain
    read_only: Plain
    changed: Plain
    faulty: Annotated[Text, fills("problems")]


class AnswersWords(Strict):
    """Every sentence of the pages about answers; ``domains`` names the groups they are filed under."""

    title: Plain
    domains: Annotated[dict[Domain, Plain], Field(min_length=len(Domain))]
    list: ListWords
    states: StateWords
    view: ViewWords
    edit: EditWords
    begin: BeginWords
    effects: EffectWords
    trial: TrialWords
    conflict: ConflictWords
    sign: SignWords
    history: HistoryWords
    refusals: RefusalWords
