"""A rule, its form, and the rule again: exactly the same, for every rule and campaign of the templates."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone, translation

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.plain import plain
from regulars.domain.earning.rules import EarnRule, strategies_by_name
from regulars.domain.earning.strategy_help import example_rule
from regulars.domain.programmes.document_text import written
from regulars.flows.edit_draft import values_in
from regulars.flows.read_templates import read_templates
from regulars.interfaces.console.conditions.offers_of_rules import rule_offers
from regulars.interfaces.console.structure.reading import Context, Read, fill
from regulars.interfaces.console.structure.rule_specs import names_of
from regulars.interfaces.console.structure.showing import shown
from regulars.interfaces.console.structure.specs import Names
from regulars.interfaces.console.structure.wholes import campaign_specs, rule_specs
from tests.interfaces.console.browser_form import as_query, sent_by

pytestmark = pytest.mark.capability("K2")
LANGUAGES = ("en", "tr", "ar")


def _of_templates() -> list[Any]:
    found = []
    for template in read_templates():
        document = template.rulebook.document()
        # As it was published, and as it stands in the text of a draft.
        for how, values in (("stored", document), ("text", values_in(written(document)))):
            for section in ("earn_rules", "campaigns"):
                for item in values.get(section, ()):
                    name = f"{template.code}-{section}-{item['id']}-{how}"
                    found.append(pytest.param(template.rulebook, values, section, item, id=name))
    return found


OF_TEMPLATES = _of_templates()


def context(rulebook: Any, typed: QueryDict | None) -> Context:
    return Context(typed, lambda part: rule_offers(rulebook, part=part), "/")  # type: ignore[arg-type]  # "when" or "lines"


def drawn(rulebook: Any, specs: Any, item: dict[str, Any], name: str) -> str:
    """The page's part that shows the item."""
    found = Read()
    at = context(rulebook, None)
    fill(specs, item, name, at, found)
    return render_to_string(
        "console/structure/fields.html", {"fields": shown(specs, item, name, at, found, live=False)}
    )


@pytest.mark.parametrize(("rulebook", "values", "section", "item"), OF_TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_sends_it_back(
    rulebook: Any, values: dict[str, Any], section: str, item: dict[str, Any], language: str
) -> None:
    before = copy.deepcopy(item)
    with translation.override(language), timezone.override(rulebook.time_zone):
        names = names_of(values, apart_from=item["id"])
        specs = campaign_specs(names) if section == "campaigns" else rule_specs(values, item, names)
        page = drawn(rulebook, specs, item, "rule")
        found = Read()
        sent = as_query(sent_by(page))
        assert fill(specs, item, "rule", context(rulebook, sent), found) == before == item
        assert found.problems == {}
        assert found.kept == []
        # Without what stood there before: everything that the form shows is really in it.
        anew = fill(specs, {"id": item["id"], **_with_strategy(item)}, "rule", context(rulebook, sent), Read())
        model = Campaign if section == "campaigns" else EarnRule
        assert model.model_validate(anew) == model.model_validate(before)


def _with_strategy(item: dict[str, Any]) -> dict[str, Any]:
    return {"earn": {"strategy": item["earn"]["strategy"]}} if "earn" in item else {}


@pytest.mark.parametrize("name", sorted(strategies_by_name()))
def test_every_way_to_earn_comes_back(name: str) -> None:
    """With the parameters of its example, and all those that it leaves out."""
    strategy = strategies_by_name()[name]
    assert strategy.example is not None
    rulebook = read_templates()[0].rulebook
    item = plain(example_rule(strategy, strategy.example).model_dump(exclude_none=True))
    assert isinstance(item, dict)
    item["point_type"] = "points"
    names = Names("EUR", {"base": "Base"}, {"status": "Status"})
    specs = rule_specs(rulebook.document(), item, names)
    found = Read()
    sent = as_query(sent_by(drawn(rulebook, specs, item, "rule")))
    anew = fill(specs, {"id": "it", **_with_strategy(item)}, "rule", context(rulebook, sent), found)
    assert EarnRule.model_validate(anew) == EarnRule.model_validate(item)
    assert found.problems == {}


def test_the_templates_have_rules_of_many_kinds() -> None:
    """Otherwise the test above would prove little."""
    used = {each.values[3]["earn"]["strategy"] for each in OF_TEMPLATES if "earn" in each.values[3]}
    assert len(used) >= 12
