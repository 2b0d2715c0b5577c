"""A back-test came to its end."""

from __future__ import annotations

from regulars.domain.notices.notice_kind import NoticeKind
from regulars.kernel.words import Sentence


class BacktestDone(NoticeKind):
    """title: what the back-test is called."""

    name = "backtest_done"
    label = Sentence("Your back-test is done")
    place = "backtest"

    title: str

    def text(self) -> Sentence:
        return Sentence("The back-test “{title}” is done", {"title": self.title})
