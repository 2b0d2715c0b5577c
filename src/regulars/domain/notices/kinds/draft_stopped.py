"""A scheduled draft was due and could not be published."""

from __future__ import annotations

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class DraftStopped(NoticeKind):
    """title: of the draft; its page says why."""

    name = "draft_stopped"
    label = Sentence("Your draft could not be published")
    place = "draft"

    title: str

    def text(self) -> Sentence:
        return Sentence("“{title}” was due and is not published: its page says why", {"title": self.title})
