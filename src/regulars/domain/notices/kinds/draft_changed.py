"""Somebody else saved another text of a draft."""

from __future__ import annotations

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class DraftChanged(NoticeKind):
    """title: of the draft; by: who changed it last."""

    name = "draft_changed"
    label = Sentence("A colleague changed your draft")
    place = "draft"

    title: str
    by: str

    def text(self) -> Sentence:
        return Sentence("{by} changed “{title}”, which you wrote", {"by": self.by, "title": self.title})
