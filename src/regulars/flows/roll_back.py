"""An earlier version comes back: as a new version with the old words, so that no history is rewritten.

What is looked at first is today: audiences that are archived, rewards in points that the old version does not give,
points that would expire at once. What is planned for later is called off with it. A ladder that comes back and was the
last one before gives everybody the tier that they had, with what they did since.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from regulars.domain.programmes.change_words import Difference, differences
from regulars.domain.programmes.commands import lock_versions
from regulars.domain.programmes.contracts import Draft, Programme
from regulars.domain.programmes.document_text import written
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.rewards.queries import rewards
from regulars.flows.audiences_in_rulebooks import check_audiences
from regulars.flows.change_ladders import begin_to_change
from regulars.flows.draft_rulebook import open_draft
from regulars.flows.ladder_approval import takes_tiers
from regulars.flows.preview_expiry_change import ExpiryChange, preview_expiry_change
from regulars.flows.preview_ladder_change import ladders_to_come
from regulars.flows.publish_rulebook import record_version
from regulars.flows.second_person import needs_second_person
from regulars.flows.versions import planned_after, version_of, with_pauses
from regulars.kernel.errors import Conflict
from regulars.kernel.words import Sentence


class WayBack(NamedTuple):
    """What going back would mean. differences: to what is in force. losses: for points that are there.

    called_off: versions that are planned, and would not come. remarks: what does not fit the catalogue of today.
    """

    rulebook: Rulebook
    differences: list[Difference]
    losses: list[ExpiryChange]
    called_off: list[int]
    remarks: list[Sentence]
    needs_second: bool


class RolledBack(NamedTuple):
    """version: as which the old words are in force; None: a second person has to see `draft` first."""

    version: int | None
    draft: Draft | None


def preview_roll_back(conn: psycopg.Connection[Any], version: int, *, of: Programme, now: datetime) -> WayBack:
    """What it would mean; no differences where it is in force. Raises Refusal for one that cannot come back."""
    rules = shelf(conn, programme_id=of.id)
    present = rules.in_force(now)
    rulebook = with_pauses(version_of(conn, version, of=of).rulebook, present.rulebook)
    rulebook = _with_tiers_of_then(rules, rulebook, now=now)
    planned = planned_after(conn, now, of=of)
    check_audiences(conn, rulebook, programme_id=of.id)
    losses = preview_expiry_change(conn, rulebook, of=of, effective_from=now, now=now)
    return WayBack(
        rulebook,
        differences(present.rulebook, rulebook),
        losses,
        [each.version for _, each in planned],
        _remarks(conn, rulebook, of=of),
        needs_second_person(conn, losses, of=of) or takes_tiers(conn, rulebook, of=of, effective_from=now, now=now) > 0,
    )


def roll_back(
    conn: psycopg.Connection[Any],
    version: int,
    *,
    of: Programme,
    by: str,
    now: datetime,
    note: str = "",
    latest: int | None = None,
) -> RolledBack:
    """The old words are in force from now on, and what was planned is called off.

    latest: the latest version that the caller had seen; refused when another one was published since. Where a second
    person is needed, a draft is opened for them instead, and nothing is in force. Raises Refusal.
    """
    with conn.transaction():
        known = lock_versions(conn, of=of)
        if latest is not None and latest != known:
            raise Conflict(
                "rulebook_changed",
                "Another version was published meanwhile",
                detail=f"Version {latest} was the latest when you looked, and version {known} is now.",
                remedy="Look at what going back would change now, and decide again.",
                field="latest",
            )
        way = preview_roll_back(conn, version, of=of, now=now)
        if not way.differences and not way.called_off:
            raise Conflict(
                "version_in_force",
                "This version is in force",
                detail=f"Version {version} says what is in force now.",
                remedy="Choose a version that says something else.",
                field="version",
            )
        told = note or f"Back to version {version}"
        if way.needs_second:
            text = written(way.rulebook.document())
            return RolledBack(
                None, open_draft(conn, of=of, name=told, text=text, based_on=known, by=by, now=now, note=told)
            )
        made = _record(conn, way, version, of=of, by=by, now=now, note=told)
    begin_to_change(conn, programme_id=of.id, now=now)
    return RolledBack(made, None)


def _with_tiers_of_then(rules: Shelf, rulebook: Rulebook, *, now: datetime) -> Rulebook:
    """The rulebook, in which the ladders that were the last ones before say so; of others nobody loses a tier."""
    asked = _saying(rulebook, {each.id for each in rulebook.ladders}, "restore")
    there = {each.id for each in ladders_to_come(rules, asked, effective_from=now, now=now) if each.restores}
    others = {each.id for each in rulebook.ladders} - there
    return _saying(_saying(rulebook, others, "no_downgrade"), there, "restore")


def _saying(rulebook: Rulebook, ladders: set[str], on_change: str) -> Rulebook:
    """The rulebook, in which these ladders say what happens to those who stand on them."""
    told = tuple(
        each.model_copy(update={"on_change": on_change}) if each.id in ladders else each for each in rulebook.ladders
    )
    return rulebook.model_copy(update={"ladders": told})


def _record(
    conn: psycopg.Connection[Any], way: WayBack, version: int, *, of: Programme, by: str, now: datetime, note: str
) -> int:
    """The version of now, and one more for each instant at which another version was to begin."""
    made = 0
    # What a ladder does to those who stand on it, it has done by then.
    done = _saying(way.rulebook, {each.id for each in way.rulebook.ladders}, "no_downgrade")
    for start in [now, *(each for each, _ in planned_after(conn, now, of=of))]:
        number = record_version(
            conn, done if made else way.rulebook, way.losses, of=of, effective_from=start, note=note, by=by, now=now,
            action="rulebook.rolled_back", repeat=True, back_to=version,
        )  # fmt: skip
        made = made or number
    return made


def _remarks(conn: psycopg.Connection[Any], rulebook: Rulebook, *, of: Programme) -> list[Sentence]:
    """Rewards that members can redeem now, in points that the old version does not give."""
    given = {each.id for each in rulebook.point_types}
    names = {
        each.id: each.name for book in shelf(conn, programme_id=of.id).rulebooks for each in book.rulebook.point_types
    }
    return [
        Sentence(
            "“{reward}” costs {points}, which that version does not give",
            {"reward": each.name, "points": names.get(each.point_type, each.point_type)},
        )
        for each in rewards(conn, programme_id=of.id, only_active=True)
        if each.point_type not in given
    ]
