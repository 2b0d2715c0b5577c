"""Entries: a member's statement, with the reason of every entry in words and every rule's verdict on request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.adjustments.contracts import Adjustment
from regulars.domain.adjustments.queries import adjustments_by_id
from regulars.domain.earning.contracts import Verdict
from regulars.domain.earning.explain import explain
from regulars.domain.events.contracts import StoredEvent
from regulars.domain.events.queries import events_by_id
from regulars.domain.ledger.contracts import Account, CauseKind, LedgerEntry
from regulars.domain.ledger.queries import entry, lot_parts
from regulars.domain.ledger.statement import place_after, statement
from regulars.domain.members.queries import member
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.rewards.queries import redemption
from regulars.domain.transfers.contracts import TAKEN_BACK
from regulars.insight.entry_reasons import entry_reasons
from regulars.insight.verdicts import verdicts_of
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, numbers, page_of
from regulars.interfaces.api.v1.shapes import Output, known_member, names_of
from regulars.kernel.errors import NotFound, Refusal

router = Router()
FROM_MERGED = "from the merged account of a duplicate"
_ADJUSTED = (CauseKind.adjustment, CauseKind.adjustment_undone)
Movement = Literal[
    "earned", "pending", "activated", "cancelled", "given", "taken", "spent", "held", "released", "reversed", "revoked",
    "returned", "expired", "sent", "received", "charged", "taken_back", "merged",
    "loaded", "paid_back",
]  # fmt: skip


class Cause(Output):
    """What made the entry necessary."""

    kind: str = Field(json_schema_extra=names_of(CauseKind))
    id: UUID = Field(description="Of the event, redemption or adjustment; for the others an id of their own")


class RuleSaid(Output):
    """What one earn rule said about the event, fired or not."""

    rule: str = Field(description="Its id in the rulebook")
    name: str
    fired: bool
    point_type: str
    points: int
    text: str = Field(description="Why, in words that a member can read")
    exact: str = Field("", description="The points before rounding, as decimal text")
    inputs: dict[str, Any] = Field(default_factory=dict, description="The numbers that the rule used")
    failed: str = Field("", description="The path of the condition, or the limit, that kept it from giving points")
    actual: str = Field("", description="What that condition or limit saw, or the rule that was chosen instead")
    wanted: int = Field(0, description="The points before limits, where they were more; 0: no limit cut them")
    limited_by: str = Field("", description="The limit that left fewer points, or how the other rule was chosen")


class Entry(Output):
    """One entry of a member's statement."""

    id: UUID
    member_id: UUID = Field(description="Whose it is: the member, or a duplicate that is part of the member by now")
    number: int = Field(description="Counts a member's entries of one point type, from 1, without gaps")
    point_type: str
    movement: Movement
    points: int = Field(description="Signed, as the spendable balance saw it")
    amount: int = Field(description="How many points moved, also those that could not be spent yet")
    balance_after: int = Field(description="What the member could spend afterwards")
    reason: str = Field(description="Why, in words that a member can read")
    cause: Cause
    occurred_at: datetime = Field(description="When it happened")
    posted_at: datetime = Field(description="When it was booked")


class LotUsed(Output):
    """What an entry took from one lot, or gave back to it."""

    lot_id: UUID = Field(description="The entry that granted the points")
    points: int = Field(description="Taken from it; below zero: given back to it")
    last_day: date | None = Field(description="Until when they can be spent; null: for ever")
    earned_at: datetime


class Explanation(Output):
    """An entry with the verdict of every rule that was asked."""

    entry: Entry
    rulebook_version: int | None = Field(description="That was in force; null where no rule was asked")
    rules: list[RuleSaid] = Field(description="Every rule, fired or not, in the order in which they were asked")
    why: str = Field(description="The whole reason in words, where it is not a rule's; else empty")
    lots: list[LotUsed] = Field(description="Which lots the entry took from or gave back to, in the order of use")


