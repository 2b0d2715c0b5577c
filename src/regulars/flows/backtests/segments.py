"""Members who have something in common: who of them earns more under the draft, and who less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from regulars.flows.backtests.playing import Life
from regulars.flows.backtests.reading import Past
from regulars.kernel.clock import local_day

BANDS = (1, 5, 20)
"""Members are told apart by how often they did something: up to once, up to 5 times, up to 20 times, more often."""


@dataclass(slots=True)
class Segment:
    """How many earn more, and less, under the draft; points under both, less what returns took."""

    members: int = 0
    winners: int = 0
    losers: int = 0
    live: int = 0
    draft: int = 0

    def add(self, other: Segment) -> None:
        """Those of another part."""
        self.members += other.members
        self.winners += other.winners
        self.losers += other.losers
        self.live += other.live
        self.draft += other.draft


def of_one(live: int, draft: int) -> Segment:
    """One member, by the points earned under both."""
    return Segment(1, int(draft > live), int(draft < live), live, draft)


def segments_of(past: Past, life: Life, time_zone: str) -> Iterator[tuple[str, str]]:
    """(kind, name) of those that a member is in: everybody, tiers under the live version, when they joined, how often
    they did something, audiences that they are in now.
    """
    yield "all", ""
    yield from ((f"tier:{ladder}", standing.tier) for ladder, standing in life.file.standings.items())
    joined = local_day(past.member.enrolled_at, time_zone)
    yield "joined", f"{joined.year}-Q{(joined.month + 2) // 3}"
    yield "activity", str(sum(1 for each in BANDS if len(past.events) > each))
    yield from (("audience", name) for name in past.audiences)
