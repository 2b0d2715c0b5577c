"""What flows ask about a member's past beside the open desk: of the tables, or of a life that is played in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg

from regulars.domain.challenges.queries import undone_wins
from regulars.domain.earning.past import Count, Past
from regulars.domain.events.queries import events_by_id, visits_between
from regulars.domain.ledger.contracts import Allocation, OpenLot
from regulars.domain.ledger.holds import hold
from regulars.domain.ledger.queries import allocations_of, balances, granted_by_rules, lots_by_id, still_paid
from regulars.domain.programmes.queries import Shelf
from regulars.domain.tallies.contracts import Added
from regulars.domain.tallies.queries import tallies
from regulars.domain.tiers.metric import Counted, Ground, Metric, Span
from regulars.domain.tiers.queries import standings_before
from regulars.domain.tiers.standing import Standing
from regulars.flows.follow_merges import joined_at
from regulars.flows.member_file import MemberFile
from regulars.flows.orders_on_file import EventOnFile, OrderOnFile, event_on_file


class LookUp(Protocol):
    """The past of the members at the desk, who are locked."""

    def joined_at(self, file: MemberFile, part: bytes) -> datetime:
        """When a part of the member joined."""

    def lots_that_paid(self, order: OrderOnFile, buyer: bytes) -> tuple[list[Allocation], dict[bytes, OpenLot]]:
        """Which lots paid for the order, in the order of use, less what came back; and these lots as they stand."""

    def lots_of_hold(self, transfer_id: bytes) -> tuple[list[Allocation], dict[bytes, OpenLot]]:
        """The same of a hold, by the entry that had placed it."""

    def has_visit(self, spans: Sequence[Span], *, types: Sequence[str], time_zone: str, without: UUID) -> bool:
        """Whether an event of these types happened in the spans; orders that came back whole, and one, left out."""

    def counted(self, metric: Metric, spans: Sequence[Span], *, ground: Ground) -> list[Counted]:
        """What the metric counted in spans of time, less what returns took off."""

    def available(self, members: Collection[bytes], point_type: int) -> dict[bytes, int]:
        """What members can spend; who is left out has nothing."""

    def standings_before(self, members: Sequence[bytes], *, ladder: str, version: int) -> Mapping[bytes, Standing]:
        """How members stood before the version changed the ladder."""

    def winner(self, rules: Shelf, file: MemberFile, rule: str, badge: str | None) -> EventOnFile | None:
        """The last event that won by the rule, and of which nothing undid it; what gave nothing is not found."""

    def past(self, file: MemberFile, added: Sequence[Added]) -> Past:
        """All tallies of the member, with those that this desk has added."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The past as it is stored."""

    conn: psycopg.Connection[Any]

    def joined_at(self, file: MemberFile, part: bytes) -> datetime:
        """A statement only of another than the member."""
        return joined_at(self.conn, file, part)

    def lots_that_paid(self, order: OrderOnFile, buyer: bytes) -> tuple[list[Allocation], dict[bytes, OpenLot]]:
        """Of a hold they paid when it was placed."""
        payment, before = order.payment, order.earlier
        assert payment is not None, "asked of orders that points paid for"
        if order.hold is not None:
            found = hold(self.conn, hold_id=order.hold)
            assert found is not None, "a hold that paid stays on file"
            payment, before = found.transfer_id.bytes, [*before, found.id.bytes]
        paid = still_paid(self.conn, transfer_id=payment, owner=buyer, given_back_by=before)
        return paid, self._lots(paid)

    def lots_of_hold(self, transfer_id: bytes) -> tuple[list[Allocation], dict[bytes, OpenLot]]:
        """By its allocations."""
        paid = allocations_of(self.conn, transfer_id=transfer_id)
        return paid, self._lots(paid)

    def has_visit(self, spans: Sequence[Span], *, types: Sequence[str], time_zone: str, without: UUID) -> bool:
        """By the events."""
        return bool(visits_between(self.conn, spans, types=types, time_zone=time_zone, without=without))

    def counted(self, metric: Metric, spans: Sequence[Span], *, ground: Ground) -> list[Counted]:
        """By the statement of the metric."""
        return metric.past(self.conn, spans, ground=ground)

    def available(self, members: Collection[bytes], point_type: int) -> dict[bytes, int]:
        """By the stored balances."""
        found = balances(self.conn, owners=[UUID(bytes=each) for each in members])
        return {owner.bytes: each.available for (owner, number), each in found.items() if number == point_type}

    def standings_before(self, members: Sequence[bytes], *, ladder: str, version: int) -> Mapping[bytes, Standing]:
        """As they were kept then."""
        return standings_before(self.conn, members, ladder=ladder, version=version)

    def winner(self, rules: Shelf, file: MemberFile, rule: str, badge: str | None) -> EventOnFile | None:
        """By the points that the rule gave, or by the badge."""
        causes = [each.cause for each in granted_by_rules(self.conn, owners=file.parts, rules=[rule])]
        if not causes:
            causes = sorted(held[badge] for held in file.badges.values() if badge in held)
        gone = undone_wins(self.conn, rule=rule, event_ids=causes) if causes else set()
        standing = [each for each in causes if each not in gone]
        if not standing:
            return None
        stored = events_by_id(self.conn, event_ids=[UUID(bytes=standing[-1])])
        # A badge that staff gave has an entry of the audit trail for a cause, and no event.
        return event_on_file(self.conn, rules, next(iter(stored.values()))) if stored else None

    def past(self, file: MemberFile, added: Sequence[Added]) -> Past:
        """Those of everybody who is part of the member."""
        found = Past(tallies(self.conn, member_ids=[UUID(bytes=part) for part in file.parts]))
        found.add(Count(key, day, amount) for member, key, day, amount in added if member in file.parts)
        return found

    def _lots(self, paid: Sequence[Allocation]) -> dict[bytes, OpenLot]:
        return lots_by_id(self.conn, ids=[each.lot_id for each in paid])
