"""A rulebook's text: every mistake at once, each with its line, its value and a remedy."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from regulars.domain.programmes.document import check_rulebook, require_valid
from regulars.domain.programmes.rulebook import Rulebook
from regulars.kernel.errors import Refusal

PROGRAMMES = Path(__file__).resolve().parents[3] / "programmes"
HEAD = """\
rulebook: 1
name: Corner
currency: EUR
time_zone: Europe/Berlin
point_types:
  - id: points
    name: Points
"""
BASE = """\
earn_rules:
  - id: base
    name: Base
    earn: {strategy: points_per_amount, points: 1}
"""
LADDER = """\
ladders:
  - id: status
    name: Status
    tiers:
      - {id: bronze, name: Bronze, from_score: 0}
      - {id: gold, name: Gold, from_score: 500}
"""
# The first line of an additional rule, behind HEAD and BASE.
FIRST = 12


def findings(text: str) -> list[tuple[int, str, str]]:
    """(line, path, text) of everything that was found."""
    return [
        (each.line, each.path, f"{each.severity}: {each.problem} ({each.value}) - {each.remedy}")
        for each in check_rulebook(text).findings
    ]


def with_rule(rule: str) -> str:
    return HEAD + BASE + indent(dedent(rule), "  ") + LADDER


def only(text: str) -> tuple[int, str, str]:
    found = findings(text)
    assert len(found) == 1, found
    return found[0]


def test_a_valid_rulebook_has_no_findings() -> None:
    checked = check_rulebook(HEAD + BASE + LADDER)
    assert checked.findings == ()
    assert checked.rulebook is not None
    assert checked.rulebook.earn_rules[0].earn == {"strategy": "points_per_amount", "points": 1, "per": 1}
    assert checked.rulebook.earn_rules[0].on == "order"


@pytest.mark.parametrize("name", ["complete-journey.yaml", "corner-cafe.yaml"])
def test_the_programmes_of_the_repository_are_valid(name: str) -> None:
    checked = check_rulebook((PROGRAMMES / name).read_text("utf-8"))
    assert checked.findings == ()
    assert checked.rulebook is not None


MANY_MISTAKES = HEAD.replace("EUR", "EUX").replace("Berlin", "Berln") + dedent("""\
    earn_rules:
      - id: Base
        name: Base
        earn: {strategy: points_per_amuont, points: 1}
        priorty: 3
      - id: odd
        name: Odd
        point_type: pints
        earn: {strategy: fixed_bonus, points: -5}
        when:
          all:
            - {field: event.chanel, is: app}
            - {field: time.weekday, is: munday}
            - {feild: member.orders, is: 3}
    """)
FOUND_AT_ONCE = [
    (
        3,
        "currency",
        "error: 'EUX' is not an ISO 4217 currency code (EUX) - Send three capital letters such as EUR, USD or TRY.",
    ),
    (
        4,
        "time_zone",
        "error: 'Europe/Berln' is not an IANA time zone name (Europe/Berln) - Did you mean “Europe/Berlin”?",
    ),
    (
        9,
        "earn_rules[0].id",
        "error: this cannot be the id here (Base) - "
        "Start with a lower-case letter; then a-z, 0-9 and - only, such as double-coffee.",
    ),
    (
        11,
        "earn_rules[0].earn.strategy",
        "error: there is no such strategy (points_per_amuont) - Did you mean “points_per_amount”?",
    ),
    (12, "earn_rules[0].priorty", "error: there is no field priorty here (3) - Did you mean “priority”?"),
    (15, "earn_rules[1].point_type", "error: there is no such point type (pints) - Did you mean “points”?"),
    (
        16,
        "earn_rules[1].earn.points",
        "error: the number must be above 0 (-5) - Write a number above 0; a rule takes no points away.",
    ),
    (
        19,
        "earn_rules[1].when.all[0].field",
        "error: there is no such field (event.chanel) - Did you mean “event.channel”?"
        " What a sender puts into an event is data.<name>.",
    ),
    (
        20,
        "earn_rules[1].when.all[1].is",
        "error: munday is not a day of the week (munday) - Did you mean “monday”?",
    ),
    (
        21,
        "earn_rules[1].when.all[2].feild",
        "error: there is no field feild here (member.orders) - Did you mean “field”?",
    ),
]


def test_everything_is_found_at_once() -> None:
    assert findings(MANY_MISTAKES) == FOUND_AT_ONCE


@pytest.mark.parametrize(
    ("rule", "line", "path", "words"),
    [
        ("earn: {strategy: points_per_item, points: .nan}", 2, "earn.points", "a number is needed here (.nan)"),
        ("earn: {strategy: points_per_item, points: NaN}", 2, "earn.points", "is needed here (NaN)"),
        ("earn: {strategy: points_per_item, points: .inf}", 2, "earn.points", "is needed here (.inf)"),
        ("earn: {strategy: points_per_item, points: true}", 2, "earn.points", "a number is needed here (true)"),
        ("earn: {strategy: points_per_item, points: lots}", 2, "earn.points", "a number is needed here (lots)"),
        ("earn: {strategy: points_per_item}", 2, "earn", "the field points is missing"),
        ("earn: {strategy: points_per_item, pionts: 3}", 2, "earn.pionts", "Did you mean “points”?"),
        ("earn: {points: 3}", 2, "earn", "it does not say with which strategy to earn"),
        ("earn: 3", 2, "earn", "it does not say with which strategy to earn"),
        ("earn: {strategy: multiplier, factor: 2, of: bse}", 2, "earn.of", "there is no such earn rule (bse)"),
        ("earn: {strategy: multiplier, factor: 2, of: extra}", 2, "earn.of", "extra multiplies another rule itself"),
        ("earn: {strategy: multiplier, factor: 2, of: base}\non: return", 2, "earn.of", "so they never meet"),
        ("earn: {strategy: points_per_amount, points: 1}\non: member.enrolled", 3, "on", "carries no amount"),
        ("earn: {strategy: points_per_item, points: 1}\non: member.enrolled", 3, "on", "carries no lines"),
        ("earn: {strategy: first_order_bonus, points: 1}\non: review", 3, "on", "works on order only"),
        (
            "earn: {strategy: first_order_bonus, points: 1}\nwhen: {field: member.orders, at_least: 1}",
            3, "when", "has a condition on member.orders itself",
        ),
        ("earn: {strategy: fixed_bonus, points: 1}\nvalid_from: 2026-01-01", 3, "valid_from", "in which time zone"),
        ("earn: {strategy: fixed_bonus, points: 1}\nvalid_from: soon", 3, "valid_from", "not a date and time (soon)"),
        (
            "earn: {strategy: fixed_bonus, points: 1}\n"
            "valid_from: 2026-02-01T00:00:00Z\nvalid_until: 2026-02-01T00:00:00Z",
            4, "valid_until", "the rule can never fire: it ends before it starts",
        ),
        ("earn: {strategy: fixed_bonus, points: 1}\nrounding: half", 3, "rounding", "'down', 'nearest' or 'up'"),
        ("earn: {strategy: fixed_bonus, points: 1}\nwhen: app", 3, "when", "fields are needed here"),
        (
            "earn: {strategy: fixed_bonus, points: 1}\nwhen: {field: line.sku, is: a}",
            3, "when.field", "line.sku is different on every line",
        ),
        (
            "earn: {strategy: fixed_bonus, points: 1}\nlines: {field: event.channel, is: a}",
            3, "lines.field", "belongs to the whole event",
        ),
        (
            "earn: {strategy: fixed_bonus, points: 1}\nlines: {field: line.sku, is: 1001}",
            3, "lines.is", 'Write the value in quotes: "1001".',
        ),
        (
            "earn: {strategy: fixed_bonus, points: 1}\nwhen: {field: event.channel, at_least: 3}",
            3, "when.at_least", "event.channel is a text, and at_least does not fit that",
        ),
        (
            "earn: {strategy: fixed_bonus, points: 1}\nwhen: {field: order.amount, starts_with: a}",
            3, "when.starts_with", "does not fit that",
        ),
        (
            "earn: {strategy: fixed_bonus, points: 1}\nwhen: {field: order.amount, at_least: ten}",
            3, "when.at_least", "a number or a date is needed here (ten)",
        ),
        (
            "earn: {strategy: fixed_bonus, points: 1}\nwhen: {field: order.amount}",
            3, "when", "exactly one comparison is needed",
        ),
        (
            "earn: {strategy: fixed_bonus, points: 1}\nwhen: {field: member.tier.status, one_of: [gold, silver]}",
            3, "when.one_of[1]", "the ladder status has no tier silver (silver)",
        ),
        (
            "earn: {strategy: fixed_bonus, points: 1}\nwhen: {field: member.tier.stauts, is: gold}",
            3, "when.field", "Did you mean “status”?",
        ),
        (
            "earn: {strategy: fixed_bonus, points: 1}\nwhen: {field: time.hour, at_least: 25}",
            3, "when", "the rule can never fire: the conditions on time.hour contradict each other",
        ),
        (
            "earn: {strategy: fixed_bonus, points: 1}\nwhen:\n  all:\n    - {field: event.channel, is: app}\n"
            "    - {field: event.channel, is: web}",
            3, "when", "the rule can never fire: the conditions on event.channel contradict each other",
        ),
    ],
)  # fmt: skip
def test_one_mistake(rule: str, line: int, path: str, words: str) -> None:
    extra = "- {id: extra, name: X, earn: {strategy: multiplier, factor: 2, of: base}}\n"
    text = with_rule(extra + "- id: r\n  name: R\n" + indent(rule, "  ") + "\n")
    found = only(text)
    assert found[1] == f"earn_rules[2].{path}"
    assert found[2].startswith("error: ")
    assert words in found[2]
    assert found[0] == FIRST + 1 + line


def test_a_multiplier_and_its_base_must_be_able_to_meet() -> None:
    text = with_rule("""\
        - id: app
          name: App
          earn: {strategy: points_per_amount, points: 1}
          when: {field: event.channel, is: app}
          lines: {field: line.category, is_not: tobacco}
          valid_until: 2026-01-01T00:00:00Z
        - id: web
          name: Web
          earn: {strategy: multiplier, factor: 2, of: app}
          when: {field: event.channel, is: web}
        - id: smoke
          name: Smoke
          earn: {strategy: multiplier, factor: 2, of: app}
          lines: {field: line.category, is: tobacco}
        - id: late
          name: Late
          earn: {strategy: multiplier, factor: 2, of: app}
          valid_from: 2026-01-01T00:00:00Z
        """)
    found = findings(text)
    assert [(line, path) for line, path, _ in found] == [
        (FIRST + 8, "earn_rules[2].earn.of"),
        (FIRST + 12, "earn_rules[3].earn.of"),
        (FIRST + 16, "earn_rules[4].earn.of"),
    ]
    assert "the conditions of the two on event.channel exclude each other" in found[0][2]
    assert "the conditions of the two on line.category exclude each other" in found[1][2]
    assert "app is never in force at the same time" in found[2][2]


@pytest.mark.parametrize(
    ("rule", "path", "words"),
    [
        ("on: orders", "on", "Did you mean “order”?"),
        ("on: app.review", "on", "Keep it if your systems send events of type app.review."),
        (
            "when: {any: [{field: event.channel, is: app}, {field: time.hour, is: 30}]}",
            "when.any[1]", "the conditions on time.hour contradict each other",
        ),
    ],
)  # fmt: skip
def test_warnings_do_not_stop_a_rulebook(rule: str, path: str, words: str) -> None:
    text = with_rule(f"- id: r\n  name: R\n  earn: {{strategy: fixed_bonus, points: 1}}\n  {rule}\n")
    found = only(text)
    assert found[1] == f"earn_rules[1].{path}"
    assert found[2].startswith("warning: ")
    assert words in found[2]
    assert check_rulebook(text).rulebook is not None


@pytest.mark.parametrize(
    ("text", "line", "path", "words"),
    [
        (HEAD + "earn_rule: []\n", 8, "earn_rule", "Did you mean “earn_rules”?"),
        (HEAD.replace("rulebook: 1\n", ""), 1, "", "the field rulebook is missing"),
        (HEAD.replace("rulebook: 1", "rulebook: 2"), 1, "rulebook", "this is format 2, and this installation"),
        (HEAD.replace("name: Points", "name: Points\n    worth: -1"), 8, "point_types[0].worth", "at least 0 (-1)"),
        (
            HEAD + "    expiry: {policy: afer, period: 6 months}\n",
            8, "point_types[0].expiry.policy", "Did you mean “after”?",
        ),
        (
            HEAD + "    expiry: {policy: after, period: 6 moons}\n",
            8, "point_types[0].expiry.period", "Write a number and a unit",
        ),
        (HEAD + "    expiry: {policy: after}\n", 8, "point_types[0].expiry", "the field period is missing"),
        (HEAD + "  - id: points\n    name: More\n", 8, "point_types[1].id", "has this id, on line 6"),
        (HEAD + "point_types: []\n", 8, "point_types", "the field is there twice, the first time on line 5"),
        (HEAD + BASE + BASE.split("\n", 1)[1], 12, "earn_rules[1].id", "another earn rule has this id, on line 9"),
        (HEAD + LADDER.replace("500", "0"), 13, "ladders[0]", "not above"),
        (HEAD + LADDER.replace("500", "500.005"), 13, "ladders[0].tiers[1].from_score", "at most 2 decimal places"),
        (HEAD + LADDER + "    down: imediate\n", 14, "ladders[0].down", "Did you mean “immediate”?"),
        (HEAD + LADDER + "    window: 12 moons\n", 14, "ladders[0].window", "is not a period"),
        (
            HEAD + LADDER + "    metric: points\n    point_type: pionts\n",
            15, "ladders[0].point_type", "Did you mean “points”?",
        ),
    ],
)  # fmt: skip
def test_one_mistake_outside_the_rules(text: str, line: int, path: str, words: str) -> None:
    found = [each for each in findings(text) if words in each[2]]
    assert [(each[0], each[1]) for each in found] == [(line, path)] or (path == "ladders[0]" and found)
    assert check_rulebook(text).rulebook is None


def test_a_refusal_lists_what_is_wrong() -> None:
    with pytest.raises(Refusal) as refused:
        require_valid(HEAD.replace("EUR", "EUX") + "nmae: x\n")
    refusal = refused.value
    assert refusal.code == "rulebook_invalid"
    assert refusal.field == "currency"
    assert refusal.detail.startswith("2 things are wrong: line 3: 'EUX' is not an ISO 4217 currency code (EUX)")
    assert "line 8: there is no field nmae here (x) - Did you mean “name”?" in refusal.detail
    assert require_valid(HEAD).name == "Corner"


def test_a_rulebook_reads_back_from_what_it_stores() -> None:
    for file in sorted(PROGRAMMES.glob("*.yaml")):
        book = require_valid(file.read_text("utf-8"))
        stored: Any = json.loads(json.dumps(book.document()))
        assert Rulebook.model_validate(stored) == book
        assert require_valid(json.dumps(stored)) == book


def test_ten_thousand_rules_are_checked_in_one_go() -> None:
    rules = "".join(f"  - {{id: r{n}, name: R, earn: {{strategy: fixed_bonus, points: 1}}}}\n" for n in range(10_000))
    checked = check_rulebook(HEAD + "earn_rules:\n" + rules)
    assert checked.findings == ()


def test_ten_thousand_rules_are_accepted_and_more_are_refused_with_words() -> None:
    def book(count: int) -> str:
        rules = [
            f"  - {{id: r{n}, name: Rule {n}, earn: {{strategy: fixed_bonus, points: 5}},"
            f" when: {{field: event.store, is: s{n}}}}}"
            for n in range(count)
        ]
        head = ["rulebook: 1", "name: Big", "currency: EUR", "time_zone: Europe/Berlin"]
        return "\n".join([*head, "point_types: [{id: points, name: Points}]", "earn_rules:", *rules])

    whole = check_rulebook(book(10_000))
    assert whole.rulebook is not None
    assert whole.findings == ()
    (finding,) = check_rulebook(book(10_001)).findings
    assert finding.problem == "there are 10,001 here, and 10,000 is the most"
    assert finding.remedy == "Remove rules that are over, or put what several ask for into one with one_of."
