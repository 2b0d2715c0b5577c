"""Many rules: an index chooses whom to ask, and nothing may come out otherwise because of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from regulars.domain.earning.contracts import MemberState, Occurrence, Verdict
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.rule_index import needed_by
from regulars.domain.earning.rules import CompiledRules, EarnRule
from regulars.domain.earning.stacking import StackingGroup
from tests.properties.test_evaluation import MEMBERS, documents, equalities, occurrences, texts, trees

LEAVES = st.one_of(
    texts(equalities(("app", "web", "shop")), "event.channel"),
    texts(equalities(("s1", "s2")), "event.store"),
    texts(equalities(("bronze", "gold")), "member.tier.status"),
    texts(equalities((True, 1, "xl", 0.5)), "data.size"),
    texts({"at_least": st.integers(0, 60)}, "order.amount"),
)
LINE_LEAVES = st.one_of(
    texts(equalities(("coffee", "tea", "cake")), "line.category"),
    texts(equalities(("a", "b")), "line.sku"),
    texts({"at_least": st.integers(0, 20)}, "line.amount"),
)
_AT = datetime(2026, 11, 1, tzinfo=UTC)
CHOICES = ("stack", "first", "highest", "lowest")


@st.composite
def books(draw: st.DrawFn) -> tuple[list[EarnRule], list[StackingGroup]]:
    """Rules with conditions that an index can use and others, in groups and under caps."""
    groups = [
        StackingGroup.model_validate({"id": "outer", "name": "O", "choose": draw(st.sampled_from(CHOICES))}),
        StackingGroup.model_validate(
            {"id": "inner", "name": "I", "choose": draw(st.sampled_from(CHOICES)), "inside": "outer"}
        ),
    ]
    rules = []
    for document in draw(documents()):
        document |= {
            "when": draw(st.none() | trees(LEAVES)),
            "lines": draw(st.none() | trees(LINE_LEAVES)),
            "group": draw(st.sampled_from([None, "outer", "inner"])),
            "limits": draw(st.sampled_from([{}, {"per_event": 3}])),
        }
        rules.append(EarnRule.model_validate(document))
    return rules, groups


@settings(max_examples=300, deadline=None)
@given(books(), MEMBERS, occurrences())
def test_with_the_index_the_same_is_given_and_the_same_can_be_told(
    book: tuple[list[EarnRule], list[StackingGroup]], member: MemberState, occurrence: Occurrence
) -> None:
    rules, groups = book
    whole = evaluate(CompiledRules(rules, places=2, groups=groups), member, occurrence)
    indexed = CompiledRules(rules, places=2, groups=groups, long=0)
    quick = evaluate(indexed, member, occurrence)
    event(f"asked {len(indexed.waiting_for('order').candidates(occurrence, member))} of {len(rules)}")
    assert quick.effects == whole.effects
    told = {verdict.rule: verdict for verdict in quick.verdicts}
    complete = evaluate(indexed, member, occurrence, complete=True).verdicts
    assert complete == whole.verdicts
    assert [told.get(verdict.rule, verdict) for verdict in complete] == whole.verdicts
    # What is kept is what was given, and what cannot be found out again.
    assert all(verdict.fired or verdict.wanted for verdict in quick.verdicts)
    assert {verdict.rule for verdict in whole.verdicts if verdict.fired} <= set(told)


@settings(max_examples=300, deadline=None)
@given(st.none() | trees(LEAVES), st.none() | trees(LINE_LEAVES), MEMBERS, occurrences())
def test_a_rule_that_would_fire_is_never_overlooked(
    when: dict[str, Any] | None, lines: dict[str, Any] | None, member: MemberState, occurrence: Occurrence
) -> None:
    bonus = {"id": "r", "name": "R", "earn": {"strategy": "fixed_bonus", "points": 1}, "when": when, "lines": lines}
    rule = EarnRule.model_validate(bonus)
    need = needed_by([rule.when, rule.lines])
    event("always asked" if need is None else f"needs {need.fact.of}")
    (verdict,) = evaluate(CompiledRules([rule], places=2), member, occurrence).verdicts
    found = CompiledRules([rule], places=2, long=0).waiting_for("order").candidates(occurrence, member)
    assert not verdict.fired or [each.id for each in found] == ["r"]


def test_numbers_words_and_flags_are_told_apart_as_conditions_do() -> None:
    def asked(data: Any, wanted: Any) -> list[Verdict]:
        bonus = {"id": "r", "name": "R", "earn": {"strategy": "fixed_bonus", "points": 1}}
        rule = EarnRule.model_validate(bonus | {"when": {"field": "data.x", "is": wanted}})
        occurrence = Occurrence("order", _AT, _AT, "USD", 2, 100, [], "app", "s1", {"x": data})
        return evaluate(CompiledRules([rule], places=2, long=0), MemberState(_AT), occurrence).verdicts

    for data, wanted, fires in (
        (1, 1, True), (1.0, 1, True), (0.1, 0.1, True), (True, 1, False), (1, True, False), ("1", 1, False),
        (True, True, True), ("a", "a", True), (None, "", False),
    ):  # fmt: skip
        assert bool(asked(data, wanted)) is fires, (data, wanted)
