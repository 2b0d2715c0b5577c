"""A budget of a campaign is used to four fifths, or wholly."""

from __future__ import annotations

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class BudgetUsed(NoticeKind):
    """title: of the campaign; percent: 80 or 100."""

    name = "budget_used"
    label = Sentence("The budget of your campaign runs out")
    place = "campaigns"

    title: str
    percent: int

    def text(self) -> Sentence:
        if self.percent >= 100:
            return Sentence("The budget of “{title}” is used up: it gives nothing more", {"title": self.title})
        values = {"title": self.title, "percent": self.percent}
        return Sentence("{percent} % of the budget of “{title}” are used", values)
