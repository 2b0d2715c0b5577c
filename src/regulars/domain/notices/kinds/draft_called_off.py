"""Somebody took a draft from the schedule, withdrew it or put it aside."""

from __future__ import annotations

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class DraftCalledOff(NoticeKind):
    """title: of the draft; by: who called it off."""

    name = "draft_called_off"
    label = Sentence("Your draft was called off")
    place = "draft"

    title: str
    by: str

    def text(self) -> Sentence:
        return Sentence("{by} called “{title}” off", {"by": self.by, "title": self.title})
