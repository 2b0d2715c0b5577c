"""What another ladder does to the members who are there, as it is answered."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from regulars.flows.preview_ladder_change import LadderChange
from regulars.interfaces.api.v1.shapes import Output


class MoveOut(Output):
    """How many members go from one tier to another, or are kept on theirs."""

    way: Literal["up", "down", "kept", "same"]
    from_tier: str = Field(description="As members call it")
    to_tier: str
    members: int


class SampleOut(Output):
    """One of those members."""

    member_id: UUID
    way: Literal["up", "down", "kept", "same"]
    from_tier: str
    to_tier: str
    until: date | None = Field(description="The last day on which a kept tier is safe; null: for good, or not kept")


class LadderChangeOut(Output):
    """What a change of a ladder does to the members who are there, as if it were in force now."""

    ladder: str
    name: str
    on_change: Literal["no_downgrade", "apply", "restore"]
    up: int
    down: int
    kept: int
    same: int
    kept_from: date | None = Field(description="The first day on which a kept tier can still be safe last; null: none")
    kept_until: date | None = Field(description="The last of those days; null: for good, or none is kept")
    moves: list[MoveOut]
    samples: list[SampleOut] = Field(description="Up to five of each")


def ladder_change_out(change: LadderChange) -> LadderChangeOut:
    """The change, as it is answered."""
    return LadderChangeOut(
        ladder=change.ladder,
        name=change.name,
        on_change=change.on_change,
        up=change.up,
        down=change.down,
        kept=change.kept,
        same=change.same,
        kept_from=change.kept_from,
        kept_until=change.kept_until,
        moves=[
            MoveOut(way=move.way, from_tier=move.from_tier, to_tier=move.to_tier, members=members)
            for move, members in change.moves.items()
        ],
        samples=[
            SampleOut(
                member_id=each.member_id,
                way=each.move.way,
                from_tier=each.move.from_tier,
                to_tier=each.move.to_tier,
                until=each.until,
            )
            for each in change.samples
        ],
    )
