"""Evaluation against itself and against a second, slow way to count in fractions."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace
from pydantic import TypeAdapter

from regulars.domain.earning.compiled import compile_check, compile_test
from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.contracts import Line, MemberState, Occurrence
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.explain import explain
from regulars.domain.earning.feasibility import never_holds
from regulars.domain.earning.rules import CompiledRules, EarnRule
from regulars.domain.effects import EarnPoints
from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.rulebook import Rulebook

# Whole rulebooks are slow to draw; fifty of them in each run find what there is to find over the runs.
FEW = settings(max_examples=50, deadline=None)
_CONDITIONS: TypeAdapter[Condition] = TypeAdapter(Condition)
_ZONE = ZoneInfo("America/New_York")
_CATEGORIES = ("coffee", "tea", "cake")
_CHANNELS = ("app", "web", "shop")
_TIERS = ("bronze", "gold")


def numbers(least: str, most: str, places: int = 4) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(least), Decimal(most), places=places)


def texts(operators: dict[str, st.SearchStrategy[Any]], *fields: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(fields).flatmap(
        lambda field: st.sampled_from(sorted(operators)).flatmap(
            lambda operator: operators[operator].map(lambda value: {"field": field, operator: value})
        )
    )


def equalities(values: tuple[Any, ...]) -> dict[str, st.SearchStrategy[Any]]:
    some = st.lists(st.sampled_from(values), min_size=1, max_size=3)
    return {"is": st.sampled_from(values), "is_not": st.sampled_from(values), "one_of": some, "none_of": some}


def orderings(values: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    return {"at_least": values, "more_than": values, "at_most": values, "less_than": values, "is": values}


EVENT_LEAVES = st.one_of(
    texts(equalities(_CHANNELS), "event.channel"),
    texts(equalities(_TIERS), "member.tier.status"),
    texts(equalities(("friday", "saturday", "sunday")), "time.weekday"),
    texts(orderings(st.integers(-1, 25)), "time.hour", "member.orders", "order.lines", "data.size"),
    texts(orderings(numbers("0", "60", 2)), "order.amount"),
    texts({"is": st.sampled_from([True, 1, "xl"]), "starts_with": st.sampled_from(["x", "1"])}, "data.size"),
)
LINE_LEAVES = st.one_of(
    texts(equalities(_CATEGORIES), "line.category"), texts(orderings(numbers("0", "20", 2)), "line.amount")
)


def trees(leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=6,
    )


LINES = st.builds(
    Line,
    sku=st.sampled_from(["a", "b"]),
    name=st.just("A"),
    category=st.sampled_from(_CATEGORIES),
    brand=st.sampled_from(["own", "other"]),
    quantity=numbers("0", "9", 3),
    amount_minor=st.integers(0, 30).map(lambda whole: whole * 100) | st.integers(0, 3_000),
)


@st.composite
def occurrences(draw: st.DrawFn) -> Occurrence:
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 60 * 24 * 30)))
    lines = draw(st.lists(LINES, max_size=5))
    return Occurrence(
        type="order",
        occurred_at=at,
        local=at.astimezone(_ZONE),
        currency="USD",
        places=2,
        amount_minor=sum(line.amount_minor for line in lines),
        lines=lines,
        channel=draw(st.sampled_from(_CHANNELS)),
        store="s1",
        data=draw(
            st.dictionaries(st.just("size"), st.one_of(st.integers(0, 9), st.booleans(), st.sampled_from(["xl"])))
        ),
    )


MEMBERS = st.builds(
    MemberState,
    enrolled_at=st.just(datetime(2026, 10, 1, tzinfo=UTC)),
    orders=st.integers(0, 3),
    tiers=st.dictionaries(st.just("status"), st.sampled_from(_TIERS)),
)
# Threes and sevens have no end as decimals, and often meet a whole number again when they are multiplied.
POSITIVE = st.sampled_from([Decimal(text) for text in ("1", "2", "3", "7", "0.3", "0.7")]) | numbers("0.0001", "50")
FACTORS = st.sampled_from([Decimal(text) for text in ("2", "3", "4", "1.5")]) | numbers("1.0001", "9")
SIMPLE = st.one_of(
    st.builds(lambda points, per: {"strategy": "points_per_amount", "points": points, "per": per}, POSITIVE, POSITIVE),
    st.builds(lambda points: {"strategy": "points_per_item", "points": points}, POSITIVE),
    st.builds(lambda points: {"strategy": "fixed_bonus", "points": points}, st.integers(1, 500)),
    st.builds(lambda points: {"strategy": "first_order_bonus", "points": points}, st.integers(1, 500)),
)


@st.composite
def documents(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Earn rules as a document has them: some that give points, some that multiply them."""
    rules = []
    simple = draw(st.integers(1, 3))
    for number in range(simple + draw(st.integers(0, 3))):
        earn = draw(SIMPLE)
        if number >= simple:
            of = f"r{draw(st.integers(0, simple - 1))}"
            earn = {"strategy": "multiplier", "factor": draw(FACTORS), "of": of}
        rules.append(
            {
                "id": f"r{number}",
                "name": f"Rule {number}",
                "earn": earn,
                "rounding": draw(st.sampled_from(["down", "nearest", "up"])),
                "priority": draw(st.integers(1, 3)),
                "when": draw(st.none() | trees(EVENT_LEAVES)),
                "lines": draw(st.none() | trees(LINE_LEAVES)),
            }
        )
    return rules


