"""Everything the bot says that is not an answer: the shape of ``content/messages.yaml``.

One field a sentence, so that a missing or misspelt one is found at load, with its line, and mypy finds it in the code.
A field's annotation names the ``{placeholders}`` it may use.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from bot.knowledge.schema import Strict, Text, fills

_Text = Annotated[str, StringConstraints(min_length=1)]
Plain = Annotated[_Text, fills()]
Label = Annotated[str, StringConstraints(min_length=1, max_length=32), fills()]
WithCommune = Annotated[_Text, fills("commune")]


class Labels(Strict):
    """What stands on buttons."""

    more: Label
    helpful: Label
    not_helpful: Label
    menu: Label
    hotlines: Label
    person: Label
    choose_commune: Label
    change_commune: Label
    no_hamlet: Label
    bulletins: Label
    subscribe: Label
    unsubscribe: Label
    agree: Label
    not_now: Label
    my_data: Label
    feedback: Label
    my_feedback: Label
    forget: Label
    forget_yes: Label
    keep: Label
    back: Label
    portal: Label
    archive: Label
    share_location: Label


class Words(Strict):
    """Small words people write that are no questions; folded before they are compared, whole message only."""

    greeting: tuple[Text, ...]
    thanks: tuple[Text, ...]
    goodbye: tuple[Text, ...]
    affirm: tuple[Text, ...]
    deny: tuple[Text, ...]
    abuse: tuple[Text, ...]
    more: tuple[Text, ...]
    menu: tuple[Text, ...]
    help: tuple[Text, ...]
    commune: tuple[Text, ...]
    hamlet: tuple[Text, ...]
    subscribe: tuple[Text, ...]
    unsubscribe: tuple[Text, ...]
    bulletins: tuple[Text, ...]
    hotlines: tuple[Text, ...]
    person: tuple[Text, ...]
    feedback: tuple[Text, ...]
    my_feedback: tuple[Text, ...]
    skip: tuple[Text, ...]
    send: tuple[Text, ...]
    edit: tuple[Text, ...]
    cancel: tuple[Text, ...]
    end: tuple[Text, ...]
    my_data: tuple[Text, ...]
    forget: tuple[Text, ...]
    console: tuple[Text, ...]
    courtesy: Annotated[tuple[Text, ...], Field(min_length=1)]


class AnswerWords(Strict):
    """The fixed words around an answer."""

    unreviewed: Plain
    basis: Annotated[_Text, fills("documents")]
    checked: Annotated[_Text, fills("source", "date")]
    link: Plain
    expired: Annotated[_Text, fills("title", "date")]
    page: Annotated[_Text, fills("page", "pages")]
    last_page: Plain
    sample: Annotated[_Text, fills("value")]


class Commands(Strict):
    """What Telegram's menu says of each command."""

    start: Plain
    menu: Plain
    xa: Plain
    bantin: Plain
    duongday: Plain
    canbo: Plain
    phananh: Plain
    dulieu: Plain
    help: Plain


class TelegramWords(Strict):
    """What only Telegram shows."""

    location_prompt: Plain
    location_received: Plain
    commands: Commands


class ZaloWords(Strict):
    """What only Zalo shows: it has no button for sharing where one is."""

    share_location: Plain


class WebWords(Strict):
    """What only the web page shows."""

    title: Plain
    intro: Plain
    placeholder: Plain
    send: Plain
    offline: Plain
    online: Plain
    too_many: Plain
    too_long: Plain
    log_label: Plain
    choices_label: Plain
    you: Plain
    bot: Plain
    skip: Plain
    no_script: Plain
    location_denied: Plain
    privacy: Plain


class ArchiveWords(Strict):
    """What the public pages of bulletins say around them."""

    site: Plain
    skip: Plain
    trail: Plain
    home: Plain
    home_intro: Plain
    title: WithCommune
    none: Plain
    hamlets: Annotated[_Text, fills("hamlets")]
    newer: Plain
    older: Plain
    page: Annotated[_Text, fills("page", "pages")]
    pages: Plain
    corrected: Annotated[_Text, fills("date")]
    corrects: Annotated[_Text, fills("date")]
    stopped: Annotated[_Text, fills("date")]
    picture: Annotated[_Text, fills("title")]
    forms: Plain
    sheet: Plain
    radio: Plain
    radio_intro: Plain
    radio_text: Plain
    back: Plain
    all: WithCommune
    subscribe: Plain
    feed: Plain
    feed_about: WithCommune
    ask: Plain
    exchanges: Plain
    exchanges_title: WithCommune
    exchanges_intro: Plain
    exchanges_none: Plain
    exchanges_how: Plain
    exchange_question: Plain
    exchange_answer: WithCommune
    missing: Plain
    missing_why: Plain


class TalkWords(Strict):
    """Talking with staff themselves; ``days`` are the working days in which somebody who wants to is answered."""

    days: Annotated[int, Field(ge=1, le=30)]
    begun: WithCommune
    ended: Plain
    ended_by_silence: Plain
    ended_by_staff: WithCommune
    says: WithCommune
    hint: Plain


class TicketStates(Strict):
    """Where a feedback stands, to whoever sent it."""

    new: Plain
    assigned: Plain
    answered: Plain
    closed: Plain


