"""Looks at members after a step, and compares only what the scenario asks about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from psycopg import sql

from regulars.database.pool import Connection
from regulars.domain.earning.contracts import Verdict
from regulars.domain.earning.explain import explain
from regulars.domain.ledger.contracts import CauseKind, LedgerEntry
from regulars.domain.ledger.queries import allocations_of, balances, entries, expiring, lots_by_id
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.domain.rewards.contracts import Redemption
from regulars.domain.tiers.queries import standings, tier_changes
from regulars.kernel.money import from_minor
from tests.factories import Shop
from tests.scenarios.moments import shown_moment
from tests.scenarios.words import MemberThen, word_of

_TABLES = """
    select c.relname, bool_or(a.attname = 'organisation_id')
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname in ('organisation_id', 'programme_id')
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and has_table_privilege(c.oid, 'select')
    group by c.relname order by c.relname
"""


@dataclass(frozen=True, slots=True)
class Look:
    """A member at one moment, as far as every step is watched.

    balances: (point type, available, held, number of entries). tiers: (ladder, tier, score). steps: (ladder, from, to).
    """

    balances: tuple[tuple[str, int, int, int], ...]
    tiers: tuple[tuple[str, str, int], ...]
    steps: tuple[tuple[str, str, str], ...]

    def words(self) -> str:
        """For a difference: what one sees at a glance."""
        points = ", ".join(f"{available} {code} ({held} held)" for code, available, held, _ in self.balances)
        tiers = ", ".join(f"{tier} in {ladder}" for ladder, tier, _ in self.tiers)
        return f"{points or 'no points'}; {tiers or 'no tier'}"


Glance = Mapping[str, Look]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an expectation is compared with. before, after: None where the member was not there."""

    conn: Connection
    shop: Shop
    member: UUID | None
    before: Look | None
    after: Look | None
    answer: dict[str, Any] | None
    redemption: Redemption | None

    @property
    def rules(self) -> Shelf:
        """The programme's rulebooks."""
        return shelf(self.conn, programme_id=self.shop.programme.id)

    @property
    def rulebook(self) -> CompiledRulebook:
        """The version that priced the event."""
        version = (self.answer or {}).get("rulebook_version")
        return next((each for each in self.rules.rulebooks if each.version == version), self.rules.latest)


def glance(conn: Connection, shop: Shop, members: Mapping[str, UUID]) -> Glance:
    """Every member at once."""
    ids = list(members.values())
    codes = {number: code for code, number in shelf(conn, programme_id=shop.programme.id).point_types.items()}
    held = balances(conn, owners=ids)
    places = standings(conn, member_ids=ids)
    return {
        name: Look(
            tuple(sorted((codes[number], each.available, each.held, each.entry_no)
                         for (owner, number), each in held.items() if owner == member)),
            tuple(sorted((each.ladder, each.tier, each.score) for each in places if each.member_id == member)),
            tuple((each.ladder, each.from_tier, each.to_tier) for each in tier_changes(conn, member_id=member)),
        )
        for name, member in members.items()
    }  # fmt: skip


def row_digests(conn: Connection, programme: Programme) -> dict[str, tuple[int, str]]:
    """Of every table: how many rows the programme has, and a hash of them all."""
    tables = conn.execute(_TABLES).fetchall()
    parts = [
        sql.SQL("select {name}, count(*), md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t"
                " where {column} = {value}").format(
            name=sql.Literal(table), table=sql.Identifier(table),
            column=sql.Identifier("organisation_id" if of_organisation else "programme_id"),
            value=sql.Literal(programme.organisation_id if of_organisation else programme.id),
        )
        for table, of_organisation in tables
    ]  # fmt: skip
    return {row[0]: (row[1], row[2]) for row in conn.execute(sql.SQL(" union all ").join(parts))}


def member_differences(then: MemberThen, around: Surroundings) -> list[tuple[str, str, object, object]]:
    """(word, name below it, expected, got) of everything that is stated and is otherwise."""
    if around.member is None or around.after is None:
        return [("the member", "", "there", "has not joined yet")]
    found: list[tuple[str, str, object, object]] = []
    for field in then.model_fields_set:
        expected = getattr(then, field)
        expected = list(expected) if isinstance(expected, tuple) else expected
        got = _LOOKS[field](around, around.after, around.member, expected)
        if isinstance(expected, dict) and isinstance(got, dict):
            found += [
                (word_of(field), name, expected.get(name, "nothing"), got.get(name, "nothing"))
                for name in expected.keys() | got.keys()
                if expected.get(name) != got.get(name)
            ]
        elif got != expected:
            found.append((word_of(field), "", expected, got))
    return sorted(found, key=lambda each: each[:2])


def _points(around: Surroundings, look: Look, member: UUID, expected: dict[str, int]) -> dict[str, int]:
    available = {code: each for code, each, _, _ in look.balances}
    return {code: available.get(code or "points", 0) for code in expected}


def _held(around: Surroundings, look: Look, member: UUID, expected: dict[str, int]) -> dict[str, int]:
    held = {code: each for code, _, each, _ in look.balances}
    return {code: held.get(code or "points", 0) for code in expected}


