"""Pictures for the tests of every channel: kept in memory, and counted when they are read."""

from dataclasses import dataclass, field

from bot.ports.platforms import Picture

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)

FLOOD = Picture("f1", "image/png", PNG)
MARKET = Picture("a2", "image/jpeg", JPEG)


@dataclass
class MemoryPictures:
    """`bot.ports.platforms.Pictures` of the pictures it is given; ``read`` says which keys were asked for."""

    stored: tuple[Picture, ...] = (FLOOD, MARKET)
    read: list[str] = field(default_factory=list)

    async def picture(self, key: str) -> Picture | None:
        """Return the picture *key*."""
        self.read.append(key)
        return next((picture for picture in self.stored if picture.key == key), None)