@router.get(
    "/members/{member_id}/entries",
    auth=ApiKeyAuth(Scope.points_read),
    response=Page[Entry],
    summary="List a member's entries",
    operation_id="list_entries",
)
def list_entries(
    request: ApiRequest,
    member_id: UUID,
    point_type: Annotated[str, Query("points", max_length=40, description="Entries of this point type")] = "points",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Entry]:
    """The member's statement, the latest entry first, with the balance after each and its reason in words.

    Entries of duplicates that are part of the member stand among them, with their own numbers and balances.
    """
    known_member(request, member_id)
    rules = shelf(request.conn, programme_id=request.programme_id)
    if point_type not in rules.point_types:
        raise unknown_point_type(point_type, rules)
    parts, before = parts_of(request.conn, member_id=member_id), numbers(cursor)
    found = statement(
        request.conn,
        owners=parts,
        point_type=rules.point_types[point_type],
        before=before,
        limit=limit + 1,
    )
    shown, following = page_of(found, limit, lambda _: place_after(parts, found[:limit], before))
    return Page(items=_entries(request, rules, parts, shown), next=following)


@router.get(
    "/entries/{entry_id}/why",
    auth=ApiKeyAuth(Scope.points_read),
    response=Explanation,
    summary="Explain an entry",
    operation_id="explain_entry",
)
def explain_entry(request: ApiRequest, entry_id: UUID) -> Explanation:
    """Why the entry is what it is: what every rule of the rulebook in force said about the event, in words."""
    found = entry(request.conn, transfer_id=entry_id)
    if found is None or member(request.conn, programme_id=request.programme_id, member_id=found[0]) is None:
        raise NotFound(
            "entry_not_found",
            "There is no such entry",
            detail=f"No entry of this programme has the id {entry_id}.",
            remedy="Take the id from a member's entries: GET /api/v1/members/{id}/entries.",
            field="entry_id",
        )
    row = found[1]
    rules = shelf(request.conn, programme_id=request.programme_id)
    parts = parts_of(request.conn, member_id=row.owner)
    (shown,) = _entries(request, rules, parts, [row])
    event = events_by_id(request.conn, event_ids=[row.cause]).get(row.cause) if _is_event(row) else None
    told = entry_reasons(request.conn, rules, owners=parts, entries=[row]).get(row.id)
    return Explanation(
        entry=shown,
        rulebook_version=None if event is None else rules.by_id[event.rulebook_id].version,
        rules=[] if event is None else rules_said(rules, event, verdicts_of(request.conn, rules, event)),
        why="" if told is None else str(told.why),
        lots=[
            LotUsed(lot_id=each.lot.id, points=each.points, last_day=each.lot.last_day, earned_at=each.lot.earned_at)
            for each in lot_parts(request.conn, transfer_id=row.id)
        ],
    )


def rules_said(rules: Shelf, event: StoredEvent, verdicts: list[Verdict]) -> list[RuleSaid]:
    """What every rule said about an event, by the rulebook version that was asked."""
    rulebook = rules.by_id[event.rulebook_id].rulebook
    terms = rulebook.terms()
    by_id = {rule.id: rule for rule in rulebook.earn_rules}
    return [
        RuleSaid(
            rule=verdict.rule,
            name=by_id[verdict.rule].name,
            fired=verdict.fired,
            point_type=by_id[verdict.rule].point_type,
            points=verdict.points,
            text=str(explain(verdict, by_id[verdict.rule], terms)),
            exact=verdict.exact,
            inputs=verdict.inputs,
            failed=verdict.failed,
            actual=verdict.actual,
            wanted=verdict.wanted,
            limited_by=verdict.by,
        )
        for verdict in verdicts
    ]


def _entries(request: ApiRequest, rules: Shelf, parts: Sequence[UUID], rows: Sequence[LedgerEntry]) -> list[Entry]:
    reasons = _reasons(request, rules, parts, rows)
    codes = {number: code for code, number in rules.point_types.items()}
    return [
        Entry(
            id=row.id,
            member_id=row.owner,
            number=row.entry_no,
            point_type=codes[row.point_type],
            movement=_movement(row),
            points=row.points,
            amount=row.amount,
            balance_after=row.balance_after,
            reason=reasons[row.id] if row.owner == parts[0] else f"{reasons[row.id]} ({FROM_MERGED})",
            cause=Cause(kind=row.cause_kind.name, id=row.cause),
            occurred_at=row.occurred_at,
            posted_at=row.posted_at,
        )
        for row in rows
    ]


