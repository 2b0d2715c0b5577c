"""The pure core: an event and a member in, effects and a verdict of every rule out.

The live run, the dry run and the back-test call this one function. It reads no clock and no database, and the same
input always gives the same output.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from regulars.domain.earning.contracts import Evaluation, Line, MemberState, Occurrence, Verdict
from regulars.domain.earning.past import Count
from regulars.domain.earning.rounding import Exact, exact_text, rounded
from regulars.domain.earning.rules import CompiledRule, CompiledRules
from regulars.domain.earning.strategy import Asked
from regulars.domain.effects import EarnPoints, Effect
from regulars.kernel.errors import Refusal

LARGEST_POINTS = 10**15 - 1
"""What one rule may give for one event: fifteen digits, exact in every program that reads our JSON."""

_ExactPoints = Callable[[Sequence[Line] | None], Exact]


def evaluate(rules: CompiledRules, member: MemberState, occurrence: Occurrence) -> Evaluation:
    """Asks every rule that waits for this event type. `member` is not changed.

    Its past is what the rules of this event read (`CompiledRules.recalls`). Raises Refusal when a rule would give more
    than LARGEST_POINTS.
    """
    if member.is_repeat:
        return Evaluation([], [Verdict(each.id, False, failed="once") for each in rules.waiting_for(occurrence.type)])
    effects: list[Effect] = []
    verdicts: list[Verdict] = []
    counts: list[Count] = []
    others: dict[str, _ExactPoints] = {}
    for rule in rules.waiting_for(occurrence.type):
        verdict = _ask(rule, member, occurrence, others, counts)
        verdicts.append(verdict)
        if verdict.fired:
            effects.append(EarnPoints(verdict.point_type, verdict.points, rule.id))
    for measure in rules.counting(occurrence.type):
        counts += measure.counts(member, occurrence, effects)
    return Evaluation(effects, verdicts, counts)


def _ask(
    rule: CompiledRule,
    member: MemberState,
    occurrence: Occurrence,
    others: dict[str, _ExactPoints],
    counts: list[Count],
) -> Verdict:
    if not _in_force(rule, occurrence):
        return Verdict(rule.id, False, failed="valid")
    if rule.check is not None:
        failed = rule.check(occurrence, member, None)
        if failed is not None:
            return Verdict(rule.id, False, failed=failed[0], actual=failed[1])
    lines: list[Line] | None = None
    test = rule.line_test
    if test is not None:
        lines = [line for line in occurrence.lines if test(occurrence, member, line)]
        if not lines:
            return Verdict(rule.id, False, failed="lines")
    asked = Asked(occurrence, member, lines, others, rule.id)
    exact = rule.strategy.exact(asked)
    points = rounded(exact, rule.rounding)
    if not rule.strategy.after_others:
        others[rule.id] = _restricted(rule, asked, exact)
    if rule.strategy.remembers:
        counts += rule.counts(asked)
    if points <= 0:
        return Verdict(rule.id, False, exact=exact_text(exact), inputs=rule.strategy.inputs(asked), failed="nothing")
    if points > LARGEST_POINTS:
        raise _too_many(rule, points)
    return Verdict(rule.id, True, rule.point_type, points, exact_text(exact), rule.strategy.inputs(asked))


def _in_force(rule: CompiledRule, occurrence: Occurrence) -> bool:
    if rule.valid_from is not None and occurrence.occurred_at < rule.valid_from:
        return False
    return rule.valid_until is None or occurrence.occurred_at < rule.valid_until


def _restricted(rule: CompiledRule, asked: Asked, whole: Exact) -> _ExactPoints:
    """The rule's exact points for some of the lines: those that both it and the rule that asks have matched.

    whole: what it gives for all of them. The last answer is kept, because a strategy asks for its points and once more
    for its inputs.
    """
    last_lines: Sequence[Line] | None = None
    last = whole

    def exact(lines: Sequence[Line] | None) -> Exact:
        nonlocal last_lines, last
        if lines is None:
            return whole
        if lines is not last_lines:
            last_lines = lines
            if asked.lines is not None:
                chosen = {id(line) for line in asked.lines}
                lines = [line for line in lines if id(line) in chosen]
            last = rule.strategy.exact(Asked(asked.occurrence, asked.member, lines, {}, rule.id))
        return last

    return exact


def _too_many(rule: CompiledRule, points: int) -> Refusal:
    return Refusal(
        "too_many_points",
        "The rule would give more points than can be counted",
        detail=f"Rule {rule.id!r} came to {points} points for this event, and {LARGEST_POINTS} is the most.",
        remedy="Check the amount that was sent, and the rate of the rule.",
    )
