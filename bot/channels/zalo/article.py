"""A bulletin as an article of Zalo's: a page with a cover, which an OA can broadcast to everyone who follows it.

Limits are Zalo's documentation's (-210 above them). That the body takes HTML is said by two clients in use; which tags,
nobody says, so it gets paragraphs and bold. No I/O, so every rule is a table test.
"""

import re
import unicodedata
from html import escape

from bot.markup import Block, BlockKind, Span, parse, plain, plain_line
from bot.ports.platforms import Article

TITLE_LIMIT = 150
AUTHOR_LIMIT = 50
DESCRIPTION_LIMIT = 300

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def article_object(article: Article) -> dict[str, object]:
    """Return the body of ``article/create`` for *article*: to be read, not commented on, for nobody would answer."""
    blocks = parse(unicodedata.normalize("NFC", article.text))
    title = _cut(unicodedata.normalize("NFC", article.title), TITLE_LIMIT)
    return {
        "type": "normal",
        "title": title,
        "author": _cut(unicodedata.normalize("NFC", article.author), AUTHOR_LIMIT),
        "description": describe(blocks) or title,
        "cover": {"cover_type": "photo", "photo_url": article.cover_url, "status": "show"},
        "body": [{"type": "text", "content": "".join(map(_paragraph, blocks)) or f"<p>{escape(title)}</p>"}],
        "status": "show",
        "comment": "hide",
    }


def describe(blocks: tuple[Block, ...]) -> str:
    """Return the first sentences that fit in a description, or the beginning of the first where none does."""
    text = " ".join(plain([block for block in blocks if block.kind is not BlockKind.HEADING]).split())
    described = ""
    for sentence in _SENTENCE_END.split(text):
        longer = f"{described} {sentence}".strip()
        if len(longer) > DESCRIPTION_LIMIT:
            break
        described = longer
    return described or _cut(text, DESCRIPTION_LIMIT)


def _paragraph(block: Block) -> str:
    text = "".join(map(_dressed, block.spans)).replace("\n", "<br>")
    if block.kind is BlockKind.HEADING:
        return f"<p><b>{text}</b></p>"
    return f"<p>{f'{escape(block.marker)} ' if block.marker else ''}{text}</p>"


def _dressed(span: Span) -> str:
    text = escape(plain_line(Block(BlockKind.PARAGRAPH, (span,))), quote=False)
    return f"<b>{text}</b>" if span.is_bold else text


def _cut(text: str, limit: int) -> str:
    """Return *text* within *limit* characters, cut between words where there are any."""
    if len(text) <= limit:
        return text
    whole_words = text[:limit].rpartition(" ")[0]
    return f"{(whole_words or text)[: limit - 1].rstrip()}…"
