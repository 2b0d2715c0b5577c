"""Groups of offers that exclude each other: which one counts, what the others say, and what builds on them."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.domain.earning.contracts import Evaluation, MemberState, Occurrence
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.explain import explain
from regulars.domain.earning.rules import CompiledRules, EarnRule
from regulars.domain.earning.stacking import StackingGroup
from tests.unit.earning.stage import TERMS, line, member, order, rule


def group(identifier: str, choose: str, inside: str | None = None) -> StackingGroup:
    return StackingGroup.model_validate(
        {"id": identifier, "name": identifier.title(), "choose": choose, "inside": inside}
    )


def bonus(identifier: str, points: int, within: str | None = None, **fields: Any) -> EarnRule:
    return rule(id=identifier, group=within, earn={"strategy": "fixed_bonus", "points": points}, **fields)


def times(identifier: str, of: str, within: str | None = None) -> EarnRule:
    return rule(id=identifier, group=within, earn={"strategy": "multiplier", "factor": 2, "of": of})


def asked(
    rules: list[EarnRule], groups: list[StackingGroup], event: Occurrence | None = None, of: MemberState | None = None
) -> Evaluation:
    return evaluate(CompiledRules(rules, places=2, groups=groups), of or member(), event or order(minor=1000))


def said(found: Evaluation) -> dict[str, str]:
    """By rule: its points, or to which it lost and how."""
    return {
        each.rule: str(each.points) if each.fired else f"{each.failed} {each.actual} {each.by}".rstrip()
        for each in found.verdicts
    }


OFFERS = [bonus("a", 5, "best"), bonus("b", 9, "best"), bonus("c", 5, "best")]


@pytest.mark.parametrize(
    ("choose", "expected"),
    [
        ("stack", {"a": "5", "b": "9", "c": "5"}),
        ("first", {"a": "5", "b": "stacking a first", "c": "stacking a first"}),
        ("highest", {"a": "stacking b highest", "b": "9", "c": "stacking b highest"}),
        ("lowest", {"a": "5", "b": "stacking a lowest", "c": "stacking a tie"}),
    ],
)
def test_each_choice(choose: str, expected: dict[str, str]) -> None:
    assert said(asked(OFFERS, [group("best", choose)])) == expected


def test_order_is_priority_then_id_and_never_the_place_in_the_document() -> None:
    rules = [bonus("z", 5, "best", priority=1), bonus("b", 5, "best"), bonus("a", 5, "best")]
    for given in (rules, rules[::-1]):
        found = said(asked(given, [group("best", "first")]))
        assert found == {"z": "5", "a": "stacking z first", "b": "stacking z first"}
    assert said(asked(rules, [group("best", "highest")])) == {"z": "5", "a": "stacking z tie", "b": "stacking z tie"}


def test_rules_that_do_not_fire_and_rules_without_a_group_do_not_compete() -> None:
    never = bonus("b", 9, "best", when={"field": "event.channel", "is": "web"})
    found = asked([bonus("a", 5, "best"), never, bonus("free", 100)], [group("best", "highest")])
    assert said(found) == {"a": "5", "b": "when app", "free": "100"}


def test_groups_lie_inside_groups() -> None:
    """Two small offers that stack are worth more together than the one large offer beside them."""
    groups = [group("best", "highest"), group("small", "stack", "best")]
    rules = [bonus("large", 10, "best"), bonus("one", 6, "small"), bonus("two", 5, "small")]
    assert said(asked(rules, groups)) == {"large": "stacking one highest", "one": "6", "two": "5"}
    rules[2] = bonus("two", 3, "small")
    assert said(asked(rules, groups)) == {
        "large": "10",
        "one": "stacking large highest",
        "two": "stacking large highest",
    }


def test_who_lost_inside_a_group_says_so_whatever_the_group_comes_to() -> None:
    groups = [group("best", "highest"), group("small", "lowest", "best")]
    rules = [bonus("large", 10, "best"), bonus("one", 6, "small"), bonus("two", 5, "small")]
    assert said(asked(rules, groups)) == {
        "large": "10",
        "one": "stacking two lowest",
        "two": "stacking large highest",
    }


def test_a_multiplier_of_a_rule_that_lost_gives_nothing() -> None:
    rules = [bonus("a", 5, "best"), bonus("b", 9, "best"), times("double", "a"), times("twice", "b")]
    found = asked(rules, [group("best", "highest")])
    assert said(found) == {"a": "stacking b highest", "b": "9", "double": "nothing", "twice": "9"}


def test_a_multiplier_counts_for_its_group() -> None:
    groups = [group("best", "highest"), group("pair", "stack", "best")]
    rules = [bonus("a", 5, "pair"), times("double", "a", "pair"), bonus("b", 9, "best")]
    assert said(asked(rules, groups)) == {"a": "5", "double": "5", "b": "stacking a highest"}


def test_a_multiplier_that_would_push_out_its_own_base_gives_nothing() -> None:
    rules = [bonus("a", 5, "best"), rule(id="m", group="best", earn={"strategy": "multiplier", "factor": 3, "of": "a"})]
    assert said(asked(rules, [group("best", "highest")])) == {"a": "5", "m": "nothing"}


def test_choosing_looks_at_what_is_given_after_limits() -> None:
    rules = [bonus("a", 50, "best", limits={"per_event": 4}), bonus("b", 9, "best")]
    assert said(asked(rules, [group("best", "highest")])) == {"a": "stacking b highest", "b": "9"}


def test_the_member_reads_which_offer_was_better() -> None:
    rules = [bonus("a", 5, "best"), bonus("b", 9, "best")]
    terms = TERMS.model_copy(update={"rule_names": {"b": "Double beans", "a": "Coffee"}})
    for choose, words in {
        "highest": "another offer, “Double beans”, gave more; this one would have given 5",
        "first": None,
        "lowest": None,
    }.items():
        verdicts = {each.rule: each for each in asked(rules, [group("best", choose)]).verdicts}
        if words is not None:
            assert str(explain(verdicts["a"], rules[0], terms)) == words
        else:
            assert "“Coffee”" in str(explain(verdicts["b"], rules[1], terms))


def test_lines_and_amounts_compete_like_everything_else() -> None:
    per_item = rule(id="items", group="best", earn={"strategy": "points_per_item", "points": 3})
    money = rule(id="money", group="best", earn={"strategy": "points_per_amount", "points": 1})
    small, large = order(line("tea", 200)), order(line("tea", 900))
    groups = [group("best", "highest")]
    assert said(asked([per_item, money], groups, small)) == {"items": "3", "money": "stacking items highest"}
    assert said(asked([per_item, money], groups, large)) == {"items": "stacking money highest", "money": "9"}
