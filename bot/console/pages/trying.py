"""Ask a question as a citizen would, to see which answer wins and why. Nothing is counted or kept."""

from collections.abc import Sequence

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.console.answer_views import LONGEST_QUESTION, tried
from bot.console.page import Answer, Page, Shown, Visit, nobodys
from bot.console.pages.answers import SEGMENT

TRY = "thu-cau-hoi"

MOST_TYPED = 800
"""Characters that the box takes: in an address each may be nine, and a server reads some 8,000 of them."""


class TryPage:
    """Asks the content in use."""

    def pages(self) -> Sequence[Page]:
        """Return the page."""
        return [Page(method="GET", path=f"/{TRY}", show=self.show, needs=Role.EDITOR, whose=nobodys)]

    async def show(self, visit: Visit) -> Answer:
        """Show what becomes of the question that was asked, if one was."""
        question = visit.asked("hoi")[:LONGEST_QUESTION].strip()
        words = visit.words.answers.trial
        result = tried(visit.library, question, words) if question else None
        facts = {"question": question, "most": MOST_TYPED, "result": result}
        return Shown("answers/try.html", words.title, facts, back=at(SEGMENT))