def compiled(rules: list[dict[str, Any]]) -> CompiledRules:
    return CompiledRules([EarnRule.model_validate(rule) for rule in rules], places=2)


@FEW
@given(documents(), MEMBERS, occurrences())
def test_the_same_question_has_the_same_answer_and_changes_nothing(
    rules: list[dict[str, Any]], member: MemberState, occurrence: Occurrence
) -> None:
    before, order_before = copy.deepcopy(asdict(member)), copy.deepcopy(occurrence)
    first = evaluate(compiled(rules), member, occurrence)
    book = compiled(rules)
    assert evaluate(book, member, occurrence) == first == evaluate(book, member, occurrence)
    assert asdict(member) == before
    assert occurrence == order_before


@FEW
@given(documents(), MEMBERS, occurrences())
def test_what_is_given_does_not_depend_on_whether_anybody_reads_why(
    rules: list[dict[str, Any]], member: MemberState, occurrence: Occurrence
) -> None:
    told, bare = (evaluate(compiled(rules), member, occurrence, bare=each) for each in (False, True))
    assert [replace(each, exact="", inputs={}) for each in told.verdicts] == bare.verdicts
    assert replace(told, verdicts=[]) == replace(bare, verdicts=[])


@FEW
@given(documents(), MEMBERS, occurrences(), st.randoms(use_true_random=False))
def test_the_order_of_rules_in_the_document_does_not_matter(
    rules: list[dict[str, Any]], member: MemberState, occurrence: Occurrence, chance: Any
) -> None:
    shuffled = [*rules]
    chance.shuffle(shuffled)
    assert evaluate(compiled(shuffled), member, occurrence) == evaluate(compiled(rules), member, occurrence)


@FEW
@given(documents(), MEMBERS, occurrences())
def test_points_are_positive_and_effects_are_the_rules_that_fired(
    rules: list[dict[str, Any]], member: MemberState, occurrence: Occurrence
) -> None:
    found = evaluate(compiled(rules), member, occurrence)
    assert sorted(verdict.rule for verdict in found.verdicts) == sorted(rule["id"] for rule in rules)
    for verdict in found.verdicts:
        assert (verdict.points > 0) is verdict.fired
        assert verdict.fired is (verdict.failed == "")
    fired = [(verdict.rule, verdict.points) for verdict in found.verdicts if verdict.fired]
    assert [(effect.rule, effect.amount) for effect in found.effects if isinstance(effect, EarnPoints)] == fired


@settings(FEW, max_examples=100)
@given(documents(), MEMBERS, occurrences())
def test_points_equal_those_counted_in_fractions(
    rules: list[dict[str, Any]], member: MemberState, occurrence: Occurrence
) -> None:
    got = {verdict.rule: verdict.points for verdict in evaluate(compiled(rules), member, occurrence).verdicts}
    assert got == {rule["id"]: _whole(_slow(rule, rules, member, occurrence), rule["rounding"]) for rule in rules}


SMALL = st.integers(1, 12).map(Decimal)


@settings(max_examples=400)
@given(
    points=SMALL | POSITIVE,
    per=SMALL | POSITIVE,
    factor=st.integers(2, 7).map(Decimal) | FACTORS,
    minor=st.integers(0, 60).map(lambda whole: whole * 100) | st.integers(0, 10**9),
    rounding=st.sampled_from(["down", "nearest", "up"]),
)
def test_a_multiplied_rate_loses_nothing(
    points: Decimal, per: Decimal, factor: Decimal, minor: int, rounding: str
) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    occurrence = Occurrence("order", at, at, "USD", 2, minor, [], "app", "s1", {})
    rules = [
        {"id": "base", "name": "Base", "earn": {"strategy": "points_per_amount", "points": points, "per": per}},
        {"id": "extra", "name": "Extra", "earn": {"strategy": "multiplier", "factor": factor, "of": "base"}},
    ]
    verdicts = evaluate(
        compiled([rule | {"rounding": rounding} for rule in rules]), MemberState(at), occurrence
    ).verdicts
    exact = Fraction(minor, 100) * Fraction(points) / Fraction(per)
    assert [verdict.points for verdict in verdicts] == [
        _whole(exact, rounding),
        _whole(exact * (Fraction(factor) - 1), rounding),
    ]


def _whole(exact: Fraction, rounding: str) -> int:
    if rounding == "nearest":
        return floor(exact + Fraction(1, 2))
    return floor(exact) if rounding == "down" else ceil(exact)


