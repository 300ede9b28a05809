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
    bulletins: Label
    subscribe: Label
    unsubscribe: Label
    agree: Label
    not_now: Label
    my_data: Label
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
    subscribe: tuple[Text, ...]
    unsubscribe: tuple[Text, ...]
    bulletins: tuple[Text, ...]
    hotlines: tuple[Text, ...]
    person: tuple[Text, ...]
    my_data: tuple[Text, ...]
    forget: tuple[Text, ...]
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


class Sayings(Strict):
    """Every sentence of the bot itself."""

    labels: Labels
    words: Words
    answer: AnswerWords
    telegram: TelegramWords
    zalo: ZaloWords
    web: WebWords

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

    subscribe_consent: WithCommune
    subscribe_done: WithCommune
    subscribe_already: WithCommune
    subscribe_later: Plain
    subscribe_web: WithCommune
    unsubscribe_done: Plain
    unsubscribe_none: Plain
    bulletins_none: WithCommune
    bulletins_head: WithCommune

    dossier: Annotated[_Text, fills("code")]

    person_open: Annotated[_Text, fills("commune", "phone", "until")]
    person_closed: Annotated[_Text, fills("commune", "phone", "opens")]
    person_no_commune: Plain

    data_head: Plain
    data_commune: WithCommune
    data_no_commune: Plain
    data_subscribed: Annotated[_Text, fills("date")]
    data_not_subscribed: Plain
    data_counts: Annotated[_Text, fills("questions", "votes", "since")]
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
