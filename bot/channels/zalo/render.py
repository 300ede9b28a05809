"""Turn a reply into Zalo messages: plain text of at most 2,000 characters, with at most five buttons under the last.

Choices are always listed in the text with their numbers. Zalo shows five buttons and a list may be longer; it is not
known whether state-agency OAs show any; and a number can be typed on every phone.

Buttons show what they send (`oa.query.show`) although the hidden kind looks tidier: a live project reports that hidden
ones sometimes produced no event in the middle of a conversation, and a code on display is better than no answer.
`ZaloOptions.shows_presses` turns that round once a real OA has shown the hidden kind to be reliable.

A message carries one attachment, a picture or buttons. With a picture everything that could be pressed stands in the
text.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.zalo import payload
from bot.channels.zalo.body import Body
from bot.markup import Block, BlockKind, Span, paginate, parse, plain
from bot.messages import Button, Reply

# Zalo's documentation; error -210 above it. Whether Zalo counts characters or UTF-16 units is not documented, so the
# larger of the two is kept within it.
TEXT_LIMIT = 2000
BUTTON_LIMIT = 5
LABEL_LIMIT = 100
"""Longest button title (one source); a longer label is cut, and the list in the text has it whole."""


@dataclass(frozen=True, slots=True)
class ZaloTexts:
    """The sentences this channel adds to a reply; an empty one is left out.

    ``choose_by_number`` follows a list of choices ("Gõ số để chọn"). ``share_location`` tells how to send one's place:
    Zalo has no button for it.
    """

    choose_by_number: str
    share_location: str = ""


def render(reply: Reply, texts: ZaloTexts, *, shows_presses: bool = True) -> tuple[str, ...]:
    """Return *reply* as stored bodies (`Body.dumps`), in the order to send them; none if it is empty."""
    pages = paginate(_blocks(reply, texts), TEXT_LIMIT, measure)
    parts = [text for page in pages if (text := _normal(plain(page)).strip())]
    if reply.picture:
        first, *others = parts or [""]
        bodies = [Body({"text": first} if first else {}, reply.picture), *(Body({"text": text}) for text in others)]
    else:
        buttons = [_button(button, shows_presses=shows_presses) for button in reply.buttons[:BUTTON_LIMIT]]
        bodies = [Body(_message(text, buttons if last else ())) for text, last in _with_last(parts)]
    return tuple(body.dumps() for body in bodies)


def measure(text: str) -> int:
    """Return the length that Zalo may count: UTF-16 units after composing accents, never fewer than the characters."""
    return len(_normal(text).encode("utf-16-le", "surrogatepass")) // 2


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _with_last(parts: Sequence[str]) -> list[tuple[str, bool]]:
    return [(text, index == len(parts) - 1) for index, text in enumerate(parts)]


def _blocks(reply: Reply, texts: ZaloTexts) -> list[Block]:
    """Return the reply's own text, then what stands for buttons in text, then the channel's sentences."""
    own = parse(reply.text)
    carried = reply.buttons[:BUTTON_LIMIT] if (own or reply.choices) and not reply.picture else ()
    links = [button for button in reply.buttons if button.url and button not in carried]
    blocks = [*own, *_choices(reply), *(_item(Span(button.label, url=button.url), "•") for button in links)]
    if reply.choices and texts.choose_by_number:
        blocks.append(_sentence(texts.choose_by_number))
    if reply.asks_location and texts.share_location:
        blocks.append(_sentence(texts.share_location))
    return blocks


def _choices(reply: Reply) -> list[Block]:
    return [_item(Span(button.label), f"{number}.") for number, button in enumerate(reply.choices, start=1)]


def _item(span: Span, marker: str) -> Block:
    return Block(BlockKind.ITEM, (span,), marker)


def _sentence(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, (Span(text),))


def _message(text: str, buttons: Sequence[object]) -> dict[str, object]:
    message: dict[str, object] = {"text": text}
    if buttons:
        # No "template_type" for text with buttons: Zalo's own SDK and every live client leave it out.
        message["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
    return message


def _button(button: Button, *, shows_presses: bool) -> dict[str, object]:
    title = _cut(_normal(button.label))
    if button.payload:
        kind = "oa.query.show" if shows_presses else "oa.query.hide"
        return {"title": title, "type": kind, "payload": payload.to_text(button.payload)}
    if button.url.startswith("tel:"):
        return {"title": title, "type": "oa.open.phone", "payload": {"phone_code": button.url.removeprefix("tel:")}}
    return {"title": title, "type": "oa.open.url", "payload": {"url": button.url}}


def _cut(label: str) -> str:
    return label if len(label) <= LABEL_LIMIT else f"{label[: LABEL_LIMIT - 1].rstrip()}…"
