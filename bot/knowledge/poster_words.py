"""What stands on posters and on the pages that make them: the part ``posters`` of ``content/console.yaml``."""

from typing import Annotated

from pydantic import Field

from bot.knowledge.schema import Slug, Strict, Text, fills

Plain = Annotated[Text, fills()]
WithCommune = Annotated[Text, fills("commune")]


class ZaloDoorWords(Strict):
    """The way in through Zalo; its link opens the account, and the first message chooses the commune."""

    name: Plain
    steps: Plain
    missing: Plain


class TelegramDoorWords(Strict):
    """The way in through Telegram; ``unknown`` while the platform has not said the bot's name."""

    name: Plain
    steps: Plain
    missing: Plain
    unknown: Plain


class WebDoorWords(Strict):
    """The way in through the web page, where nothing has to be installed."""

    name: Plain
    steps: Plain
    missing: Plain
    local: Plain


class SheetWords(Strict):
    """The sheet on the wall."""

    heading: Plain
    lead: WithCommune
    scan: Plain
    ask: Plain
    archive: Annotated[Text, fills("address")]
    promise: Plain


class PosterWords(Strict):
    """Everything about posters."""

    title: Plain
    hint: Plain
    open: WithCommune
    of: WithCommune
    lead: Plain
    questions: Plain
    question: Annotated[Text, fills("number")]
    show: Plain
    print: Plain
    download: Plain
    file: Annotated[Text, fills("code")]
    left_out: Plain
    nothing: Plain
    defaults: Annotated[tuple[Slug, ...], Field(min_length=3, max_length=3)]
    sheet: SheetWords
    zalo: ZaloDoorWords
    telegram: TelegramDoorWords
    web: WebDoorWords
