"""What a tuning is about, as it is kept and as it is worked with. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from regulars.domain.tunings.contracts import NewTuning
from regulars.flows.tuning.candidates import Turn, turned_to
from regulars.flows.tuning.goal import USUAL_AXES, Better, Goal, goal_of, stated_goal
from regulars.flows.tuning.lever import Ground, Priced
from regulars.kernel.errors import Refusal

MOST_GOALS = 6


class Terms(NamedTuple):
    """axes: the two figures that the frontier compares. until: what came later is left out."""

    ground: Ground
    turns: tuple[Turn, ...]
    goals: tuple[Goal, ...]
    axes: tuple[Goal, Goal]
    until: datetime

    @property
    def better(self) -> tuple[Better, Better]:
        """The good sides of the axes."""
        one, other = (each.better for each in self.axes)
        assert one is not None, "asked before it was kept"
        assert other is not None, "asked before it was kept"
        return one, other

    def ground_of(self, values: Sequence[str]) -> Ground:
        """The rules and the catalogue of the candidate with these values."""
        return turned_to(self.ground, self.turns, values)


def kept_terms(ground: Ground, turns: Sequence[Turn], goals: Sequence[Goal], axes: Sequence[Goal]) -> dict[str, Any]:
    """As JSON values; the rulebook is kept beside them."""
    return {
        "levers": [{"lever": each.lever, "target": each.key, "steps": list(each.steps)} for each in turns],
        "goals": [stated_goal(each) for each in goals],
        "axes": [stated_goal(each) for each in axes],
        "rewards": [each._asdict() for each in ground.rewards],
    }


def terms_of(asked: NewTuning) -> Terms:
    """What was kept. Raises Refusal where a lever or a goal does not exist any more."""
    ground = Ground(asked.document, tuple(Priced(**each) for each in asked.terms["rewards"]))
    turns = tuple(Turn(each["lever"], each["target"], tuple(each["steps"])) for each in asked.terms["levers"])
    goals = tuple(goal_of(each, ground) for each in asked.terms["goals"])
    one, other = (goal_of(each, ground) for each in asked.terms["axes"])
    return Terms(ground, turns, goals, (one, other), asked.until)


def goals_of(stated: Sequence[Mapping[str, Any]], ground: Ground) -> tuple[Goal, ...]:
    """The goals that somebody states; each asks for something. Raises Refusal."""
    if len(stated) > MOST_GOALS:
        raise Refusal(
            "too_many_goals",
            "There are too many goals",
            detail=f"{len(stated)} goals were stated, and a tuning looks at up to {MOST_GOALS}.",
            remedy="Keep those that decide.",
            field="goals",
        )
    goals = tuple(goal_of(each, ground) for each in stated)
    open_ended = next((each for each in goals if not each.has_bound), None)
    if open_ended is not None:
        raise Refusal(
            "goal_without_bound",
            "The goal has no bound",
            detail=f"Of {open_ended.name} it was not said where it shall be.",
            remedy="State at_least, at_most or both.",
            field="goals",
        )
    return goals


def axes_of(stated: Sequence[Mapping[str, Any]], goals: Sequence[Goal], ground: Ground) -> tuple[Goal, Goal]:
    """The two figures of the frontier; nothing stated: cost per order, and who reaches a reward. Raises Refusal.

    A figure that is a goal as well looks at the same days.
    """
    if not stated:
        by_name = {each.name: each for each in goals}
        usual = [
            {"goal": name, **by_name[name].model_dump(exclude={"at_least", "at_most"})}
            if name in by_name
            else {"goal": name}
            for name in (USUAL_AXES if ground.rewards else ("cost_per_order", "points_expired"))
        ]
        return axes_of(usual, goals, ground)
    found = [goal_of(each, ground, field="figures") for each in stated]
    if len(found) != 2 or found[0] == found[1]:
        raise _bad_axes(f"{len(found)} figures were named", "Name two different ones.")
    one, other = found
    unclear = next((each for each in found if each.better is None), None)
    if unclear is not None:
        raise _bad_axes(
            f"of {unclear.name} neither more nor less is better", "Make it a goal, and compare two other figures."
        )
    return one, other


def _bad_axes(what: str, remedy: str) -> Refusal:
    return Refusal(
        "bad_figures",
        "These figures make no frontier",
        detail=f"A frontier compares two figures that have a good side, and {what}.",
        remedy=remedy,
        field="figures",
    )
