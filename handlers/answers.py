"""Show an answer: first the short one with its source, then the whole of it page by page, then what people ask next."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from bot.knowledge.fields import fill, used_fields
from bot.knowledge.schema import Answer
from bot.markup import markdown, paginate, parse, plain
from bot.messages import Button, Reply
from bot.ports.conversations import Dialogue, Outcome
from handlers.payloads import Do, do, page_button, topic_button, vote_button
from handlers.turn import Turn, outcome

PAGE_LENGTH = 900
"""Characters of one page: about two screens of a small phone. Judged, not measured."""

SHORT_BODY = 420
"""A body up to this long is shown at once under the summary."""

_RELATED_SHOWN = 2

_ABOUT_FEEDBACK = frozenset({"pakn-gui", "pakn-can-bo", "pakn-tra-cuu"})
"""Answers on where to send feedback: the commune takes some right here."""


def show(turn: Turn, topic: str) -> Outcome:
    """Return the short answer of *topic*, or what to do now that it no longer holds."""
    answer = turn.library.answers[topic]
    if _has_expired(turn, answer):
        return _expired(turn, answer)
    # A short body stands under the summary already: "more" then asks for what comes after it.
    shown = Dialogue(topic=topic, page=int(_is_short(turn, answer)))
    return outcome(_first_page(turn, answer), _buttons(turn, answer), dialogue=shown)


def show_together(turn: Turn, topics: Sequence[str]) -> Outcome:
    """Return the short answers of *topics* one after the other; the choices, under the last, go on to each in full.

    Numbers under every one of them would mean two things at once.
    """
    shown = [show(turn, topic) for topic in topics]
    texts = tuple(Reply(reply.text) for said in shown for reply in said.replies)
    full = tuple(page_button(topic, 1, turn.library.answers[topic].title) for topic in topics)
    buttons = (*full, do(Do.PERSON, turn.say.labels.person))
    return Outcome((*texts[:-1], replace(texts[-1], buttons=buttons)), dialogue=shown[-1].dialogue)


def show_page(turn: Turn, topic: str, page: int) -> Outcome:
    """Return page *page* (from 1) of the body of *topic*; past the last one, that it was the last."""
    answer = turn.library.answers[topic]
    if _has_expired(turn, answer):
        return _expired(turn, answer)
    pages = body_pages(turn, answer)
    if page > len(pages):
        end = Dialogue(topic=topic, page=len(pages))
        return outcome(turn.say.answer.last_page, (do(Do.MENU, turn.say.labels.menu),), dialogue=end)
    text = pages[page - 1]
    labels = turn.say.labels
    if page < len(pages):
        counter = turn.say.answer.page.format(page=page, pages=len(pages))
        return outcome(
            f"{text}\n\n{counter}",
            (page_button(topic, page + 1, labels.more),),
            dialogue=Dialogue(topic=topic, page=page),
        )
    closing = "\n\n".join(filter(None, (text, _links(turn, answer), _sources(turn, answer))))
    return outcome(closing, _next_steps(turn, answer), dialogue=Dialogue(topic=topic, page=page))


def more(turn: Turn) -> Outcome | None:
    """Return the page after the one on show, or None when nothing is on show."""
    dialogue = turn.person.dialogue
    if dialogue.topic not in turn.library.answers:
        return None
    return show_page(turn, dialogue.topic, dialogue.page + 1)


def body_text(answer: Answer, today: date) -> str:
    """Return the Markdown body of *answer* as it reads on *today*: dated lines put in, left out or replaced."""
    sections = answer.body.split("\n## ")
    for timed in answer.timed:
        line = _line_on(today, timed.since, timed.until, timed.text, timed.after)
        if line:
            sections = [
                f"{section.rstrip()}\n- {line}\n" if _heading(section) == timed.section else section
                for section in sections
            ]
    return "\n## ".join(sections)


def body_pages(turn: Turn, answer: Answer) -> tuple[str, ...]:
    """Return the body in pages of Markdown, filled for the person's commune."""
    return tuple(markdown(page) for page in paginate(parse(_body(turn, answer)), PAGE_LENGTH))


