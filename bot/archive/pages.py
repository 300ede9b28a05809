"""The templates of the archive. What goes into them is text, and is escaped, unless it says that it is HTML."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.archive.views import Card, Talk
from bot.knowledge.sayings import ArchiveWords


class Pages:
    """Renders pages, in the words it is given with each."""

    def __init__(self, base: str) -> None:
        """Read the templates; the addresses of static files begin with *base*."""
        self._templates = Environment(
            loader=PackageLoader("bot.archive"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["files"] = base
        self._templates.filters["body"] = _body
        self._templates.filters["question"] = _question
        self._templates.filters["answer"] = _answer

    def show(self, name: str, words: ArchiveWords, **facts: object) -> str:
        """Return the page *name* with *facts*."""
        return self._templates.get_template(f"{name}.html").render(words=words, **facts)


def _body(card: Card) -> Markup:
    return Markup(card.body)  # noqa: S704  # `bot.web.hypertext` has escaped all that anybody wrote


def _question(talk: Talk) -> Markup:
    return Markup(talk.question)  # noqa: S704  # likewise


def _answer(talk: Talk) -> Markup:
    return Markup(talk.answer)  # noqa: S704  # likewise
