"""What is wrong with a form, row by row; and the condition tree that it says, once nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext
from pydantic import ValidationError

from regulars.domain.earning.conditions import AllOf, AnyOf, Comparison, Condition, Not, Scalar
from regulars.domain.earning.conditions import walk as walk_tree
from regulars.domain.earning.feasibility import impossible_parts, never_holds
from regulars.domain.earning.fitting import misfit
from regulars.interfaces.console.conditions.nodes import Group, Node, Path, Row
from regulars.interfaces.console.conditions.offers import Offer, Offers
from regulars.interfaces.console.conditions.operators import OperatorForm
from regulars.interfaces.console.conditions.values import Unreadable, read, written

_MOST = 100
"""Conditions in one group: as many as a tree takes."""
Objection = Callable[[Comparison], str]
"""What speaks against a comparison that is right in itself, in words; nothing: "". """


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a node. part: of it; unfinished: it is only not filled in yet."""

    part: Literal["field", "operator", "value", "group"]
    text: str
    unfinished: bool = False


@dataclass(slots=True)
class Checked:
    """condition: the whole tree, None while anything is wrong. so_far: what of it is right; None: nothing yet."""

    condition: Condition | None = None
    so_far: Condition | None = None
    problems: dict[Path, Problem] = field(default_factory=dict)

    def shown(self, *, live: bool) -> dict[Path, Problem]:
        """The problems to show. live: while somebody is writing, what is not filled in yet is no problem."""
        return {path: each for path, each in self.problems.items() if not (live and each.unfinished)}


def check(root: Group, offers: Offers, objection: Objection = lambda _: "") -> Checked:
    """Reads the form as a condition tree. objection: what a page knows besides, about a single comparison."""
    checking = _Checking(offers, objection)
    found = checking.tree(root, (), "")
    done = Checked(so_far=found, problems=checking.problems)
    if found is None or done.problems:
        return done
    checking.contradictions(found)
    if not done.problems:
        done.condition = found
    return done


class _Checking:
    """places: of every comparison of the tree, by its path there, where it stands in the form."""

    def __init__(self, offers: Offers, objection: Objection) -> None:
        self._offers = offers
        self._objection = objection
        self._places: dict[str, Path] = {}
        self.problems: dict[Path, Problem] = {}

    def tree(self, node: Node, path: Path, place: str) -> Condition | None:
        """What the node says, without the parts that are wrong. place: of it in the tree."""
        if isinstance(node, Row):
            self._places[place] = path
            return self._row(node, path)
        if not node.children:
            self.problems[path] = Problem("group", gettext("The group is empty. Add a condition, or remove it."))
            return None
        if len(node.children) > _MOST:
            self.problems[path] = Problem(
                "group", gettext("A group takes up to %(most)s conditions. Move some into a group.") % {"most": _MOST}
            )
            return None
        if node.implied and len(node.children) == 1 and node.kind != "none":
            return self.tree(node.children[0], (*path, 0), place)
        inside = {"all": ".all.{}", "any": ".any.{}", "none": ".not.any.{}"}[node.kind]
        if node.kind == "none" and len(node.children) == 1:
            inside = ".not"
        parts = [
            self.tree(child, (*path, position), place + inside.format(position))
            for position, child in enumerate(node.children)
        ]
        return _joined(node, [part for part in parts if part is not None])

    def contradictions(self, tree: Condition) -> None:
        """Marks what makes it impossible for anybody to fulfil the tree."""
        measures = self._offers.terms.measures
        if never_holds(tree, "", measures) is None:
            return
        for found in impossible_parts(tree, "", measures):
            rows = [
                self._places[place]
                for place, each in walk_tree(tree, "")
                if f"{place}.".startswith(f"{found.path}.")
                and isinstance(each, Comparison)
                and each.field == found.field
            ]
            text = (
                gettext("This can never be fulfilled. Change the value.")
                if len(rows) == 1
                else gettext("Nobody can fulfil this together with what is asked above. Change one of the two.")
            )
            self.problems[rows[-1]] = Problem("value", text)

    def _row(self, row: Row, path: Path) -> Comparison | None:
        found = _comparison(row, self._offers)
        if isinstance(found, Comparison) and (text := self._objection(found)):
            found = Problem("field", text)
        if isinstance(found, Problem):
            self.problems[path] = found
            return None
        return found


def _joined(node: Group, parts: list[Condition]) -> Condition | None:
    if not parts:
        return None
    if node.kind == "none":
        return Not.model_validate({"not": parts[0] if len(parts) == 1 else AnyOf(any=tuple(parts))})
    return AllOf(all=tuple(parts)) if node.kind == "all" else AnyOf(any=tuple(parts))


def _comparison(row: Row, offers: Offers) -> Comparison | Problem:
    if not row.field.rstrip("."):
        return Problem("field", gettext("Choose what is asked."), unfinished=True)
    offer = offers.find(row.field)
    if offer is None:
        missing = offers.with_data and row.field.startswith("data.")
        return Problem("field", gettext("Say which one.") if missing else _gone(row.field), unfinished=missing)
    form = offer.forms.get(row.operator)
    if form is None:
        return Problem(
            "operator", gettext("This comparison does not fit. Choose another."), unfinished=not row.operator
        )
    value = _value(row, offer, form)
    if isinstance(value, Problem):
        return value
    try:
        comparison = Comparison.model_validate({"field": row.field, form.operator: value})
    except ValidationError:
        return Problem("value", gettext("This value does not fit. Correct it."))
    if misfit(offer.fact, comparison) is not None:
        return Problem("value", gettext("This value does not fit. Correct it."))
    return comparison


def _value(row: Row, offer: Offer, form: OperatorForm) -> Scalar | list[Scalar] | Problem:
    if form.takes == "nothing":
        return form.holds
    filled = [typed for typed in row.values if typed.strip()]
    if not filled:
        return Problem("value", _asking(offer, form), unfinished=True)
    found: list[Scalar] = []
    for typed in filled if form.takes == "several" else filled[:1]:
        reading = offer.reads(row.operator)
        try:
            value = read(typed, reading)
        except Unreadable as unreadable:
            return Problem("value", str(unreadable))
        if (
            offer.closed
            and reading != "flag"
            and row.operator in _EQUAL
            and written(value, reading) not in offer.choices
        ):
            return Problem("value", gettext("“%(value)s” is not there any more. Choose another.") % {"value": value})
        found.append(value)
    return found if form.takes == "several" else found[0]


_EQUAL = frozenset({"is", "is_not", "one_of", "none_of"})


def _asking(offer: Offer, form: OperatorForm) -> str:
    if offer.choices and form.operator in _EQUAL:
        return gettext("Choose at least one.") if form.takes == "several" else gettext("Choose a value.")
    return gettext("Write at least one value.") if form.takes == "several" else gettext("Fill in a value.")


def _gone(name: str) -> str:
    return gettext("“%(field)s” cannot be asked here any more. Choose something else.") % {"field": name}
