"""A campaign ends within three days."""

from __future__ import annotations

from datetime import datetime

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class CampaignEnds(NoticeKind):
    """title: of the campaign; ends: its last instant."""

    name = "campaign_ends"
    label = Sentence("Your campaign ends soon")
    place = "campaigns"

    title: str
    ends: datetime

    def text(self) -> Sentence:
        return Sentence("“{title}” ends on {ends}", {"title": self.title, "ends": self.ends})
