"""What officials read on the pages about bulletins: the part ``bulletins`` of ``content/console.yaml``.

States, reasons and refusals are `bot.knowledge.bulletin_words`: the command line says them too.
"""

from typing import Annotated

from pydantic import Field

from bot.knowledge.schema import Strict, Text, fills

Plain = Annotated[Text, fills()]
WithNumber = Annotated[Text, fills("number")]
WithTitle = Annotated[Text, fills("title")]


class ListWords(Strict):
    """The list of bulletins."""

    hint: Plain
    write: Plain
    caption: Plain
    state: Plain
    every_state: Plain
    troubled: Plain
    commune: Plain
    every_commune: Plain
    show: Plain
    title: Plain
    audience: Plain
    when: Plain
    result: Plain
    mine: Plain
    yours: Plain
    only_look: Plain
    once_approved: Plain
    reached: Annotated[Text, fills("sent", "all")]
    article: Annotated[Text, fills("state")]
    own: Plain
    empty: Plain
    empty_more: Plain
    none_found: Plain


class BoxWords(Strict):
    """A field of the form."""

    label: Plain
    hint: Plain


class BroadcastBoxWords(Strict):
    """The field that lets a bulletin out as an article."""

    label: Plain
    hint: Annotated[Text, fills("most")]


class BoxesWords(Strict):
    """The fields of the form."""

    communes: BoxWords
    hamlets: BoxWords
    title: BoxWords
    body: BoxWords
    image: BoxWords
    at: BoxWords
    day: BoxWords
    hour: BoxWords
    urgent: BoxWords
    broadcast: BroadcastBoxWords


class WriteWords(Strict):
    """The form in which a bulletin is written."""

    title: Plain
    revise_title: Annotated[Text, fills("id")]
    correct_title: Annotated[Text, fills("id")]
    correct_hint: Plain
    fixed_audience: Annotated[Text, fills("communes")]
    boxes: BoxesWords
    markdown: Plain
    markdown_lines: Annotated[tuple[Plain, ...], Field(min_length=1)]
    picture_now: Plain
    picture_drop: Plain
    picture_again: Plain
    slot: Plain
    slot_day: Annotated[Text, fills("time", "weekday", "date")]
    slot_each: Plain
    once_approved: Plain
    once_approved_hint: Plain
    exact: Plain
    exact_hint: Plain
    urgent: Plain
    broadcast: Plain
    broadcast_what: Plain
    broadcast_bound: Plain
    broadcast_left: Annotated[Text, fills("left")]
    broadcast_none_left: Annotated[Text, fills("most")]
    picture_choose: Plain
    picture_none: Plain
    calendar: Plain
    calendar_hint: Annotated[Text, fills("theme")]
    preview: Plain
    save: Plain
    no_audience: Plain
    no_title: Plain
    day_needed: Plain
    hour_needed: Plain
    left: Annotated[Text, fills("channel", "number")]
    over: Annotated[Text, fills("channel", "number")]
    title_left: WithNumber
    title_over: WithNumber
    saved: WithTitle


class LookWords(Strict):
    """A bulletin as its readers will see it."""

    heading: Plain
    hint: Annotated[Text, fills("commune")]
    empty: Plain
    paper: Plain
    picture: Plain
    picture_alt: Plain
    sheet: Plain
    radio: Plain
    archive: Plain


class OneWords(Strict):
    """The page of one bulletin."""

    heading: Annotated[Text, fills("id", "title")]
    state: Plain
    audience: Plain
    hamlets: Annotated[Text, fills("commune", "hamlets")]
    when: Plain
    once_approved: Plain
    in_slot: Annotated[Text, fills("moment")]
    author: Plain
    urgent: Plain
    urgent_open: Plain
    urgent_yes: Plain
    urgent_night: Plain
    broadcast: Plain
    broadcast_what: Plain
    only_look: Plain
    corrects: Plain
    corrected: Annotated[Text, fills("id")]
    forecast: Plain
    warnings: Plain
    acts: Plain
    edit: Plain
    submit: Plain
    approve: Plain
    give_back: Plain
    stop: Plain
    cancel: Plain
    correct: Plain
    test: Plain
    test_hint: Plain
    test_needs_chat: Plain
    test_link: Plain
    progress: Plain
    result: Plain
    approvers: Annotated[Text, fills("names")]
    no_approvers: Plain
    record: Plain
    record_at: Plain
    record_by: Plain
    record_what: Plain
    text: Plain
    other_forms: Plain


class ApproveWords(Strict):
    """The page on which a bulletin is approved."""

    heading: WithTitle
    lead: Plain
    at_once: Plain
    later: Annotated[Text, fills("moment")]
    quiet: Plain
    quiet_hint: Plain
    quiet_keep: Plain
    quiet_pass: Plain
    quiet_needed: Plain
    agree: Plain


class StopWords(Strict):
    """The page on which a bulletin is stopped."""

    heading: WithTitle
    draft: Plain
    waiting: Plain
    running: Plain
    agree: Plain
    agree_draft: Plain


class DoneWords(Strict):
    """What is said when something was done."""

    submitted: Plain
    approved_now: Plain
    approved_later: Annotated[Text, fills("moment")]
    given_back: Plain
    stopped: Plain
    cancelled: Plain
    tested: Plain
    resent: WithNumber
    corrected: Plain


class ProgressWords(Strict):
    """The page that shows a bulletin going out."""

    heading: WithTitle
    not_begun: Plain
    bar: Plain
    done: Annotated[Text, fills("done", "all", "percent")]
    left_unknown: Plain
    left_seconds: Plain
    left_minutes: WithNumber
    left_hours: Annotated[Text, fills("hours", "minutes")]
    over: Plain
    stopped: Plain
    only_held: Plain
    nobody: Plain
    live: Plain
    offline: Plain
    reload: Plain
    paused_wait: Annotated[Text, fills("channel", "time")]
    paused_fault: Annotated[Text, fills("channel", "code", "time")]
    quiet: Annotated[Text, fills("time")]
    article: Annotated[Text, fills("state")]
    result: Plain
    stop: Plain


class ResultWords(Strict):
    """The page with what became of a bulletin."""

    heading: WithTitle
    not_begun: Plain
    own_only: Annotated[Text, fills("communes")]
    article: Plain
    one_by_one: Plain
    article_meanings: dict[Text, Plain]
    counts: Plain
    state: Plain
    people: Plain
    share: Plain
    meanings: dict[Text, Plain]
    reasons: Plain
    channel: Plain
    reason: Plain
    no_reasons: Plain
    code: Annotated[Text, fills("code")]
    codes: dict[Text, dict[Text, Plain]]
    resend: Plain
    resend_failed: WithNumber
    resend_unknown: WithNumber
    resend_title: Plain
    failed_what: WithNumber
    unknown_what: WithNumber
    resend_yes: Plain
    csv: Plain
    csv_article: Plain
    csv_hint: Plain
    csv_heads: Annotated[tuple[Plain, ...], Field(min_length=5, max_length=5)]
    weeks: Plain
    weeks_hint: Plain
    week: Plain
    no_weeks: Plain
    chart: Plain
    see_table: Plain
    links: Plain


class BulletinsWords(Strict):
    """Every sentence of these pages."""

    title: Plain
    list: ListWords
    write: WriteWords
    look: LookWords
    one: OneWords
    approve: ApproveWords
    stop: StopWords
    done: DoneWords
    progress: ProgressWords
    result: ResultWords
