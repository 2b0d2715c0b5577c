"""A second person declined a draft of the rulebook."""

from __future__ import annotations

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class DraftDeclined(NoticeKind):
    """title: of the draft; by: who declined it; note: why, in their words, may be empty."""

    name = "draft_declined"
    label = Sentence("A colleague declined your draft")
    place = "draft"

    title: str
    by: str
    note: str

    def text(self) -> Sentence:
        values = {"by": self.by, "title": self.title, "note": self.note}
        if not self.note:
            return Sentence("{by} declined “{title}”", values)
        return Sentence("{by} declined “{title}”: {note}", values)
