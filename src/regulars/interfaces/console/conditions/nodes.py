"""A condition tree as a form holds it: half-written, and with every value as it was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

GroupKind = Literal["all", "any", "none"]
Path = tuple[int, ...]
"""Where a node stands: the position in the root, in that group, and so on. Empty: the root."""

DEEPEST = 5
"""Groups inside each other that the form makes. A tree that came from elsewhere may be deeper, and stays as it is."""
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. operator: as the form calls it; values: as they were typed, one for each line or choice."""

    field: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes of which all, any or none shall hold.

    implied: the group is only there because a form begins with one: around a single node it does not count.
    """

    kind: GroupKind = "all"
    children: tuple[Node, ...] = (Row(),)
    implied: bool = False


Node = Row | Group
FRESH = Group(implied=True)
"""Where a new tree begins."""


def children_of(node: Node) -> tuple[Node, ...]:
    """The nodes right inside; none of a row."""
    return node.children if isinstance(node, Group) else ()


def at(root: Group, path: Path) -> Node | None:
    """The node that stands there, if there is one."""
    found: Node = root
    for position in path:
        inside = children_of(found)
        if position >= len(inside):
            return None
        found = inside[position]
    return found


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node with its path, in the order in which they are read."""
    yield path, node
    for position, child in enumerate(children_of(node)):
        yield from walk(child, (*path, position))


def height(node: Node) -> int:
    """How many groups stand inside each other, itself included."""
    inside = [height(child) for child in children_of(node)]
    return 1 + max(inside, default=0) if isinstance(node, Group) else 0


def with_children(root: Group, path: Path, children: tuple[Node, ...]) -> Group:
    """The tree with other nodes in the group that stands there."""
    if not path:
        return replace(root, children=children)
    first, rest = path[0], path[1:]
    inner = root.children[first]
    if not isinstance(inner, Group):
        raise LookupError(f"there is no group at {path}")
    changed = with_children(inner, rest, children)
    return replace(root, children=(*root.children[:first], changed, *root.children[first + 1 :]))
