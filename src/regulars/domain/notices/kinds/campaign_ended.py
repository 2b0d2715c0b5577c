"""A campaign is over by its dates."""

from __future__ import annotations

from datetime import datetime

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class CampaignEnded(NoticeKind):
    """title: of the campaign; ended: its last instant."""

    name = "campaign_ended"
    label = Sentence("Your campaign ended")
    place = "campaigns"

    title: str
    ended: datetime

    def text(self) -> Sentence:
        return Sentence("“{title}” ended on {ended}", {"title": self.title, "ended": self.ended})
