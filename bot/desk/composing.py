"""A bulletin as the message its readers get: the words around it, from `content/bulletin.yaml`.

The same for everyone of a commune, apart from the older ones that waited for somebody and come along as links.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.bulletins.addresses import bulletin_address
from bot.knowledge.library import Library
from bot.markup import escape
from bot.messages import Reply
from bot.ports.bulletins import Bulletin, Mention


@dataclass(frozen=True, slots=True)
class Composer:
    """Composes bulletins with the words of *library* for people in *zone*; links begin with *public_url*."""

    library: Library
    zone: ZoneInfo
    public_url: str = ""

    def compose(self, bulletin: Bulletin, commune: str, at: datetime, older: Sequence[Mention] = ()) -> Reply:
        """Return the message that somebody of *commune* gets when *bulletin* goes out at *at*."""
        draft = bulletin.draft
        if bulletin.is_letter:
            return Reply(draft.body, picture=draft.picture)
        words = self.library.shelves.bulletin
        header = words.header.format(commune=self.commune_name(commune), date=self.day(bulletin.published_at or at))
        title = f"**{escape(' '.join(filter(None, [*self.marks(bulletin), draft.title])))}**"
        links = [self._link(one, commune) for one in older] if self.public_url else []
        parts = [escape(header), title, draft.body, *links, words.footer]
        return Reply("\n\n".join(parts), picture=draft.picture)

    def marks(self, bulletin: Bulletin) -> list[str]:
        """Return the words before the title of what is urgent or corrects another bulletin."""
        words, draft = self.library.shelves.bulletin, bulletin.draft
        return list(words.marks(is_urgent=draft.is_urgent, is_correction=draft.corrects is not None))

    def commune_name(self, code: str) -> str:
        """Return the name of the commune *code*, with its kind."""
        return self.library.fields(code)["commune.name"]

    def day(self, moment: datetime) -> str:
        """Return the day of *moment* here, as people write it."""
        return f"{moment.astimezone(self.zone):%d/%m/%Y}"

    def address(self, bulletin_id: int, commune: str) -> str:
        """Return where the archive of *commune* shows a bulletin."""
        return bulletin_address(self.public_url, commune, bulletin_id)

    def _link(self, older: Mention, commune: str) -> str:
        line = self.library.shelves.bulletin.older
        return line.format(
            title=escape(older.title), url=self.address(older.id, commune), date=self.day(older.published_at)
        )
