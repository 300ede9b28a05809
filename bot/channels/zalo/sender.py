"""Send one stored message to one person; a picture is given to Zalo beforehand and named by the id it gets there.

An upload writes to nobody. Whatever becomes of it, the message itself was certainly not sent.
"""

import structlog

from bot.channels.zalo.body import Body
from bot.channels.zalo.client import ZaloApi
from bot.channels.zalo.codes import AttachmentExpired
from bot.channels.zalo.http import File
from bot.ports.platforms import Pictures
from bot.uploads import Uploads

log = structlog.get_logger()

# An id ends after seven days with -100, and an OA has 5,000 uploads a month (Zalo's documentation, one source).
_ID_LASTS_SECONDS = 6 * 24 * 3600.0


class Sender:
    """Sends rendered messages as one OA."""

    def __init__(self, api: ZaloApi, pictures: Pictures | None) -> None:
        """Send through *api*, with what is found in *pictures*; without it messages go out without theirs."""
        self._api = api
        self._pictures = pictures
        self._uploads = Uploads(lasts_seconds=_ID_LASTS_SECONDS)

    async def send(self, user: str, stored: str) -> str:
        """Send the *stored* body to *user* and return Zalo's id of it, empty if there was nothing to send.

        Raises:
            PlatformError: the class says whether it may have been accepted.
        """
        body = Body.loads(stored)
        attachment_id = await self._attach(body.picture) if body.picture else ""
        message = body.showing(attachment_id)
        if not message:  # the picture was all there was, and is gone
            return ""
        try:
            return await self._api.send(user, message)
        except AttachmentExpired:
            self._uploads.forget(body.picture, attachment_id)
            return await self._api.send(user, body.showing(await self._attach(body.picture)))

    async def _attach(self, key: str) -> str:
        """Return Zalo's id of the picture *key*, or empty if there is no such picture any more."""
        async with self._uploads.turn(key):
            if known := self._uploads.find(key):
                return known
            picture = await self._pictures.picture(key) if self._pictures else None
            if picture is None:
                log.warning("picture_missing", picture=key)
                return ""
            name = "anh.png" if picture.type == "image/png" else "anh.jpg"
            attachment_id = await self._api.upload_image(File(name, picture.type, picture.content))
            self._uploads.keep(key, attachment_id)
            return attachment_id
