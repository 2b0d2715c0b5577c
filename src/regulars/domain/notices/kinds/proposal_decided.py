"""A rulebook that waited for a second person was approved or declined."""

from __future__ import annotations

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class ProposalDecided(NoticeKind):
    """by: who decided; version: as which it was published, 0 where it was declined."""

    name = "proposal_decided"
    label = Sentence("A colleague decided on your version")
    place = "version"

    by: str
    version: int

    def text(self) -> Sentence:
        values = {"by": self.by, "version": str(self.version)}
        if not self.version:
            return Sentence("{by} declined the rulebook that you proposed", values)
        return Sentence("{by} approved the rulebook that you proposed: it is version {version}", values)
