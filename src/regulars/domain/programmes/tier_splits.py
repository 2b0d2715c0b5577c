"""Whether orders can be split where the tiers of a ladder change. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.domain.earning.rules import EarnRule, strategy_of
from regulars.domain.tiers.ladder import Ladder
from regulars.kernel.validation import complaint


def check_splits(rules: Sequence[EarnRule], ladders: Sequence[Ladder]) -> None:
    """Raises pydantic's errors for a rule that splits orders by a ladder that does not count their money at once."""
    known = {each.id: each for each in ladders}
    for rule in rules:
        ladder = known.get(strategy_of(rule).splits)
        if ladder is not None and (ladder.metric_name != "spend" or ladder.up != "at_once"):
            raise complaint(
                f"orders cannot be split at the thresholds of {ladder.id!r}: it does not count their money at once",
                "Use a ladder with metric: spend and up: at_once, or remove tier: split_at_threshold.",
            )
