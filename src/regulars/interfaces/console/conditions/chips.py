"""Common conditions as one tap: a chip writes a row into the tree, or takes it out again. The tree stays the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from regulars.interfaces.console.conditions.acts import Acted
from regulars.interfaces.console.conditions.nodes import FRESH, Group, Node, Row

_ACT = "chip:"


@dataclass(frozen=True, slots=True)
class Chip:
    """label: on the button. field: what is asked. values: of it; none: they are typed then."""

    label: str
    field: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChipShown:
    """act: what its button sends. pressed: the tree asks it."""

    label: str
    act: str
    pressed: bool


def chips_shown(chips: Sequence[Chip], root: Group) -> list[ChipShown]:
    """Every chip, with whether the tree asks it already."""
    return [ChipShown(each.label, f"{_ACT}{place}", _is_asked(root, each)) for place, each in enumerate(chips)]


def chip_of(act: str, chips: Sequence[Chip]) -> Chip | None:
    """The chip that was tapped; None: it was another button."""
    place = act.removeprefix(_ACT)
    known = act.startswith(_ACT) and place.isdecimal() and len(place) < 4 and int(place) < len(chips)
    return chips[int(place)] if known else None


def tapped(root: Group, chip: Chip) -> Acted:
    """The tree with what the chip asks, or without it where it was asked already."""
    root = root if root.kind == "all" else Group("all", (replace(root, implied=False),), implied=True)
    children = tuple(each for each in root.children if each != Row())
    place = _place(children, chip)
    if place is None:
        row = Row(chip.field, "one_of" if len(chip.values) > 1 else "is", chip.values)
        return _acted(root, (*children, row), gettext("A condition was added."), (len(children),))
    row = _row(children[place])
    if not chip.values:
        return _acted(root, children, "", (place,))
    left = tuple(each for each in row.values if each not in chip.values)
    if len(left) + len(chip.values) == len(row.values):
        rest = replace(row, values=left, operator="one_of" if len(left) > 1 else "is")
        after = (*children[:place], *((rest,) if left else ()), *children[place + 1 :])
        return _acted(root, after, gettext("The condition was removed."))
    both = replace(row, values=(*left, *chip.values), operator="one_of")
    return _acted(root, (*children[:place], both, *children[place + 1 :]), gettext("A condition was added."))


def _acted(root: Group, children: tuple[Node, ...], said: str, focus: tuple[int, ...] | None = None) -> Acted:
    if not children:
        return Acted(FRESH, said=said)
    return Acted(replace(root, children=children), None if focus is None else (focus, "value"), said)


def _place(children: Sequence[Node], chip: Chip) -> int | None:
    """The row right below the root that lists values of the field."""
    for place, each in enumerate(children):
        if isinstance(each, Row) and each.field == chip.field and each.operator in ("is", "one_of"):
            return place
    return None


def _is_asked(root: Group, chip: Chip) -> bool:
    place = _place(root.children, chip) if root.kind == "all" else None
    return place is not None and {*chip.values} <= {*_row(root.children[place]).values}


def _row(node: Node) -> Row:
    return node if isinstance(node, Row) else Row()
