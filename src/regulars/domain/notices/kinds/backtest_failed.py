"""A back-test could not be worked out."""

from __future__ import annotations

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class BacktestFailed(NoticeKind):
    """title: what the back-test is called; its page says why."""

    name = "backtest_failed"
    label = Sentence("Your back-test failed")
    place = "backtest"

    title: str

    def text(self) -> Sentence:
        return Sentence("The back-test “{title}” failed: its page says why", {"title": self.title})
