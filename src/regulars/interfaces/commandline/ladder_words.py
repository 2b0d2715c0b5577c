"""What another ladder does to the members who are there, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.preview_ladder_change import LadderChange


def said(change: LadderChange) -> Iterator[str]:
    """The sum, and a line for each kind of move."""
    yield (
        f"{change.name}: {change.up:,} members up, {change.down:,} down, {change.kept:,} keep a tier that they do not"
        f" reach any more, {change.same:,} stay."
    )
    for move, members in sorted(change.moves.items(), key=lambda each: (each[0].way, -each[1])):
        step = f"{move.from_tier}, kept" if move.way == "kept" else f"{move.from_tier} -> {move.to_tier}"
        yield f"  {step}: {members:,}"
    if change.kept and change.kept_from is None:
        yield "  Kept tiers are kept for good."
    elif change.kept_from is not None:
        yield f"  Kept tiers are safe until {change.kept_from:%-d %b %Y} at least."
