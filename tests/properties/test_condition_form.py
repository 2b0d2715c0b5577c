"""A tree, its form, and the tree again: exactly the same, whatever it asks, in every language of the console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.domain.audiences.contracts import CONDITIONS
from regulars.domain.earning.conditions import OPERATORS, Comparison, Condition
from regulars.domain.earning.conditions import walk as walk_tree
from regulars.flows.read_templates import read_templates
from regulars.interfaces.console.conditions.acts import act_on
from regulars.interfaces.console.conditions.checking import check
from regulars.interfaces.console.conditions.condition_form import ConditionForm
from regulars.interfaces.console.conditions.nodes import Group, Row, walk
from regulars.interfaces.console.conditions.offers import Offers
from regulars.interfaces.console.conditions.offers_of_rules import rule_offers
from regulars.interfaces.console.conditions.reading import PREFIX, form_in
from regulars.interfaces.console.conditions.writing import form_of
from tests.interfaces.console.browser_form import as_query, sent_by
from tests.interfaces.console.offered import WHICH, Which, offers_of, trees

pytestmark = pytest.mark.capability("B3")
LANGUAGES = ("en", "tr", "ar")


def read_back(condition: Condition, offers: Offers) -> Condition | None:
    """The tree of the form that a browser shows and sends untouched."""
    form = ConditionForm(offers, form_of(condition, offers), url="/")
    page = render_to_string("console/conditions/builder.html", {"builder": form.shown(live=False)})
    sent = form_in(as_query(sent_by(page)), PREFIX)
    assert sent == form.root
    return check(sent, offers).so_far


@pytest.mark.parametrize("which", WHICH)
@settings(max_examples=60, deadline=None)
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_a_browser_sends_the_tree_back(which: Which, language: str, data: st.DataObject) -> None:
    with translation.override(language):
        condition = CONDITIONS.validate_python(data.draw(trees(offers_of(which))))
        assert read_back(condition, offers_of(which)) == condition


@pytest.mark.parametrize("which", WHICH)
@settings(max_examples=300, deadline=None)
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_nodes_say_the_tree(which: Which, language: str, data: st.DataObject) -> None:
    """The same without a page, and so more often."""
    with translation.override(language):
        condition = CONDITIONS.validate_python(data.draw(trees(offers_of(which))))
        found = check(form_of(condition, offers_of(which)), offers_of(which))
        assert found.so_far == condition


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_buttons_lose_nothing_that_was_typed(data: st.DataObject) -> None:
    """Whatever is moved, wrapped, dissolved or added: the conditions that were there are there, each once."""
    offers = offers_of("members")
    root = form_of(CONDITIONS.validate_python(data.draw(trees(offers))), offers)
    before = rows(root)
    for _ in range(data.draw(st.integers(1, 5))):
        path = data.draw(st.sampled_from([path for path, _ in walk(root)]))
        verb = data.draw(st.sampled_from(["up", "down", "wrap", "dissolve", "add", "add-group"]))
        acted = act_on(root, f"{verb}:{'.'.join(map(str, path))}")
        assert not acted.refused or acted.root == root
        root = acted.root
    assert sorted(map(repr, rows(root))) == sorted(map(repr, before))


def rows(root: Group) -> list[Row]:
    """The conditions that say something."""
    return [each for _, each in walk(root) if isinstance(each, Row) and each != Row()]


def conditions_in(node: Any) -> Iterator[Any]:
    """Every condition of a document, wherever it stands."""
    if isinstance(node, dict):
        comparison = "field" in node and node.keys() & set(OPERATORS)
        if comparison or (len(node) == 1 and node.keys() <= {"all", "any", "not"}):
            yield node
            return
    inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for each in inside:
        yield from conditions_in(each)


def _in_templates() -> Iterator[Any]:
    for template in read_templates():
        for number, document in enumerate(conditions_in(template.rulebook.document())):
            tree = CONDITIONS.validate_python(document)
            of_lines = any(
                isinstance(each, Comparison) and each.field.startswith("line.") for _, each in walk_tree(tree, "")
            )
            part = "lines" if of_lines else "when"
            yield pytest.param(template.rulebook, part, tree, id=f"{template.code}-{number}")


IN_TEMPLATES = list(_in_templates())


def test_the_templates_have_conditions_of_many_kinds() -> None:
    """Otherwise the next test would prove little."""
    assert len({str(each.id).rpartition("-")[0] for each in IN_TEMPLATES}) >= 8
    assert len(IN_TEMPLATES) >= 16


@pytest.mark.capability("K2")
@pytest.mark.parametrize(("rulebook", "part", "tree"), IN_TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_condition_of_the_templates_has_a_form(rulebook: Any, part: Any, tree: Condition, language: str) -> None:
    with translation.override(language):
        offers = rule_offers(rulebook, part=part)
        assert read_back(tree, offers) == tree
        found = check(form_of(tree, offers), offers)
        assert (found.condition, found.problems) == (tree, {})
