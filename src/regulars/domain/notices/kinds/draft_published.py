"""A draft came into force, or will at its instant."""

from __future__ import annotations

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class DraftPublished(NoticeKind):
    """title: of the draft; version: as which it was published."""

    name = "draft_published"
    label = Sentence("Your draft was published")
    place = "draft"

    title: str
    version: int

    def text(self) -> Sentence:
        values = {"title": self.title, "version": str(self.version)}
        return Sentence("“{title}” is published as version {version}", values)
