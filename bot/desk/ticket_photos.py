"""Photos in tickets, fetched from the platform that keeps them at the moment somebody of the staff asks for one.

We keep only what the platform calls them: a photo may show faces, papers and number plates, and is deleted with the
chat. What comes back is a stranger's file, so it is a picture by its bytes or it is not shown.
"""

from collections.abc import Callable, Sequence

import structlog

from bot.desk.ports.tickets import Photo
from bot.errors import FileTooLarge, PlatformError, UserError
from bot.knowledge.library import Library
from bot.ports.platforms import PhotoKeeper
from bot.tickets.photos import MOST_BYTES, photo_type

log = structlog.get_logger()

_MEGABYTE = 1024 * 1024


class TicketPhotos:
    """Fetches photos from *keepers*, the platforms that this process is connected with."""

    def __init__(self, library: Callable[[], Library], keepers: Sequence[PhotoKeeper]) -> None:
        """Refuse in the words of the newest *library*."""
        self._library = library
        self._keepers = keepers

    def keeps(self, reference: str) -> bool:
        """Tell whether one of the platforms keeps the photo *reference*."""
        return self._keeper(reference) is not None

    async def fetch(self, reference: str) -> Photo:
        """Return the photo *reference*.

        Raises:
            UserError: it cannot be had, or is no picture; the sentence says what to do.
        """
        words, keeper = self._library().shelves.console.tickets.mistakes, self._keeper(reference)
        if keeper is None:
            raise UserError(words.photo_off)
        try:
            content = await keeper.fetch_photo(reference, MOST_BYTES)
        except FileTooLarge:
            raise UserError(words.photo_large.format(most=MOST_BYTES // _MEGABYTE)) from None
        except PlatformError as error:
            log.warning("ticket_photo_not_fetched", code=error.code)
            raise UserError(words.photo_later) from None
        if content is None:
            raise UserError(words.photo_gone)
        if not (kind := photo_type(content)):
            raise UserError(words.photo_strange)
        return Photo(kind, content)

    def _keeper(self, reference: str) -> PhotoKeeper | None:
        return next((keeper for keeper in self._keepers if keeper.keeps(reference)), None)
