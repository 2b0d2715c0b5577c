"""Expiry: a member's calendar, extensions by staff, and what another expiry would mean."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from ninja import Router
from pydantic import AwareDatetime, ConfigDict, Field

from regulars.domain.access.contracts import Scope
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.queries import programme, shelf
from regulars.flows.extend_expiry import Extension, extend_expiry
from regulars.flows.preview_expiry_change import ExpiryChange, preview_expiry_change
from regulars.flows.preview_ladder_change import preview_ladder_change
from regulars.insight.expiry_calendar import Calendar, expiry_calendar
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.idempotency import require_key
from regulars.interfaces.api.v1.balances import ExpiringPoints
from regulars.interfaces.api.v1.ladder_shapes import LadderChangeOut, ladder_change_out
from regulars.interfaces.api.v1.shapes import Amount, Input, MemberNamed, Output, find_member, known_member
from regulars.kernel.errors import Refusal
from regulars.kernel.money import decimals_of
from regulars.kernel.periods import Period, parse_period

router = Router()


class PendingPoints(Output):
    """Points that cannot be spent yet."""

    points: int
    activates_on: date | None = Field(description="The day from which they can be spent; null where an event decides")
    waits_for: str = Field(description="The event type that makes them active; empty where a day does")
    last_day: date | None = Field(description="Null where it is not known yet, or they never expire")


class PointsCalendar(Output):
    """When points of one type go."""

    point_type: str
    name: str = Field(description="What members call these points")
    days: list[ExpiringPoints] = Field(description="What expires when, the earliest first")
    never: int = Field(description="Points that never expire")
    pending: list[PendingPoints] = Field(description="What waits, the next one first")
    worth: Amount | None = Field(description="Of all that is in days; null where the rulebook says no worth")


class ExpiryCalendar(Output):
    """A member's calendar of expiry."""

    member_id: UUID
    calendars: list[PointsCalendar] = Field(description="By point type, in the order of the rulebook")


class ExtensionIn(Input):
    """Which points shall last longer: give `to` or `period`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"member": {"external_id": "C-1001"}, "period": "1 month", "reason": "goodwill"}]
        }
    )

    member: MemberNamed
    to: date | None = Field(None, description="The new last day")
    period: str | None = Field(None, max_length=40, description="How much later each day shall be, such as 1 month")
    last_days: list[date] = Field(
        [], max_length=100, description="Which last days; empty: all that are before `to`, or all with a period"
    )
    reason: str = Field(min_length=1, max_length=40, description="The id of a reason of the rulebook")
    point_type: str = Field("points", max_length=40, description="The id of the point type")
    note: str = Field("", max_length=500, description="For colleagues; members do not see it")


class MovedPoints(Output):
    """Points that got a later last day."""

    from_day: date
    to_day: date
    points: int


class ExtensionShown(Output):
    """What was done."""

    id: UUID
    member_id: UUID
    points: int
    moved: list[MovedPoints] = Field(description="By the last day before, the earliest first")


class PreviewIn(Input):
    """A rulebook that is not published yet."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"document": {"rulebook": 1, "name": "Corner Shop"}, "effective_from": None}]}
    )

    document: dict[str, Any] = Field(description="The whole rulebook")
    effective_from: AwareDatetime | None = Field(None, description="From when it would be in force; null: now")


class ExpiryChangeShown(Output):
    """What the rulebook would mean for points of one type that are there."""

    point_type: str
    name: str
    before: str = Field(description="The expiry in force", examples=["points expire 12 months after you earned them"])
    after: str = Field(description="The new expiry", examples=["points expire 6 months after you earned them"])
    restarts: bool = Field(description="Whether points that are there get the new term; otherwise nothing changes")
    day: date = Field(description="The day of the change")
    last_day: date | None = Field(description="The new last day; null: they no longer expire")
    members: int = Field(description="Members of whom points get another last day")
    points_later: int
    points_earlier: int
    members_within_30_days: int = Field(description="Members who would lose points within 30 days of the change")
    points_within_30_days: int
    members_at_once: int = Field(description="Members who would lose points at once: a second operator has to approve")
    points_at_once: int


class PreviewShown(Output):
    """What a rulebook means for the members who are there."""

    changes: list[ExpiryChangeShown] = Field(description="One for each point type whose expiry changes")
    ladders: list[LadderChangeOut] = Field(description="One for each ladder that gives other tiers")


