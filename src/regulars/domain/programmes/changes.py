"""Where two documents differ, node by node: items are known by their ids, wherever they stand in their list.

`change_words` makes sentences of it, and `three_ways` joins two changes of one document. Nothing here knows what a
node means.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from regulars.domain.earning.conditions import AllOf, AnyOf, Comparison, Not
from regulars.domain.earning.plain import plain

Place = tuple[str, ...]
"""The way to a node: names of fields, and ids of items: ('earn_rules', 'base', 'earn', 'points')."""
Kind = Literal["added", "removed", "changed", "moved"]
TAG = "strategy"
"""The field that says what the others beside it mean: where it differs, nothing else can be compared."""
WHOLE = frozenset({"when", "lines", "metric", "window", "expiry", "pending", "clawback", "restore"})
"""Conditions and policies, which are read as one sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """One node that differs. before, after: what stands there, None where nothing does.

    Of what moved: the places in their list, from 1.
    """

    place: Place
    kind: Kind
    before: Any = None
    after: Any = None


def complete(value: object) -> Any:
    """A model as JSON values with every field, also those that say the usual: so that nothing is only implied."""
    if isinstance(value, AllOf | AnyOf | Not | Comparison):
        return plain(value.model_dump(by_alias=True))
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {field.alias or name: complete(getattr(value, name)) for name, field in fields.items()}
    if isinstance(value, Mapping):
        return {str(key): complete(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [complete(each) for each in value]
    return plain(value)


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every node that differs, in the order of the document; empty where, and only where, the two are equal."""
    return list(_of_fields((), before, after))


def by_ids(items: object) -> dict[str, Any] | None:
    """The items of a list by their ids, in its order; None where they have none, or share them."""
    if not isinstance(items, list) or not items:
        return None
    found = {str(each["id"]): each for each in items if isinstance(each, dict) and isinstance(each.get("id"), str)}
    return found if len(found) == len(items) else None


def together(before: object, after: object) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Two lists by ids, where both have them; an empty list has them as well."""
    one, other = by_ids(before), by_ids(after)
    if one is None and other is None:
        return None
    if (one is None and before not in ([], None)) or (other is None and after not in ([], None)):
        return None
    return one or {}, other or {}


def same_kind(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the fields of both mean the same."""
    return before.get(TAG) == after.get(TAG)


def strayed(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Of what is in both, the fewest that have to move to get from one order to the other, in the new order."""
    place = {each: position for position, each in enumerate(before)}
    common = [each for each in after if each in place]
    stays = _longest_rise([place[each] for each in common])
    return [each for position, each in enumerate(common) if position not in stays]


def _of_fields(place: Place, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key in [*before, *(each for each in after if each not in before)]:
        yield from _of_node((*place, key), before.get(key), after.get(key))


def _of_node(place: Place, before: Any, after: Any) -> Iterator[Change]:
    if is_same(before, after):
        return
    if place[-1] in WHOLE:
        yield _plain_change(place, before, after)
    elif isinstance(before, dict) and isinstance(after, dict) and same_kind(before, after):
        yield from _of_fields(place, before, after)
    elif (lists := together(before, after)) is not None:
        yield from _of_items(place, *lists)
    else:
        yield _plain_change(place, before, after)


def _of_items(place: Place, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for each in before:
        if each not in after:
            yield Change((*place, each), "removed", before=before[each])
    moved = set(strayed([*before], [*after]))
    was, now = ({each: number for number, each in enumerate(items, 1)} for items in (before, after))
    for each, item in after.items():
        if each not in before:
            yield Change((*place, each), "added", after=item)
            continue
        yield from _of_fields((*place, each), before[each], item)
        if each in moved:
            yield Change((*place, each), "moved", was[each], now[each])


def _plain_change(place: Place, before: Any, after: Any) -> Change:
    kind: Kind = "added" if before is None else "removed" if after is None else "changed"
    return Change(place, kind, before, after)


def is_same(before: Any, after: Any) -> bool:
    """Equal as JSON: true is not 1, and fields may stand in any order."""
    return before is after or json.dumps(before, sort_keys=True, default=str) == json.dumps(
        after, sort_keys=True, default=str
    )


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """The positions of a longest part of the numbers that only rises."""
    tails: list[int] = []
    at: list[int] = []
    above: list[int] = []
    for position, number in enumerate(numbers):
        rank = bisect_left(tails, number)
        above.append(at[rank - 1] if rank else -1)
        tails[rank : rank + 1] = [number]
        at[rank : rank + 1] = [position]
    found: set[int] = set()
    position = at[-1] if at else -1
    while position >= 0:
        found.add(position)
        position = above[position]
    return found
