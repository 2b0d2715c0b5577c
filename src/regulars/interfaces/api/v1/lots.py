"""Lots: the grants of points that a member can still spend, or waits for, with their last days and their causes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.events.contracts import StoredEvent
from regulars.domain.events.queries import events_by_id
from regulars.domain.ledger.contracts import CauseKind, LotOnFile, LotPlace
from regulars.domain.ledger.queries import lots_on_file
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.insight.merged_lots import as_granted
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, page_of, place
from regulars.interfaces.api.v1.entries import Cause, unknown_point_type
from regulars.interfaces.api.v1.shapes import Output, known_member

router = Router()


class Lot(Output):
    """A grant of points that is not used up."""

    id: UUID = Field(description="The entry that granted the points")
    point_type: str
    state: Literal["open", "pending"] = Field(description="open: can be spent; pending: not yet")
    amount: int = Field(description="How many points were granted")
    remaining: int = Field(description="How many of them are left")
    earned_at: datetime
    last_day: date | None = Field(description="Until when they can be spent; null: for ever, or not known yet")
    activates_on: date | None = Field(description="From when pending points can be spent, where a day decides")
    waits_for: str | None = Field(description="The event type for which pending points wait")
    cancels_after: date | None = Field(description="By when that event has to come, or the points are gone")
    cause: Cause
    granted_to: UUID = Field(description="The member, or the duplicate from whose merged account the points came")
    rule: str | None = Field(description="The name of the earn rule; null where no rule gave them")
    rulebook_version: int | None = Field(description="Of the rule; null where no rule gave them")


@router.get(
    "/members/{member_id}/lots",
    auth=ApiKeyAuth(Scope.points_read),
    response=Page[Lot],
    summary="List a member's lots",
    operation_id="list_lots",
)
def list_lots(
    request: ApiRequest,
    member_id: UUID,
    point_type: Annotated[str, Query("points", max_length=40, description="Lots of this point type")] = "points",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[Lot]:
    """Points that can be spent, in the order in which they will be; then those that wait, the next one first.

    A page goes on behind the last lot of the page before, also when lots were spent or came meanwhile.
    """
    known_member(request, member_id)
    rules = shelf(request.conn, programme_id=request.programme_id)
    if point_type not in rules.point_types:
        raise unknown_point_type(point_type, rules)
    found = lots_on_file(
        request.conn,
        owner=member_id,
        point_type=rules.point_types[point_type],
        after=place(cursor, LotPlace.read),
        limit=limit + 1,
    )
    shown, following = page_of(found, limit, lambda lot: (lot.place.written(),))
    granted = as_granted(request.conn, shown)
    causes = [each.cause for each in granted.values() if each.cause_kind is CauseKind.event]
    events = events_by_id(request.conn, event_ids=causes)
    items = [_lot(rules, point_type, each, granted[each.id], events.get(granted[each.id].cause)) for each in shown]
    return Page(items=items, next=following)


def _lot(rules: Shelf, point_type: str, lot: LotOnFile, granted: LotOnFile, event: StoredEvent | None) -> Lot:
    rulebook = rules.by_id[event.rulebook_id] if event else None
    return Lot(
        id=lot.id,
        point_type=point_type,
        state="pending" if lot.waiting else "open",
        amount=lot.amount,
        remaining=lot.waiting or lot.remaining,
        earned_at=lot.earned_at,
        last_day=lot.last_day,
        activates_on=lot.activates_on if lot.waiting else None,
        waits_for=lot.waits_for or None if lot.waiting else None,
        cancels_after=lot.cancels_after if lot.waiting else None,
        cause=Cause(kind=lot.cause_kind.name, id=lot.cause),
        granted_to=granted.owner,
        rule=rulebook.rule_names.get(granted.reason) if rulebook else None,
        rulebook_version=rulebook.version if rulebook else None,
    )
