"""Pictures on Telegram: the first message that shows one brings the file along, later ones name it by its ``file_id``.

The id stands in the answer to that first message and is good for every chat of the bot.
"""

from collections.abc import Awaitable, Callable

import structlog
from telegram import InputFile
from telegram.error import BadRequest

from bot.channels.telegram.faults import is_file_unknown
from bot.ports.platforms import Picture, Pictures
from bot.uploads import Uploads

log = structlog.get_logger()

Photo = str | InputFile
"""A picture as Telegram takes it: the ``file_id`` of one it has, or the file itself."""

Post = Callable[[Photo | None], Awaitable[object]]
"""Sends one message with the photo it is given, or without, and returns Telegram's answer."""


class Photos:
    """Shows pictures in messages, uploading each as rarely as can be."""

    def __init__(self, pictures: Pictures | None) -> None:
        """Show what is found in *pictures*; without it messages go out without theirs."""
        self._pictures = pictures
        self._uploads = Uploads()

    async def show(self, key: str, post: Post) -> object:
        """Let *post* send a message with the picture *key* and return its answer.

        A picture that is not there any more costs nobody the words: they are sent without it.

        Raises:
            TelegramError: as *post* raised it; a message is repeated only where Telegram refused an outdated id.
        """
        if file_id := self._uploads.find(key):
            try:
                return await post(file_id)
            except BadRequest as refused:
                if not is_file_unknown(refused):
                    raise
                self._uploads.forget(key, file_id)
        async with self._uploads.turn(key):
            file_id = self._uploads.find(key)
            if not file_id:
                return await self._upload(key, post)
        return await post(file_id)

    async def _upload(self, key: str, post: Post) -> object:
        picture = await self._pictures.picture(key) if self._pictures else None
        if picture is None:
            log.warning("picture_missing", picture=key)
            return await post(None)
        answer = await post(_file(picture))
        if file_id := _file_id(answer):
            self._uploads.keep(key, file_id)
        return answer


def _file(picture: Picture) -> InputFile:
    return InputFile(picture.content, filename="anh.png" if picture.type == "image/png" else "anh.jpg")


def _file_id(answer: object) -> str:
    """Return the id of the largest size, which Telegram lists last; empty if the answer names none."""
    sizes = answer.get("photo") if isinstance(answer, dict) else None
    return str(sizes[-1].get("file_id", "")) if sizes else ""
