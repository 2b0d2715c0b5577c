"""How far a member is with cards, streaks and challenges, and which badges they have. Read only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.challenges.queries import badges
from regulars.domain.earning.past import Past
from regulars.domain.earning.progress import Progress
from regulars.domain.earning.rules import EarnRule, strategy_of
from regulars.domain.members.queries import member
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.badges import Badge
from regulars.domain.programmes.queries import Shelf
from regulars.domain.tallies.queries import tallies
from regulars.kernel.clock import local_day
from regulars.kernel.words import Sentence


@dataclass(frozen=True, slots=True)
class Way:
    """A rule with something to reach, and how far the member is. gives: what for, in words."""

    rule: EarnRule
    gives: Sentence
    progress: Progress


@dataclass(frozen=True, slots=True)
class BadgeShown:
    """A badge of the programme. awarded_at: since when the member has it; None: not yet."""

    badge: Badge
    awarded_at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MemberProgress:
    """Everything that a member can see growing."""

    ways: Sequence[Way]
    badges: Sequence[BadgeShown]


def member_progress(conn: psycopg.Connection[Any], rules: Shelf, *, member_id: UUID, now: datetime) -> MemberProgress:
    """What is under way today: nothing that has not begun, and what is over only where it was completed."""
    if not rules.rulebooks or rules.starts[0] > now:
        return MemberProgress((), ())
    rulebook = rules.in_force(now).rulebook
    terms, day = rulebook.terms(), local_day(now, rules.programme.time_zone)
    growing = [
        (rule, strategy)
        for rule in rulebook.earn_rules
        if (strategy := strategy_of(rule)).remembers and not (rule.valid_from and rule.valid_from > now)
    ]
    if not growing and not rulebook.badges:
        return MemberProgress((), ())
    parts = parts_of(conn, member_id=member_id)
    past, joined = Past(), day
    if growing:
        past = Past(tallies(conn, member_ids=parts))
        person = member(conn, programme_id=rules.programme.id, member_id=member_id)
        joined = day if person is None else local_day(person.enrolled_at, rules.programme.time_zone)
    ways = []
    for rule, strategy in growing:
        found = strategy.progress(past, rule.id, day, joined, terms)
        if found is not None and _is_shown(rule, found, now):
            ways.append(Way(rule, strategy.words(terms), found))
    return MemberProgress(ways, _badges(conn, rulebook.badges, parts))


def _is_shown(rule: EarnRule, found: Progress, now: datetime) -> bool:
    if found.is_over or (rule.valid_until is not None and rule.valid_until <= now):
        return found.times > 0
    return True


def _badges(conn: psycopg.Connection[Any], declared: Sequence[Badge], parts: Sequence[UUID]) -> list[BadgeShown]:
    if not declared:
        return []
    held = {each.badge: each for each in badges(conn, member_ids=parts)}
    shown = [
        BadgeShown(each, held[each.id].awarded_at, held[each.id].reason) if each.id in held else BadgeShown(each, None)
        for each in declared
    ]
    return sorted(shown, key=lambda each: (each.awarded_at is None, each.badge.name))
