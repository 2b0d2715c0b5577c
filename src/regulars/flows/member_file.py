"""One member at the desk: standings, history and past, moved forward event by event in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from regulars.domain.earning.contracts import Data, MemberState, Occurrence, Person
from regulars.domain.earning.past import NOTHING, Past
from regulars.domain.earning.personal import known_of
from regulars.domain.events.contracts import (
    History,
)
from regulars.domain.members.contracts import LockedMember, MemberStatus
from regulars.domain.merges.contracts import Merge
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import Climber, Standing, Step, drop_until, first_standing, review
from regulars.kernel.clock import local_day, start_of_day


class MemberFile:
    """One member at the desk. standings: ladder -> standing. faded: per ladder, what may leave the window, by day.

    visited: per ladder that counts visits, the days of this batch that count already. climber: what windows depend on.
    past: the tallies that the events of the batch read. badges: those of the member and of each who is part of it, with
    what brought them; read where a rule of the batch gives one. merges: by which others are part of this member, the
    oldest first.
    person: what rules may know about the person; None where no rule of the batch asks.
    """

    __slots__ = (
        "_first_day", "badges", "climber", "enrolled_at", "faded", "history", "id", "merges", "past", "person",
        "standings", "status", "visited",
    )  # fmt: skip

    def __init__(
        self,
        member: LockedMember,
        history: History,
        standings: dict[str, Standing],
        merges: Sequence[Merge] = (),
        *,
        time_zone: str,
    ) -> None:
        self.id = member.id
        self.status = member.status
        self.enrolled_at = member.enrolled_at
        self.history = history
        self.standings = standings
        self.faded: dict[str, list[tuple[date, int]]] = {}
        self.visited: dict[str, set[date]] = {}
        self.climber = Climber(member.enrolled_at, time_zone)
        self.past = Past()
        self.badges: dict[bytes, dict[str, bytes]] = {}
        self.person: Person | None = None
        self.merges = merges
        self._first_day: tuple[datetime, date] | None = None

    @property
    def first_order_day(self) -> date | None:
        """The local day of the first order so far."""
        first = self.history.first_order_at
        if first is None:
            return None
        if self._first_day is None or self._first_day[0] != first:
            self._first_day = (first, local_day(first, self.climber.time_zone))
        return self._first_day[1]

    @property
    def parts(self) -> list[bytes]:
        """The member, and all who are part of it: what they did counts as one past."""
        return [self.id, *(merge.duplicate.bytes for merge in self.merges)]

    def has_badge(self, badge: str) -> bool:
        """Whether the member has it, or anybody who is part of it."""
        return any(badge in held for held in self.badges.values())

    @property
    def is_blocked(self) -> bool:
        """Whether what is earned waits for the release, and nothing can be spent."""
        return self.status == MemberStatus.blocked

    def enter(self, ladders: Sequence[Rungs], occurrence: Occurrence) -> list[tuple[str, Step]]:
        """Brings the standings to the day of the event: a new member gets first ones, old scores leave the window.

        Periods that are over are judged first, as the nightly work would have; the moves, by ladder. ladders: those on
        which the event counts.
        """
        day = occurrence.local.date()
        moves: list[tuple[str, Step]] = []
        for rungs in ladders:
            standing = self.standings.get(rungs.id)
            if standing is None:
                self.standings[rungs.id] = self._first_standing(rungs, occurrence)
                continue
            faded = self.faded.get(rungs.id, [])
            if rungs.judged_in_time and standing.review_on <= day:
                at, climber = occurrence.occurred_at, self.climber
                steps = review(standing, rungs, today=day, counted=faded, at=at, climber=climber)
                moves += [(rungs.id, step) for step in steps]
            drop_until(standing, counted_from(self, rungs, day), faded)
        return moves

    def state(self, rulebook: CompiledRulebook, occurrence: Occurrence) -> MemberState:
        """The member as the rules of the event see it, with what they ask of past and person and nothing more."""
        facts = rulebook.rules.personal(occurrence.type)
        known: dict[str, Data] = {}
        if facts and self.person is not None:
            known = known_of(facts, self.person, day=occurrence.local.date())
        tiers = {ladder: standing.tier for ladder, standing in self.standings.items()}
        recalls = rulebook.rules.recalls(occurrence)
        past = self.past.recalled(recalls) if recalls else NOTHING
        state = MemberState(self.enrolled_at, self.history.orders, tiers, past, known)
        if rulebook.rules.splits:
            state.ahead = self._ahead(rulebook, occurrence)
        return state

    def _ahead(self, rulebook: CompiledRulebook, occurrence: Occurrence) -> dict[str, list[tuple[int, str]]]:
        """What is missing to the tiers that the order reaches, on ladders where it may be split."""
        found: dict[str, list[tuple[int, str]]] = {}
        for rungs in rulebook.rungs:
            standing = self.standings.get(rungs.id)
            if rungs.id not in rulebook.rules.splits or standing is None:
                continue
            if occurrence.local.date() < standing.counted_from or rungs.waits_up:
                continue
            above = rungs.above(rungs.position(standing.tier))
            while above is not None and rungs.thresholds[above] - standing.score < occurrence.amount_minor:
                missing = max(rungs.thresholds[above] - standing.score, 0)
                found.setdefault(rungs.id, []).append((missing, rungs.ids[above]))
                above = rungs.above(above)
        return found

    def _first_standing(self, rungs: Rungs, occurrence: Occurrence) -> Standing:
        """On the lowest tier. A ladder that is new to an old member counts what lies in its window; see _read_faded."""
        day = occurrence.local.date()
        standing = first_standing(rungs, at=occurrence.occurred_at, day=day, climber=self.climber)
        standing.score = sum(amount for at, amount in self.faded.get(rungs.id, []) if at >= standing.counted_from)
        if standing.score:
            standing.review_on = day
        return standing


def counted_from(file: MemberFile, rungs: Rungs, day: date) -> date:
    """The first day that counts for the member on that day."""
    if not rungs.window.personal:
        return _counted_by_all(rungs, day)
    standing = file.standings.get(rungs.id)
    since = start_of_day(day, file.climber.time_zone) if standing is None else standing.since
    return rungs.counted_from(day, file.climber.anchors_from(since, rungs))


@lru_cache(maxsize=1024)
def _counted_by_all(rungs: Rungs, day: date) -> date:
    """Calendar arithmetic, the same for every member on that day."""
    return rungs.counted_from(day)
