"""I5: the score of each standing is the sum of what counts within its window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from regulars.database.check import Check, Findings
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.tiers.rungs import Rungs
from regulars.kernel.clock import EARLIEST, local_day, start_of_day

_PROGRAMMES = """
    select distinct programme_id from tiers_standing
    where %(organisation)s::int is null or organisation_id = %(organisation)s order by programme_id
"""
_STANDINGS = """
    select uuid_send(s.member_id), s.score, s.counted_from from tiers_standing s
    where s.programme_id = %s and s.ladder = %s and (s.form = any(%s) or (%s and s.form = 0))
      and not exists (select from merges_alias a where a.bucket = s.bucket and a.member_id = s.member_id)
"""
_PARTS = "select uuid_send(kept_id), uuid_send(member_id) from merges_alias where programme_id = %s"
_BATCH = 2_000
_SHOWN = 5
_FAR = date(9998, 1, 1)


class ScoresAddUp(Check):
    """Orders of 120.00 and 90.00 since the first day that counts, and a score of 19000: 20.00 were lost on the way.

    Whatever the ladder counts is asked of its metric again; whom a change of the ladder has not reached yet stands on
    the one before. Days are those of the programme's zone. A ladder by balance has no sum: the night brings it up to
    date. The standings of a member who is part of another rest; what it did counts there.
    """

    name = "scores_add_up"
    title = "Tier scores are the sums of their window"
    sentence = "What counts towards each tier is the sum of what its ladder counts, less returns, within the window."
    invariant = "I5"

    def find(self, conn: psycopg.Connection[Any], *, organisation_id: int | None) -> Findings:
        count, examples = 0, []
        programmes = conn.execute(_PROGRAMMES, {"organisation": organisation_id}).fetchall()
        for (programme_id,) in programmes:
            rules = shelf(conn, programme_id=programme_id)
            for rungs in _forms(rules):
                for words in _wrong(conn, rules, rungs):
                    count += 1
                    if count <= _SHOWN:
                        examples.append(words)
        return Findings(count, tuple(examples))


def _forms(rules: Shelf) -> list[Rungs]:
    """Every ladder that somebody may stand on: those in force last, and what they took the place of."""
    found = []
    for rungs in rules.latest.rungs if rules.rulebooks else []:
        at: Rungs | None = rungs
        while at is not None:
            found.append(at)
            at = at.before
    return found


def _wrong(conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs) -> Iterator[str]:
    if rungs.metric.follows_balance:
        return
    zone = rules.programme.time_zone
    parts: dict[bytes, list[bytes]] = {}
    for kept, part in conn.execute(_PARTS, [rules.programme.id], binary=True):
        parts.setdefault(kept, []).append(part)
    forms = (list(rungs.versions), rungs.before is None)
    rows = conn.execute(_STANDINGS, (rules.programme.id, rungs.id, *forms), binary=True).fetchall()
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        since_of = {member: since for member, _, since in batch}
        whose = {part: member for member in since_of for part in (member, *parts.get(member, ()))}
        spans = [(part, _from(since_of[who], zone), start_of_day(_FAR, zone)) for part, who in whose.items()]
        sums = dict.fromkeys(since_of, 0)
        for part, at, amount in rungs.metric.past(conn, spans, ground=rules.ground):
            if local_day(at, zone) >= since_of[whose[part]]:
                sums[whose[part]] += amount
        for member, score, since in batch:
            if score != sums[member]:
                yield (
                    f"Member {member.hex()} on the ladder {rungs.id}: the score is {score}, and since {since} it adds"
                    f" up to {sums[member]}."
                )


def _from(since: date, zone: str) -> datetime:
    return start_of_day(max(since, EARLIEST.date()) - timedelta(days=1), zone)
