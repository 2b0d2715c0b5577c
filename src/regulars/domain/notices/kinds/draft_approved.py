"""A second person approved a draft of the rulebook."""

from __future__ import annotations

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class DraftApproved(NoticeKind):
    """title: of the draft; by: who approved it, as writes name them."""

    name = "draft_approved"
    label = Sentence("A colleague approved your draft")
    place = "draft"

    title: str
    by: str

    def text(self) -> Sentence:
        return Sentence("{by} approved “{title}”: it can be published", {"by": self.by, "title": self.title})