def _slow(rule: dict[str, Any], rules: list[dict[str, Any]], member: MemberState, event: Occurrence) -> Fraction:
    """The exact points of a rule, counted line by line in fractions and without any of the compiled rules."""
    chosen = _matching(rule, member, event)
    if chosen is None:
        return Fraction(0)
    if rule["earn"]["strategy"] != "multiplier":
        return _given(rule, chosen, event, member)
    base = next(other for other in rules if other["id"] == rule["earn"]["of"])
    of_base = _matching(base, member, event)
    if of_base is None:
        return Fraction(0)
    both = [line for line in chosen if any(line is other for other in of_base)]
    if rule["lines"] is not None and not both:
        return Fraction(0)
    return _given(base, both, event, member) * (Fraction(rule["earn"]["factor"]) - 1)


def _matching(rule: dict[str, Any], member: MemberState, event: Occurrence) -> list[Line] | None:
    """The lines that count for the rule; None when it does not apply."""
    if rule["when"] is not None and not _holds(rule["when"], event, member, None):
        return None
    if rule["lines"] is None:
        return event.lines
    lines = [line for line in event.lines if _holds(rule["lines"], event, member, line)]
    return lines or None


def _holds(document: Any, event: Occurrence, member: MemberState, line: Line | None) -> bool:
    return compile_test(_CONDITIONS.validate_python(document), places=2)(event, member, line)


def _given(rule: dict[str, Any], lines: list[Line], event: Occurrence, member: MemberState) -> Fraction:
    earn = rule["earn"]
    points = Fraction(earn["points"])
    if earn["strategy"] == "points_per_amount":
        return sum((Fraction(line.amount_minor, 100) for line in lines), Fraction(0)) * points / Fraction(earn["per"])
    if earn["strategy"] == "points_per_item":
        return sum(floor(line.quantity) for line in lines) * points
    if earn["strategy"] == "first_order_bonus" and member.orders > 0:
        return Fraction(0)
    return points


@given(trees(EVENT_LEAVES), MEMBERS, occurrences())
def test_a_check_fails_exactly_where_the_test_says_no(
    document: dict[str, Any], member: MemberState, occurrence: Occurrence
) -> None:
    condition = _CONDITIONS.validate_python(document)
    failed = compile_check(condition, places=2, path="when")(occurrence, member, None)
    holds = compile_test(condition, places=2)(occurrence, member, None)
    assert (failed is None) is holds
    # What has just held is not impossible.
    assert not (holds and never_holds(condition, "when"))


@FEW
@given(documents(), MEMBERS, occurrences())
def test_every_verdict_can_be_read(rules: list[dict[str, Any]], member: MemberState, occurrence: Occurrence) -> None:
    book = _book(rules)
    by_id = {rule.id: rule for rule in book.earn_rules}
    for verdict in evaluate(compiled(rules), member, occurrence).verdicts:
        said = str(explain(verdict, by_id[verdict.rule], book.terms()))
        assert said
        assert not {"{", "}", "_", "None", "Decimal"} & {*said, *said.split()}
    for rule in book.earn_rules:
        for condition in (rule.when, rule.lines):
            assert condition is None or str(condition_words(condition, book.terms()))


def _book(rules: list[dict[str, Any]]) -> Rulebook:
    tiers = [{"id": "bronze", "name": "Bronze", "from_score": 0}, {"id": "gold", "name": "Gold", "from_score": "99.50"}]
    return Rulebook.model_validate(
        {
            "rulebook": 1,
            "name": "Any",
            "currency": "USD",
            "time_zone": "America/New_York",
            "point_types": [{"id": "points", "name": "Points", "worth": "0.015"}],
            "earn_rules": rules,
            "ladders": [{"id": "status", "name": "Status", "window": None, "tiers": tiers}],
        }
    )


@FEW
@given(documents())
def test_a_rulebook_survives_json_exactly(rules: list[dict[str, Any]]) -> None:
    book = _book(rules)
    text = json.dumps(book.document())
    assert Rulebook.model_validate(json.loads(text)) == book
    assert Rulebook.model_validate_json(text) == book
    assert json.dumps(Rulebook.model_validate(json.loads(text)).document()) == text
    checked = check_rulebook(text)
    if checked.rulebook is None:
        # Drawn by chance, some conditions contradict each other; nothing else may be wrong.
        assert all("can never fire" in finding.problem for finding in checked.errors)
    else:
        assert checked.rulebook == book


@FEW
@given(st.data())
def test_no_text_makes_the_reader_stumble(data: st.DataObject) -> None:
    text = json.dumps(_book(data.draw(documents())).document(), indent=1)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(place, min(len(text), place + 30)))
        text = (
            text[:place] + data.draw(st.text(max_size=5) | st.sampled_from(["null", "[", "{", "-1", '"'])) + text[end:]
        )
    checked = check_rulebook(text)
    assert (checked.rulebook is None) is bool(checked.errors)
    for finding in checked.findings:
        assert 1 <= finding.line <= text.count("\n") + 2
        assert finding.problem
        assert finding.remedy


@pytest.mark.parametrize("size", [1, 40])
def test_deep_trees_are_fine_up_to_the_limit(size: int) -> None:
    document: dict[str, Any] = {"field": "event.channel", "is": "app"}
    for _ in range(size):
        document = {"not": document}
    condition = _CONDITIONS.validate_python(document)
    assert str(condition_words(condition, _book([]).terms())) == (
        "the channel is app" if size % 2 == 0 else "the channel is not app"
    )
