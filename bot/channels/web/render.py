"""A `Reply` as what the page shows: safe HTML for the text, plain data for what may be pressed."""

import json

from bot.messages import Outgoing, Reply
from bot.web.hypertext import html, is_followable


def render(reply: Reply, *, forgets: bool = False) -> tuple[str, ...]:
    """Return *reply* as one stored body, none if there is nothing in it.

    The body is JSON: ``{"html": str, "choices": [{"label", "payload"}], "links": [{"label", "url"}], "asks_location":
    bool}``, choices in the order of their numbers. *forgets* adds ``"forgets": true``: the page drops what it kept
    before this reply.
    """
    body: dict[str, object] = {
        "html": html(reply.text),
        "choices": [{"label": button.label, "payload": button.payload} for button in reply.choices],
        "links": [{"label": button.label, "url": button.url} for button in reply.buttons if is_followable(button.url)],
        "asks_location": reply.asks_location,
    }
    if not any(body.values()):
        return ()
    if forgets:
        body["forgets"] = True
    return (json.dumps(body, ensure_ascii=False, separators=(",", ":")),)


def shown(reply: Outgoing) -> dict[str, object]:
    """Return a stored reply as the page gets it: its body and, as ``id``, our number of it."""
    body: dict[str, object] = json.loads(reply.body)
    return {"id": reply.id, **body}