class FeedbackWords(Strict):
    """Feedback to the commune, from the first question to the answer; ``days`` are the working days it may take."""

    days: Annotated[int, Field(ge=1, le=60)]
    send: Label
    edit: Label
    cancel: Label
    skip: Label
    what: Label
    where: Label
    photo: Label
    keep: Label
    ask: WithCommune
    ask_web: Plain
    ask_where: Plain
    ask_photo: Plain
    again: Plain
    photo_received: Plain
    point_received: Plain
    check: WithCommune
    place: Annotated[_Text, fills("place")]
    point: Plain
    photos: Annotated[_Text, fills("count")]
    sure: Plain
    ask_edit: Plain
    sent: Annotated[_Text, fills("commune", "code", "date", "days")]
    sent_web: Annotated[_Text, fills("commune", "code", "date", "days")]
    cancelled: Plain
    left: Plain
    nothing: Plain
    too_long: Annotated[_Text, fills("length", "most")]
    too_many: Annotated[_Text, fills("count")]
    not_here: WithCommune
    none: Plain
    list: Plain
    line: Annotated[_Text, fills("code", "date", "state", "text")]
    unknown: Annotated[_Text, fills("code")]
    one: Annotated[_Text, fills("code", "commune", "date")]
    states: TicketStates
    due: Annotated[_Text, fills("date")]
    overdue: Annotated[_Text, fills("date", "phone")]
    answer: WithCommune
    add: Annotated[_Text, fills("code")]
    added: Annotated[_Text, fills("code")]
    answered: Annotated[_Text, fills("commune", "code")]


class Sayings(Strict):
    """Every sentence of the bot itself."""

    labels: Labels
    words: Words
    answer: AnswerWords
    telegram: TelegramWords
    zalo: ZaloWords
    web: WebWords
    archive: ArchiveWords
    talk: TalkWords
    feedback: FeedbackWords

    greeting: Plain
    greeting_commune: WithCommune
    help: Plain
    menu: Plain
    menu_node: Annotated[_Text, fills("title")]
    choose_number: Plain

    suggest: Plain
    none: Plain
    two_questions: Plain
    long_message: Plain

    emergency: Annotated[_Text, fills("reply", "numbers")]

    hotlines_commune: WithCommune
    hotlines_unknown_commune: Plain
    hotline_line: Annotated[_Text, fills("name", "phone", "what")]
    hotline_sample: Plain
    hotlines_national: Plain
    hotlines_province: Annotated[_Text, fills("province")]
    contact_one_stop: Annotated[_Text, fills("name", "address", "phone", "hours")]
    contact_office: Annotated[_Text, fills("phone")]
    contact_police: Annotated[_Text, fills("name", "phone")]

    ask_commune: Plain
    commune_several: Annotated[_Text, fills("text")]
    commune_confirm: WithCommune
    commune_unknown: Annotated[_Text, fills("text")]
    commune_chosen: WithCommune
    commune_chosen_bare: WithCommune
    commune_same: WithCommune
    commune_nearest: Annotated[_Text, fills("commune", "kilometres")]
    commune_too_far: Plain
    moved_with_bulletin: WithCommune
    moved_without_bulletin: Plain

    hamlet_ask: Plain
    hamlet_ask_many: Plain
    hamlet_several: Annotated[_Text, fills("text")]
    hamlet_unknown: Annotated[_Text, fills("text")]
    hamlet_chosen: Annotated[_Text, fills("hamlet")]
    hamlet_chosen_only: Annotated[_Text, fills("hamlet")]
    hamlet_none: Plain
    hamlet_later: Plain
    hamlet_unlisted: WithCommune

    subscribe_consent: WithCommune
    subscribe_done: WithCommune
    subscribe_already: WithCommune
    subscribe_later: Plain
    subscribe_web: WithCommune
    unsubscribe_done: Plain
    unsubscribe_none: Plain
    bulletins_none: WithCommune
    bulletins_head: WithCommune
    bulletin_for: Annotated[_Text, fills("hamlets")]
    bulletin_corrected: Plain
    bulletin_stopped: Plain

    dossier: Annotated[_Text, fills("code")]

    person_open: Annotated[_Text, fills("commune", "phone", "until")]
    person_closed: Annotated[_Text, fills("commune", "phone", "opens")]
    person_open_bare: Annotated[_Text, fills("commune", "phone", "until")]
    person_closed_bare: Annotated[_Text, fills("commune", "phone", "opens")]
    person_no_commune: Plain

    staff_code_linked: Annotated[_Text, fills("name")]
    staff_code_wrong: Plain
    staff_code_wait: Plain
    staff_code_elsewhere: Plain
    staff_link: Annotated[_Text, fills("name", "url")]
    staff_no_link: Annotated[_Text, fills("name")]

    data_head: Plain
    data_commune: WithCommune
    data_no_commune: Plain
    data_hamlet: Annotated[_Text, fills("hamlet")]
    data_subscribed: Annotated[_Text, fills("date")]
    data_not_subscribed: Plain
    data_counts: Annotated[_Text, fills("questions", "votes", "since")]
    data_tickets: Annotated[_Text, fills("tickets")]
    forget_sure: Plain
    forget_done: Plain
    forget_kept: Plain

    vote_thanks: Plain
    vote_sorry: Plain

    thanks: Plain
    goodbye: Plain
    affirm: Plain
    deny: Plain
    abuse: Plain
    only_marks: Plain
    media: dict[Text, Plain]
    personal_number: Plain
    number_without_choice: Plain
    stale_button: Plain
    apology: Plain

    weekdays: Annotated[tuple[Text, ...], Field(min_length=7, max_length=7)]
    opens_at: Annotated[_Text, fills("weekday", "date", "time")]
    opens_today: Annotated[_Text, fills("time")]
