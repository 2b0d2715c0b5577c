"""A standing is moved forward through what happened, event by event and night by night, as if it happened now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import Climber, Happened, Standing, add_late, add_score, drop_until, review
from regulars.kernel.clock import local_day, start_of_day


def play_on(
    standing: Standing, rungs: Rungs, before: Happened, happened: Happened, *, until: date, climber: Climber
) -> None:
    """Counts what happened since, and reviews on the days that are due, through the local day `until`.

    before: what the standing has counted already. What returns took off since is not in either.
    """
    counted = [(local_day(at, climber.time_zone), amount) for at, amount in before]
    for at, amount in happened:
        day = local_day(at, climber.time_zone)
        _nights(standing, rungs, counted, until=day, climber=climber)
        drop_until(standing, rungs.counted_from(day, climber.anchors(standing, rungs)), counted)
        counted.append((day, amount))
        if day < standing.counted_from:
            add_late(standing, rungs, day=day, at=at, counted=counted, climber=climber)
        else:
            oldest = standing.counted_from
            add_score(standing, rungs, amount=amount, day=day, at=at, oldest=oldest, climber=climber)
    _nights(standing, rungs, counted, until=until, climber=climber)


def _nights(
    standing: Standing, rungs: Rungs, counted: Sequence[tuple[date, int]], *, until: date, climber: Climber
) -> None:
    while standing.review_on <= until:
        day = standing.review_on
        review(
            standing, rungs, today=day, counted=counted, at=start_of_day(day, climber.time_zone), climber=climber
        )  # fmt: skip
