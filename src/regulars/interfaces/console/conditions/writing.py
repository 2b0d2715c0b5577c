"""A condition tree as the form shows it. `checking` makes the same tree of it again."""

from __future__ import annotations

from regulars.domain.earning.conditions import AllOf, AnyOf, Comparison, Condition, Not
from regulars.interfaces.console.conditions.nodes import Group, Node, Row
from regulars.interfaces.console.conditions.offers import Offers
from regulars.interfaces.console.conditions.operators import LITERAL
from regulars.interfaces.console.conditions.values import Reading, written


def form_of(condition: Condition, offers: Offers) -> Group:
    """The tree as nodes of a form, which begins with a group: a lone comparison stands in an implied one."""
    node = _node(condition, offers)
    return node if isinstance(node, Group) else Group("all", (node,), implied=True)


def _node(condition: Condition, offers: Offers) -> Node:
    if isinstance(condition, Comparison):
        return _row(condition, offers)
    if isinstance(condition, Not):
        inner = condition.not_
        # “None of these” is a negated “any”; with one condition it is that condition negated.
        several = isinstance(inner, AnyOf) and len(inner.any) > 1
        children = inner.any if several and isinstance(inner, AnyOf) else (inner,)
        return Group("none", tuple(_node(child, offers) for child in children))
    children = condition.all if isinstance(condition, AllOf) else condition.any
    nodes = tuple(_node(child, offers) for child in children)
    return Group("all", nodes) if isinstance(condition, AllOf) else Group("any", nodes)


def _row(comparison: Comparison, offers: Offers) -> Row:
    operator = comparison.operator
    if operator == "is_known":
        return Row(comparison.field, "is_known" if comparison.is_known else "is_not_known")
    found = offers.find(comparison.field)
    unknown: Reading = "text" if operator in LITERAL else "anything"
    reading = unknown if found is None else found.reads(operator)
    return Row(comparison.field, operator, tuple(written(each, reading) for each in comparison.operands))
