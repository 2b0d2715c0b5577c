"""What the buttons of the form do to the tree: add, remove, move, put into a group, dissolve a group.

A button sends `act` as “up:0.1”: what, and the path of the node. Whatever was typed stays, wherever it goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from django.utils.translation import gettext

from regulars.interfaces.console.conditions.nodes import (
    DEEPEST,
    FRESH,
    MOST_ROWS,
    Group,
    GroupKind,
    Node,
    Path,
    Row,
    at,
    children_of,
    height,
    walk,
    with_children,
)

_ACT = re.compile(r"([a-z-]+):((?:\d{1,3}(?:\.\d{1,3})*)?)")


class Acted(NamedTuple):
    """The tree afterwards. focus: the node that the person goes on with, and its button or "field".

    said: what happened, for who does not see it; refused: why nothing did.
    """

    root: Group
    focus: tuple[Path, str] | None = None
    said: str = ""
    refused: str = ""


def act_on(root: Group, act: str) -> Acted:
    """The tree after a button. A button that names nothing which is there changes nothing."""
    found = _ACT.fullmatch(act)
    verb = None if found is None else _VERBS.get(found[1])
    if found is None or verb is None:
        return Acted(root)
    path = tuple(int(position) for position in found[2].split(".")) if found[2] else ()
    return Acted(root) if at(root, path) is None else verb(root, path)


def _add_row(root: Group, path: Path) -> Acted:
    return _add(root, path, Row(), gettext("A condition was added."))


def _add_group(root: Group, path: Path) -> Acted:
    return _add(root, path, Group(_other_kind(at(root, path))), gettext("A group was added."))


def _add(root: Group, path: Path, node: Node, said: str) -> Acted:
    group = at(root, path)
    if not isinstance(group, Group):
        return Acted(root)
    if len(path) + 1 + height(node) > DEEPEST:
        return Acted(root, (path, "kind"), refused=_too_deep())
    if sum(isinstance(each, Row) for _, each in walk(root)) >= MOST_ROWS:
        text = gettext("A form takes up to %(most)s conditions. Make an audience of some, and name it here.")
        return Acted(root, (path, "kind"), refused=text % {"most": MOST_ROWS})
    changed = with_children(root, path, (*group.children, node))
    return Acted(changed, (_first_row(changed, (*path, len(group.children))), "field"), said)


def _remove(root: Group, path: Path) -> Acted:
    """Without the node; a group that would be left empty goes with it."""
    while path and len(_siblings(root, path)) == 1:
        path = path[:-1]
    if not path:
        return Acted(FRESH, ((0,), "field"), gettext("All conditions were removed."))
    left = _replaced(root, path)
    path = (*path[:-1], min(path[-1], len(_siblings(left, path)) - 1))
    return Acted(left, (_first_row(left, path), "field"), gettext("The condition was removed."))


def _up(root: Group, path: Path) -> Acted:
    return _moved(root, path, -1)


def _down(root: Group, path: Path) -> Acted:
    return _moved(root, path, 1)


def _moved(root: Group, path: Path, step: int) -> Acted:
    """Past its neighbour; into it, where that is a group; and at the end of a group out of it."""
    if not path:
        return Acted(root)
    siblings, beside = _siblings(root, path), path[-1] + step
    if not 0 <= beside < len(siblings):
        moved, place = _moved_out(root, path, step)
    elif isinstance(siblings[beside], Group) and len(path) + 1 + height(siblings[path[-1]]) <= DEEPEST:
        moved, place = _moved_into(root, path, step)
    else:
        order = list(siblings)
        order[path[-1]], order[beside] = order[beside], order[path[-1]]
        moved, place = with_children(root, path[:-1], tuple(order)), (*path[:-1], beside)
    return Acted(moved, (place, "up" if step < 0 else "down"), gettext("The condition was moved."))


def _moved_out(root: Group, path: Path, step: int) -> tuple[Group, Path]:
    """Before or after its group; the root has no outside."""
    above = path[:-1]
    group = at(root, above)
    if not above or not isinstance(group, Group):
        return root, path
    node = group.children[path[-1]]
    if len(group.children) == 1:
        return _replaced(root, above, node), above
    rest = replace(group, children=(*group.children[: path[-1]], *group.children[path[-1] + 1 :]))
    if step < 0:
        return _replaced(root, above, node, rest), above
    return _replaced(root, above, rest, node), (*above[:-1], above[-1] + 1)


def _moved_into(root: Group, path: Path, step: int) -> tuple[Group, Path]:
    """Into the group before it as the last, or into the one after it as the first."""
    position, siblings = path[-1], _siblings(root, path)
    node, group = siblings[position], siblings[position + step]
    if not isinstance(group, Group):
        return root, path
    children = (*group.children, node) if step < 0 else (node, *group.children)
    at_last = min(position, position + step)
    changed = (*siblings[:at_last], replace(group, children=children), *siblings[at_last + 2 :])
    place = (*path[:-1], at_last, len(children) - 1 if step < 0 else 0)
    return with_children(root, path[:-1], changed), place


def _wrap(root: Group, path: Path) -> Acted:
    """The node in a group of its own, with a fresh condition beside it."""
    node = at(root, path)
    if node is None or len(path) + 1 + height(node) > DEEPEST:
        return Acted(root, (path, "wrap"), refused=_too_deep())
    said = gettext("The condition is in a group now, with a new one beside it.")
    if not path:
        return Acted(Group("all", (replace(root, implied=False), Row()), implied=True), ((1,), "field"), said)
    parent = at(root, path[:-1])
    group = Group(_other_kind(parent), (node, Row()))
    return Acted(_replaced(root, path, group), ((*path, 1), "field"), said)


def _dissolve(root: Group, path: Path) -> Acted:
    """The nodes of a group in its place."""
    group = at(root, path)
    if not path or not isinstance(group, Group):
        return Acted(root)
    changed = _replaced(root, path, *group.children)
    return Acted(changed, (_first_row(changed, path), "field"), gettext("The group was dissolved."))


def _siblings(root: Group, path: Path) -> tuple[Node, ...]:
    """The nodes of the group that the node stands in, itself included."""
    parent = at(root, path[:-1])
    return () if parent is None else children_of(parent)


def _replaced(root: Group, path: Path, *nodes: Node) -> Group:
    """The tree with these nodes where that one stood."""
    siblings = _siblings(root, path)
    return with_children(root, path[:-1], (*siblings[: path[-1]], *nodes, *siblings[path[-1] + 1 :]))


def _other_kind(parent: Node | None) -> GroupKind:
    """A group inside “all” is there for alternatives, and the other way round."""
    return "any" if isinstance(parent, Group) and parent.kind == "all" else "all"


def _first_row(root: Group, path: Path) -> Path:
    """The first row at or below the node."""
    node = at(root, path)
    return path if node is None else next((place for place, each in walk(node, path) if isinstance(each, Row)), path)


def _too_deep() -> str:
    return gettext(
        "Groups stand up to %(deepest)s deep inside each other. Make an audience of the inner part, and name it here."
    ) % {"deepest": DEEPEST}


_VERBS: dict[str, Callable[[Group, Path], Acted]] = {
    "add": _add_row,
    "add-group": _add_group,
    "remove": _remove,
    "up": _up,
    "down": _down,
    "wrap": _wrap,
    "dissolve": _dissolve,
}
