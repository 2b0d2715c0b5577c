"""Two people changed one document: what they changed in different places is joined, the rest are conflicts."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.domain.programmes.changes import WHOLE, Change, Place, is_same, same_kind, strayed, together


@dataclass(frozen=True, slots=True)
class Joined:
    """document: with all changes; at a conflict it holds what was mine. conflicts: where both changed the same place.

    A conflict's `before` is theirs, its `after` mine: None where one of them removed it.
    """

    document: dict[str, Any]
    conflicts: tuple[Change, ...]


def join(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Joined:
    """My document with what they changed in the base. All three in the same form."""
    conflicts: list[Change] = []
    document = _of_fields((), base, mine, theirs, conflicts)
    return Joined(copy.deepcopy(document), tuple(conflicts))


_MISSING: Any = object()


def _of_fields(
    place: Place, base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], conflicts: list[Change]
) -> dict[str, Any]:
    joined = {}
    for key in _in_order(base, mine, theirs):
        value = _of_node(
            (*place, key),
            base.get(key, _MISSING),
            mine.get(key, _MISSING),
            theirs.get(key, _MISSING),
            conflicts,
        )
        if value is not _MISSING:
            joined[key] = value
    return joined


def _of_node(place: Place, base: Any, mine: Any, theirs: Any, conflicts: list[Change]) -> Any:
    if _equal(mine, theirs) or _equal(base, theirs):
        return mine
    if _equal(base, mine):
        return theirs
    if place[-1] not in WHOLE and _MISSING not in (mine, theirs):
        if isinstance(mine, dict) and isinstance(theirs, dict):
            under = base if isinstance(base, dict) else {}
            if same_kind(mine, theirs) and (not under or same_kind(under, mine)):
                return _of_fields(place, under, mine, theirs, conflicts)
        lists = together(mine, theirs)
        under_items = together(() if base is _MISSING else base, [])
        if lists is not None:
            return _of_items(place, under_items[0] if under_items else {}, *lists, conflicts)
    conflicts.append(Change(place, "changed", _shown(theirs), _shown(mine)))
    return mine


def _of_items(
    place: Place, base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], conflicts: list[Change]
) -> list[Any]:
    joined = _of_fields(place, base, mine, theirs, conflicts)
    return [joined[each] for each in _in_order(base, mine, theirs) if each in joined]


def _in_order(base: Iterable[str], mine: Iterable[str], theirs: Iterable[str]) -> list[str]:
    """All, in the order of whoever changed the order, mine where both did; each newcomer after its neighbour."""
    under, my, their = [*base], [*mine], [*theirs]
    first, second = (their, my) if not strayed(under, my) else (my, their)
    order = [*first]
    for position, each in enumerate(second):
        if each not in order:
            order.insert(_after(order, second[:position]), each)
    return order


def _after(order: Sequence[str], before: Sequence[str]) -> int:
    return next((order.index(each) + 1 for each in reversed(before) if each in order), 0)


def _equal(one: Any, other: Any) -> bool:
    if one is _MISSING or other is _MISSING:
        return one is other
    return is_same(one, other)


def _shown(value: Any) -> Any:
    return None if value is _MISSING else value