@router.get(
    "/members/{member_id}/expiry",
    auth=ApiKeyAuth(Scope.points_read),
    response=ExpiryCalendar,
    summary="Get a member's calendar of expiry",
    operation_id="get_expiry",
)
def get_expiry(request: ApiRequest, member_id: UUID) -> ExpiryCalendar:
    """What expires when, what never does, and what waits to become spendable."""
    known_member(request, member_id)
    rules = shelf(request.conn, programme_id=request.programme_id)
    found = expiry_calendar(request.conn, rules, member_id=member_id, now=request.now)
    return ExpiryCalendar(member_id=member_id, calendars=[_calendar(each) for each in found])


def _calendar(found: Calendar) -> PointsCalendar:
    worth = found.worth_of(sum(each.points for each in found.days))
    return PointsCalendar(
        point_type=found.point_type,
        name=found.name,
        days=[ExpiringPoints(last_day=each.last_day, points=each.points) for each in found.days],
        never=found.for_ever,
        pending=[
            PendingPoints(
                points=each.points, activates_on=each.activates_on, waits_for=each.waits_for, last_day=each.last_day
            )
            for each in found.pending
        ],
        worth=None
        if worth is None
        else Amount(amount=round(worth.amount, decimals_of(worth.currency)), currency=worth.currency),
    )


@router.post(
    "/expiry-extensions",
    auth=ApiKeyAuth(Scope.points_write),
    response={201: ExtensionShown},
    summary="Give points more time",
    operation_id="create_expiry_extension",
)
def create_extension(request: ApiRequest, body: ExtensionIn) -> ExtensionShown:
    """Moves last days to a later one. What has expired stays expired. Needs an Idempotency-Key."""
    require_key(request)
    done = extend_expiry(
        request.conn,
        programme_id=request.programme_id,
        member_id=find_member(request, body.member),
        to=_destination(body.to, body.period),
        reason=body.reason,
        now=request.now,
        by=request.key.by,
        last_days=body.last_days,
        note=body.note,
        point_type=body.point_type,
    )
    return _extension(done)


def _extension(done: Extension) -> ExtensionShown:
    moved = [MovedPoints(from_day=each.from_day, to_day=each.to_day, points=each.points) for each in done.moved]
    return ExtensionShown(id=done.id, member_id=done.member_id, points=done.points, moved=moved)


def _destination(to: date | None, period: str | None) -> date | Period:
    if to is not None and period is None:
        return to
    if to is None and period is not None:
        return parse_period(period)
    raise Refusal(
        "extension_unclear",
        "It is not clear how long the points shall last",
        detail=f"{'Neither a day nor a period was' if to is None else 'Both a day and a period were'} given.",
        remedy="Give either `to` (2027-03-31) or `period` (1 month).",
        field="to",
    )


@router.post(
    "/rulebook/preview",
    auth=ApiKeyAuth(Scope.rulebook_read),
    response=PreviewShown,
    summary="Preview what another rulebook means",
    operation_id="preview_rulebook",
)
def preview_rulebook(request: ApiRequest, body: PreviewIn) -> PreviewShown:
    """How many members and points would get a later or an earlier last day, and who would lose points at once.

    And who would go up or down where a ladder changes, tried on everybody as of now. Writes nothing.
    """
    rulebook = require_valid(json.dumps(body.document))
    of = programme(request.conn, programme_id=request.programme_id)
    start = body.effective_from or request.now
    found = preview_expiry_change(request.conn, rulebook, of=of, effective_from=start, now=request.now)
    ladders = preview_ladder_change(request.conn, rulebook, of=of, effective_from=start, now=request.now)
    return PreviewShown(
        changes=[change_shown(each) for each in found], ladders=[ladder_change_out(each) for each in ladders]
    )


def change_shown(change: ExpiryChange) -> ExpiryChangeShown:
    """What another expiry means, as it is answered."""
    return ExpiryChangeShown(
        point_type=change.point_type, name=change.name, before=str(change.before), after=str(change.after),
        restarts=change.restarts, day=change.day, last_day=change.last_day, members=change.lots.owners,
        points_later=change.lots.later, points_earlier=change.lots.earlier,
        members_within_30_days=change.lots.soon_owners, points_within_30_days=change.lots.soon,
        members_at_once=change.lots.at_once_owners, points_at_once=change.lots.at_once,
    )  # fmt: skip
