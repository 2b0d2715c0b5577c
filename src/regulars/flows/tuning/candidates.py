"""The candidates of a tuning: every combination of the steps of its levers, and the rules as they are. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

from regulars.flows.tuning.lever import (
    MOST_STEPS,
    Ground,
    bad_step,
    is_valid,
    lever_of,
    sensible,
    target_of,
)
from regulars.kernel.errors import Refusal

MOST_CANDIDATES = 60
MOST_LEVERS = 4


class Turn(NamedTuple):
    """A lever that is turned. lever: its name; key: what it turns; steps: the values, the present one among them."""

    lever: str
    key: str
    steps: tuple[str, ...]


class Candidate(NamedTuple):
    """One combination. values: of the levers, in their order; as_it_is: nothing is turned."""

    values: tuple[str, ...]
    ground: Ground
    as_it_is: bool


def turns_of(stated: Sequence[Mapping[str, Any]], ground: Ground) -> tuple[Turn, ...]:
    """The levers of [{"lever": "earn_rate", "target": "base", "steps": ["1", "2"]}].

    Without steps they are the sensible ones. The present value is always among them. Raises Refusal for a lever that
    does not exist, turns nothing here, is there twice or cannot be read, and for more combinations than can be played.
    """
    if not 0 < len(stated) <= MOST_LEVERS:
        raise Refusal(
            "bad_number_of_levers",
            "No lever is turned" if not stated else "Too many levers are turned at once",
            detail=f"{len(stated)} levers were named; a tuning turns 1 to {MOST_LEVERS} of them.",
            remedy="Choose the one or two settings that matter most, and their steps.",
            field="levers",
        )
    turns = tuple(_turn(each, ground) for each in stated)
    if len({each[:2] for each in turns}) < len(turns):
        raise Refusal(
            "lever_twice",
            "A lever is there twice",
            detail="The same setting was named more than once, and it can only have one value at a time.",
            remedy="Name each setting once, with all its steps.",
            field="levers",
        )
    count = prod(len(each.steps) for each in turns)
    if count > MOST_CANDIDATES:
        steps = " x ".join(str(len(each.steps)) for each in turns)
        raise Refusal(
            "grid_too_large",
            "There are too many combinations",
            detail=f"The steps give {steps} = {count:,} combinations, the present values among them, and a tuning"
            f" plays at most {MOST_CANDIDATES}.",
            remedy="Take fewer steps or fewer levers; a second tuning can look closer at the best region.",
            field="levers",
        )
    return turns


def candidates(ground: Ground, turns: Sequence[Turn]) -> list[Candidate]:
    """The rules as they are, and every other combination that is a valid rulebook, in the order of the steps."""
    found = [Candidate(tuple(_present(each, ground) for each in turns), ground, True)]
    for values in product(*(each.steps for each in turns)):
        if values != found[0].values:
            turned = turned_to(ground, turns, values)
            if is_valid(turned.document):
                found.append(Candidate(values, turned, False))
    return found


def turned_to(ground: Ground, turns: Sequence[Turn], values: Sequence[str]) -> Ground:
    """The ground with these values; what keeps its present one is left exactly as it was written."""
    turned = ground
    for turn, value in zip(turns, values, strict=True):
        if value != _present(turn, ground):
            turned = lever_of(turn.lever).turned(turned, turn.key, value)
    return turned


def require_something(ground: Ground, turns: Sequence[Turn]) -> list[Candidate]:
    """The candidates. Raises Refusal where nothing but the rules as they are is left to play."""
    found = candidates(ground, turns)
    if len(found) == 1:
        raise Refusal(
            "nothing_to_compare",
            "There is nothing to compare",
            detail="Every combination of these steps is the present one, or no valid rulebook: a tier would lie above"
            " the next one, or a rate would be out of range.",
            remedy="Choose other steps, such as half and twice of what there is now.",
            field="levers",
        )
    return found


def _turn(stated: Mapping[str, Any], ground: Ground) -> Turn:
    lever = lever_of(str(stated.get("lever", "")))
    key = str(stated.get("target", ""))
    target_of(lever, ground, key)
    given = stated.get("steps") or sensible(lever, ground, key)
    if len(given) > MOST_STEPS:
        raise bad_step(f"{len(given)} steps", f"up to {MOST_STEPS} of them")
    present = lever.present(ground, key)
    steps = dict.fromkeys([*(lever.read(str(each)) for each in given)])
    return Turn(lever.name, key, tuple(steps) if present in steps else (present, *steps))


def _present(turn: Turn, ground: Ground) -> str:
    return lever_of(turn.lever).present(ground, turn.key)
