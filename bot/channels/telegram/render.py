"""A `Reply` as Telegram messages: HTML within Telegram's limits, and a keyboard under the last of them.

Choices are numbered on their buttons, so that a typed ``2`` and the second button mean the same. Labels too long for a
phone's screen are spelled out in the text as well. Words that fit under a picture are its caption; more of them follow
it as messages of their own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import TypeVar
from urllib.parse import urlsplit

from bot.channels.telegram.body import Body
from bot.channels.telegram.texts import TelegramTexts
from bot.markup import Block, BlockKind, Span, paginate, parse, plain, plain_line
from bot.messages import Button, Reply

# PTB's constants MessageLimit and InlineKeyboardMarkupLimit. Of more than 100 entities Telegram drops the rest, and
# with a dropped link goes its address.
_TEXT_UNITS = 4096
_CAPTION_UNITS = 1024
_ENTITIES = 100
_BUTTONS = 100

# About what a phone shows on a button of half and of full width before it cuts the label with dots; seen, not promised.
_SHORT_LABEL = 16
_LEGIBLE_LABEL = 34

T = TypeVar("T")


def render(reply: Reply, texts: TelegramTexts) -> tuple[str, ...]:
    """Return *reply* as stored bodies (`Body.dumps`), in the order to send them."""
    bodies = _bodies(_blocks(reply), reply.picture)
    keyboard = _inline_keyboard(reply)
    if keyboard:
        bodies[-1] = replace(bodies[-1], markup=keyboard)
    if reply.asks_location:
        bodies = _with_location_button(bodies, texts)
    return tuple(body.dumps() for body in bodies)


def _bodies(blocks: Sequence[Block], picture: str) -> list[Body]:
    """Return *blocks* as messages, the first of them with the *picture* if there is one."""
    if not picture:
        return [Body(_html(page), plain(page)) for page in _pages(blocks)]
    match list(_pages(blocks, _CAPTION_UNITS)):
        case []:
            return [Body("", "", picture=picture)]
        case [caption]:
            return [Body(_html(caption), plain(caption), picture=picture)]
        case _:
            return [Body("", "", picture=picture), *_bodies(blocks, picture="")]


def utf16_units(text: str) -> int:
    """Return the length of *text* as Telegram counts it: characters beyond the basic plane, such as emoji, are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _blocks(reply: Reply) -> tuple[Block, ...]:
    """Return the reply's text, and under it what cannot be read on or pressed as a button."""
    said = parse(reply.text)
    is_silent = not plain(said).strip()
    choices = _listed_choices(reply) if is_silent or _needs_list(reply) else ()
    addresses = tuple(
        Block(BlockKind.PARAGRAPH, (Span(button.label, url=button.url),))
        for button in reply.buttons
        if button.url and (is_silent or not _is_pressable(button.url))
    )
    return (*said, *choices, *addresses)


def _listed_choices(reply: Reply) -> tuple[Block, ...]:
    numbered = enumerate(reply.choices, start=1)
    return tuple(Block(BlockKind.ITEM, (Span(button.label),), f"{number}.") for number, button in numbered)


def _needs_list(reply: Reply) -> bool:
    labels = (_label(number, button) for number, button in enumerate(reply.choices, start=1))
    return len(reply.buttons) > _BUTTONS or any(len(label) > _LEGIBLE_LABEL for label in labels)


def _is_pressable(url: str) -> bool:
    """Tell whether Telegram takes *url* behind a link or button: web addresses with a real host only.

    It refuses the whole message for a button with ``tel:`` or a bare ``localhost`` (known from issue trackers). Shown
    as text, a phone number or a mail address can be tapped all the same.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def _pages(blocks: Iterable[Block], units: int = _TEXT_UNITS) -> Iterator[tuple[Block, ...]]:
    for page in paginate(blocks, units, utf16_units):
        pieces = (piece for block in page for piece in _with_few_entities(block))
        for group in _groups(pieces, _entities, _ENTITIES):
            if plain(group).strip():  # Telegram refuses a message without words
                yield group


def _with_few_entities(block: Block) -> Iterator[Block]:
    """Yield *block*, or pieces of it that each hold no more entities than a message may."""
    marker = block.marker
    for spans in _groups(block.spans, _span_entities, _ENTITIES - 1):
        yield replace(block, spans=spans, marker=marker)
        marker = ""


def _groups(items: Iterable[T], weigh: Callable[[T], int], limit: int) -> Iterator[tuple[T, ...]]:
    """Yield *items* in order, in groups that weigh at most *limit* each."""
    group, weight = list[T](), 0
    for item in items:
        if group and weight + weigh(item) > limit:
            yield tuple(group)
            group, weight = [], 0
        group.append(item)
        weight += weigh(item)
    if group:
        yield tuple(group)


def _entities(block: Block) -> int:
    return (block.kind is BlockKind.HEADING) + sum(map(_span_entities, block.spans))


def _span_entities(span: Span) -> int:
    return span.is_bold + _is_pressable(span.url)


def _html(page: Iterable[Block]) -> str:
    """Return *page* with tags. The layout stays that of `plain`: only what stands inside a line is dressed."""
    return plain(replace(block, spans=(Span(_dressed(block)),)) for block in page)


def _dressed(block: Block) -> str:
    if block.kind is BlockKind.HEADING:
        return f"<b>{''.join(_link(span) for span in block.spans)}</b>"
    return "".join(f"<b>{_link(span)}</b>" if span.is_bold else _link(span) for span in block.spans)


def _link(span: Span) -> str:
    if _is_pressable(span.url):
        return f'<a href="{escape(span.url)}">{escape(span.text)}</a>'
    return escape(plain_line(Block(BlockKind.PARAGRAPH, (span,))))


def _inline_keyboard(reply: Reply) -> dict[str, object] | None:
    keys = [
        *({"text": _label(n, button), "callback_data": button.payload} for n, button in enumerate(reply.choices, 1)),
        *({"text": button.label, "url": button.url} for button in reply.buttons if _is_pressable(button.url)),
    ][:_BUTTONS]
    return {"inline_keyboard": _rows(keys)} if keys else None


def _rows(keys: Sequence[dict[str, str]]) -> list[Sequence[dict[str, str]]]:
    width = 2 if all(len(key["text"]) <= _SHORT_LABEL for key in keys) else 1
    return [keys[start : start + width] for start in range(0, len(keys), width)]


def _label(number: int, button: Button) -> str:
    return f"{number}. {button.label}"


def _with_location_button(bodies: Sequence[Body], texts: TelegramTexts) -> list[Body]:
    """Return *bodies* with the button that shares where one is.

    It belongs to another kind of keyboard than the others, and a message carries one kind only; beside other buttons it
    comes with a message of its own.
    """
    markup: dict[str, object] = {
        "keyboard": [[{"text": texts.share_location, "request_location": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    if bodies and bodies[-1].markup is None:
        return [*bodies[:-1], replace(bodies[-1], markup=markup)]
    prompt = texts.share_location_prompt
    return [*bodies, Body(escape(prompt), prompt, markup)]