def _tier(around: Surroundings, look: Look, member: UUID, expected: dict[str, str]) -> dict[str, str]:
    tiers = {ladder: tier for ladder, tier, _ in look.tiers}
    return {ladder: tiers.get(ladder or next(iter(tiers), ""), "none") for ladder in expected}


def _score(around: Surroundings, look: Look, member: UUID, expected: dict[str, Decimal]) -> dict[str, Decimal]:
    scores = {}
    for ladder, _, score in look.tiers:
        rungs = next(each for each in around.rules.latest.rungs if each.id == ladder)
        in_money = rungs.ladder.metric == "spend"
        scores[ladder] = from_minor(score, around.shop.programme.currency) if in_money else Decimal(score)
    return {ladder: scores.get(ladder or next(iter(scores), ""), Decimal(0)) for ladder in expected}


def _earned(around: Surroundings, look: Look, member: UUID, expected: object) -> dict[str, int]:
    effects = (around.answer or {}).get("effects", [])
    earned: Counter[str] = Counter()
    for each in effects:
        if each["type"] == "earn_points":
            earned[each["rule"]] += each["points"]
    return dict(earned)


def _because(around: Surroundings, look: Look, member: UUID, expected: dict[str, str]) -> dict[str, str]:
    rulebook = around.rulebook.rulebook
    rules = {rule.id: rule for rule in rulebook.earn_rules}
    verdicts = {each["rule"]: msgspec.convert(each, Verdict) for each in (around.answer or {}).get("rules", [])}
    return {
        rule: str(explain(verdicts[rule], rules[rule], rulebook.terms())) if rule in verdicts else "was not asked"
        for rule in expected
    }


def _priced_by(around: Surroundings, look: Look, member: UUID, expected: object) -> object:
    return (around.answer or {}).get("rulebook_version")


def _lots(around: Surroundings, look: Look, member: UUID, expected: object) -> list[str]:
    rows = around.conn.execute(
        "select remaining, last_day from ledger_lot where bucket = %s and owner = %s and remaining > 0"
        " order by last_day nulls last, earned_at, id",
        (member.int & 0xFF, member),
    )
    return [_until(*row) for row in rows]


def _expires(around: Surroundings, look: Look, member: UUID, expected: object) -> dict[str, int]:
    calendar = expiring(around.conn, owner=member, point_type=around.shop.point_type)
    return {each.last_day.isoformat(): each.points for each in calendar}


def _new_entries(around: Surroundings, member: UUID) -> list[LedgerEntry]:
    """What the step wrote, in its order."""
    known = {code: entry_no for code, _, _, entry_no in around.before.balances} if around.before else {}
    latest = entries(around.conn, owner=member, point_type=around.shop.point_type, limit=1000)
    return [each for each in reversed(latest) if each.entry_no > known.get("points", 0)]


def _posted(around: Surroundings, look: Look, member: UUID, expected: object) -> list[str]:
    return [f"{each.points:+d} {each.reason}" for each in _new_entries(around, member)]


def _gone_at(around: Surroundings, look: Look, member: UUID, expected: object) -> list[str]:
    return [
        shown_moment(each.occurred_at, zone_name=around.shop.programme.time_zone)
        for each in _new_entries(around, member)
        if each.cause_kind is CauseKind.expiry
    ]


def _paid_by(around: Surroundings, look: Look, member: UUID, expected: object) -> list[str]:
    if around.redemption is None or around.redemption.transfer_id is None:
        return []
    paid = allocations_of(around.conn, transfer_id=around.redemption.transfer_id.bytes)
    lots = lots_by_id(around.conn, ids=[each.lot_id for each in paid])
    return [_until(each.amount, lots[each.lot_id].last_day) for each in paid]


def _moved(around: Surroundings, look: Look, member: UUID, expected: object) -> list[str]:
    known = Counter(around.before.steps) if around.before else Counter()
    fresh = Counter(look.steps) - known
    return [f"{lower} to {upper}" for (_, lower, upper), times in fresh.items() for _ in range(times)][::-1]


def _redemption(around: Surroundings, look: Look, member: UUID, expected: object) -> str:
    return "none" if around.redemption is None else around.redemption.state.name


def _voucher(around: Surroundings, look: Look, member: UUID, expected: object) -> str:
    found = around.redemption
    if found is None or found.voucher_state is None:
        return "none"
    is_valid = found.voucher_state.name == "valid" and found.voucher_last_day is not None
    return f"valid until {found.voucher_last_day}" if is_valid else found.voucher_state.name


def _until(points: int, last_day: date | None) -> str:
    return f"{points} for ever" if last_day is None else f"{points} until {last_day}"


_LOOKS: dict[str, Callable[[Surroundings, Look, UUID, Any], object]] = {
    "points": _points, "held": _held, "tier": _tier, "score": _score, "earned": _earned, "because": _because,
    "priced_by": _priced_by, "lots": _lots, "expires": _expires, "posted": _posted, "gone_at": _gone_at,
    "paid_by": _paid_by, "moved": _moved, "redemption": _redemption, "voucher": _voucher,
}  # fmt: skip
