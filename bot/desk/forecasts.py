"""How many people would get a bulletin, said before anybody presses the button."""

from dataclasses import dataclass

from bot.desk.ports.bulletins import Reach
from bot.knowledge.bulletin_words import ForecastWords


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many people would get a bulletin if it began now: some at once, some when they write again."""

    reach: tuple[Reach, ...]

    @property
    def now(self) -> int:
        """Return how many get it at once."""
        return sum(one.now for one in self.reach)

    @property
    def waiting(self) -> int:
        """Return how many must write first."""
        return sum(one.waiting for one in self.reach)

    def sentence(self, words: ForecastWords) -> str:
        """Return it as officials read it: "1.240 người: 800 gửi ngay, 440 chờ đến khi họ nhắn lại."."""
        counts = {"all": self.now + self.waiting, "now": self.now, "waiting": self.waiting}
        if not counts["all"]:
            return words.nobody
        text = words.both if self.now and self.waiting else words.now if self.now else words.later
        return text.format(**{name: grouped(count) for name, count in counts.items()})


def grouped(number: int) -> str:
    """Return *number* as it is written here: "1.240"."""
    return f"{number:,}".replace(",", ".")