def _movement(row: LedgerEntry) -> Movement:
    if row.cause_kind in (CauseKind.merge, CauseKind.merge_undone):
        return "merged"
    if Account.pending in (row.debit, row.credit):
        if row.debit is not Account.pending:
            return "pending"
        if row.credit is Account.available:
            return "activated"
        return "cancelled" if row.cause_kind is CauseKind.cancellation else "revoked"
    if row.cause_kind is CauseKind.order_return:
        return "returned" if row.credit is Account.available else "revoked"
    if row.cause_kind is CauseKind.reward_undone:
        return "revoked"
    if row.debit is Account.issued:
        return "earned"
    if row.cause_kind is CauseKind.adjustment_undone:
        return "reversed"
    if Account.adjusted in (row.debit, row.credit):
        return "given" if row.debit is Account.adjusted else "taken"
    if row.cause_kind is CauseKind.transfer:
        return _of_transfer(row)
    if {Account.loaded, Account.promoted} & {row.debit, row.credit}:
        return "loaded" if row.credit is Account.available else "paid_back"
    if Account.transferred in (row.debit, row.credit):
        return "sent" if row.debit is Account.available else "received"
    if row.credit is Account.available:
        return "released" if row.debit is Account.held else "reversed"
    if row.credit is Account.expired:
        return "expired"
    return "held" if row.credit is Account.held else "spent"


def _of_transfer(row: LedgerEntry) -> Movement:
    if row.reason == TAKEN_BACK:
        return "taken_back"
    if row.credit is Account.charged:
        return "charged"
    return "sent" if row.credit is Account.transferred else "received"


def _reasons(request: ApiRequest, rules: Shelf, parts: Sequence[UUID], rows: Sequence[LedgerEntry]) -> dict[UUID, str]:
    """Why each entry is there, in words."""
    told = entry_reasons(request.conn, rules, owners=parts, entries=rows)
    events = events_by_id(request.conn, event_ids=[row.cause for row in rows if _is_event(row)])
    adjusted = adjustments_by_id(request.conn, ids=[row.cause for row in rows if row.cause_kind in _ADJUSTED])
    reasons = {}
    for row in rows:
        if row.id in told:
            reasons[row.id] = f"{told[row.id].title}: {told[row.id].text}"
        elif row.cause in events:
            reasons[row.id] = _earned(rules, row, events[row.cause])
        elif row.cause_kind in (CauseKind.redemption, CauseKind.reversal):
            found = redemption(request.conn, programme_id=request.programme_id, redemption_id=row.cause)
            reasons[row.id] = _redeemed(row, found.reward_name if found else row.reason)
        elif row.cause in adjusted:
            reasons[row.id] = _adjusted(row, adjusted[row.cause])
        elif row.cause_kind is CauseKind.transfer:
            reasons[row.id] = _TRANSFERRED[_of_transfer(row)]
        else:
            reasons[row.id] = "Not spent by the last day"
    return reasons


_TRANSFERRED: dict[Movement, str] = {
    "sent": "Sent to another member",
    "received": "Received from another member",
    "charged": "Fee for sending points",
    "taken_back": "Taken back by the member who had sent them",
}


def _earned(rules: Shelf, row: LedgerEntry, event: StoredEvent) -> str:
    name = rules.by_id[event.rulebook_id].rule_names.get(row.reason, row.reason)
    return f"{name}, order {event.order_number}" if event.order_number else name


def _redeemed(row: LedgerEntry, reward: str) -> str:
    if row.cause_kind is CauseKind.redemption:
        return f"Held for {reward}" if row.credit is Account.held else reward
    return f"{reward}, given back"


def _adjusted(row: LedgerEntry, found: Adjustment) -> str:
    if row.cause_kind is CauseKind.adjustment:
        return found.message or found.reason_name
    return f"{found.reason_name}, {'given back' if row.points > 0 else 'taken back'}"


def _is_event(row: LedgerEntry) -> bool:
    return row.cause_kind is CauseKind.event


def unknown_point_type(code: str, rules: Shelf) -> Refusal:
    return Refusal(
        "unknown_point_type",
        "This point type does not exist",
        detail=f"The programme has no point type {code!r}.",
        remedy=f"Use one of {', '.join(sorted(rules.point_types))}.",
        field="point_type",
    )