def suggestion(turn: Turn, topic: str) -> Button:
    """Return a button that asks whether *topic* is meant."""
    return topic_button(topic, turn.library.answers[topic].title)


def _heading(section: str) -> str:
    return section.removeprefix("## ").split("\n", 1)[0].strip()


def _line_on(today: date, since: date | None, until: date, text: str, after: str | None) -> str | None:
    if today > until:
        return after
    return text if since is None or today >= since else None


def _body(turn: Turn, answer: Answer) -> str:
    return fill(body_text(answer, turn.now.date()), turn.fields)


def _is_short(turn: Turn, answer: Answer) -> bool:
    return _shown_length(_body(turn, answer)) <= SHORT_BODY


@lru_cache(maxsize=4096)
def _shown_length(text: str) -> int:
    """Return how many characters a reader sees of *text*; nearly every message asks it of the same few bodies."""
    return len(plain(parse(text)))


def _has_expired(turn: Turn, answer: Answer) -> bool:
    return answer.valid_until is not None and turn.now.date() > answer.valid_until


def _first_page(turn: Turn, answer: Answer) -> str:
    parts = [f"**{answer.title}**", answer.summary]
    if _is_short(turn, answer):
        parts += [_body(turn, answer), _links(turn, answer)]
    parts.append(_sources(turn, answer))
    if answer.review.status == "draft":
        parts.append(turn.say.answer.unreviewed)
    return "\n\n".join(filter(None, parts))


def _sources(turn: Turn, answer: Answer) -> str:
    """Return where the answer stands: the law if it names one, and the first source with its date."""
    words = turn.say.answer
    first = answer.sources[0]
    checked = words.checked.format(source=first.label, date=first.checked.strftime("%d/%m/%Y"))
    documents = "; ".join(document.number for document in answer.legal_basis[:2])
    basis = words.basis.format(documents=documents) if documents else ""
    return "\n\n".join(filter(None, (basis, checked)))


def _links(turn: Turn, answer: Answer) -> str:
    links = "\n".join(f"- [{link.label}]({link.url})" for link in answer.links)
    return f"{turn.say.answer.link}:\n\n{links}" if links else ""


def _buttons(turn: Turn, answer: Answer) -> tuple[Button, ...]:
    labels = turn.say.labels
    depends_on_commune = any(field.startswith("commune.") for field in used_fields(answer.body))
    needs_commune = depends_on_commune and not turn.person.commune
    takes_feedback = answer.id in _ABOUT_FEEDBACK
    related = _related(turn, answer)[: _RELATED_SHOWN - needs_commune - takes_feedback]
    return (
        *(() if _is_short(turn, answer) else (page_button(answer.id, 1, labels.more),)),
        *((do(Do.COMMUNE, labels.choose_commune),) if needs_commune else ()),
        *((do(Do.FEEDBACK, labels.feedback),) if takes_feedback else ()),
        *related,
        vote_button(answer.id, labels.helpful, is_helpful=True),
        vote_button(answer.id, labels.not_helpful, is_helpful=False),
    )


def _next_steps(turn: Turn, answer: Answer) -> tuple[Button, ...]:
    labels = turn.say.labels
    return (
        *_related(turn, answer)[:_RELATED_SHOWN],
        vote_button(answer.id, labels.helpful, is_helpful=True),
        vote_button(answer.id, labels.not_helpful, is_helpful=False),
        do(Do.PERSON, labels.person),
    )


def _related(turn: Turn, answer: Answer) -> tuple[Button, ...]:
    return tuple(suggestion(turn, topic) for topic in answer.related if topic in turn.library.answers)


def _expired(turn: Turn, answer: Answer) -> Outcome:
    until = answer.valid_until.strftime("%d/%m/%Y") if answer.valid_until else ""
    notice = turn.say.answer.expired.format(title=answer.title, date=until)
    text = "\n\n".join(filter(None, (notice, answer.when_expired)))
    labels = turn.say.labels
    shown = outcome(text, (do(Do.HOTLINES, labels.hotlines), do(Do.PERSON, labels.person), *_related(turn, answer)))
    return replace(shown, dialogue=Dialogue(topic=answer.id))
