"""Where the pages of the console are: every address in a template or a redirect is made here."""

from urllib.parse import quote, urlencode

PREFIX = "/quan-tri"


def at(*segments: object, **query: object) -> str:
    """Return the address of the page at *segments* below the console, with *query* behind it where not empty.

    ``at("can-bo", "Lê Nở")`` is ``/quan-tri/can-bo/L%C3%AA%20N%E1%BB%9F``; ``at()`` is the first page.
    """
    path = "/".join([PREFIX, *(quote(str(segment), safe="") for segment in segments)]) if segments else f"{PREFIX}/"
    asked = urlencode({name: value for name, value in query.items() if value not in {"", None}})
    return f"{path}?{asked}" if asked else path
