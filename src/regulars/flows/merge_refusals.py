"""Why members cannot become one, or two again, in the words of refusals."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from regulars.domain.members.contracts import MemberStatus
from regulars.kernel.errors import Conflict, Refusal


def merged_refusal(*, field: str) -> Conflict:
    """The member is part of another one, who has everything."""
    return Conflict(
        "member_merged",
        "The member is part of another one",
        detail="The two turned out to be one person; points, tiers and history are with the other member.",
        remedy="Use the other member, whose id GET /api/v1/members/{id} shows as merged_into; or undo the merge first.",
        field=field,
    )


def with_itself() -> Refusal:
    return Refusal(
        "merge_with_itself",
        "A member cannot be merged with itself",
        detail="The member who stays and the duplicate are the same.",
        remedy="Name the other of the two as the duplicate.",
        field="duplicate",
    )


def not_mergeable(field: str, status: MemberStatus) -> Conflict:
    """field: which of the two."""
    if status is MemberStatus.merged:
        return merged_refusal(field=field)
    if status is MemberStatus.blocked:
        return Conflict(
            "member_blocked",
            "The member is blocked",
            detail="Members are merged, and taken apart again, only while both can spend: a block would be lost, or"
            " spread to points that it is not about.",
            remedy="Unblock the member first, and block whoever should be blocked afterwards.",
            field=field,
        )
    return Conflict(
        "member_not_active",
        "The member is not active",
        detail=f"The member is {status.name}; only active members are merged.",
        remedy="Choose two active members.",
        field=field,
    )


def points_held(points: int) -> Conflict:
    return Conflict(
        "merge_points_held",
        "Points of the duplicate are set aside",
        detail=f"{points:,} points of the duplicate are held for a reward that is not decided yet.",
        remedy="Confirm or release the redemption first; it is released by itself when its time is over.",
        field="duplicate",
    )


def adjustments_wait(count: int) -> Conflict:
    return Conflict(
        "merge_adjustments_wait",
        "Adjustments of the duplicate wait for approval",
        detail=f"Adjustments of the duplicate that wait for a second person: {count}.",
        remedy="Approve or decline them first.",
        field="duplicate",
    )


def in_household() -> Conflict:
    return Conflict(
        "merge_in_household",
        "The duplicate is in a household",
        detail="The points of a member in a household belong to a pool or a total that others see.",
        remedy="Let the duplicate leave the household first; the member who stays may be in one.",
        field="duplicate",
    )


def too_late_to_undo(until: date) -> Conflict:
    return Conflict(
        "merge_final",
        "It is too late to undo the merge",
        detail=f"The last day for it was {until:%-d %b %Y}.",
        remedy="Enrol the person anew, and give points by an adjustment.",
        field="merge",
    )


def undone_already() -> Conflict:
    return Conflict(
        "merge_undone",
        "The merge was undone before",
        detail="The two are members of their own again.",
        remedy="Nothing is to be done; merge them again if they are one person after all.",
        field="merge",
    )


def told_together_already() -> Conflict:
    return Conflict(
        "distinction_undone",
        "The decision was taken back before",
        detail="The two may be one person again, and are shown among the likely duplicates.",
        remedy="Nothing is to be done; tell them apart again if they are two people.",
        field="distinction",
    )


def not_the_last(later: UUID) -> Conflict:
    return Conflict(
        "merge_not_last",
        "Another merge came after this one",
        detail=f"The merge {later} is about one of the two as well, and was made later.",
        remedy="Undo the later merge first; merges are undone in reverse order.",
        field="merge",
    )
