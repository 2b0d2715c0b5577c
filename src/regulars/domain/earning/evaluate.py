"""The pure core: an event and a member in, effects and a verdict of every rule out.

The live run, the dry run and the back-test call this one function. It reads no clock and no database, and the same
input always gives the same output.

Rules are asked in their order. Of those that would fire, stacking groups choose; then limits and budgets say how much
of it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from regulars.domain.earning.contracts import BudgetKey, Data, Draw, Evaluation, Line, MemberState, Occurrence, Verdict
from regulars.domain.earning.limiting import BUDGETS, Allowed, after
from regulars.domain.earning.past import Count
from regulars.domain.earning.rounding import Exact, exact_text, rounded
from regulars.domain.earning.rules import CompiledRule, CompiledRules
from regulars.domain.earning.stacking import Lost, Offer, losers
from regulars.domain.earning.strategy import Asked
from regulars.domain.effects import AwardBadge, EarnPoints, Effect

LARGEST_POINTS = 10**15 - 1
"""What one event may give by all rules together: fifteen digits, exact in every program that reads our JSON."""
BROKEN = "broken"
_NOTHING: dict[str, Data] = {}

_ExactPoints = Callable[[Sequence[Line] | None], Exact]


def evaluate(
    rules: CompiledRules, member: MemberState, occurrence: Occurrence, *, complete: bool = False, bare: bool = False
) -> Evaluation:
    """Asks every rule that waits for this event type. `member` is not changed.

    Its past is what the rules of this event read (`CompiledRules.recalls`). A rule that breaks, or would give more than
    LARGEST_POINTS, gives nothing; the others go on.
    complete: the verdicts of all rules, also where there are so many that an evaluation keeps only those that say
    something which cannot be found out again. bare: the same, but nobody will read why: verdicts without the numbers.
    """
    waiting = rules.waiting_for(occurrence.type)
    if member.is_repeat:
        told = waiting.rules if complete or not waiting.is_long else ()
        return Evaluation([], [Verdict(each.id, False, failed="once") for each in told])
    asking = waiting.rules if complete else waiting.candidates(occurrence, member)
    asked = _Asking(rules, asking, member, occurrence, builds=waiting.builds, bare=bare)
    found = [asked.ask(rule) for rule in asking]
    if waiting.grouped:
        found = asked.choose(found)
    effects: list[Effect] = []
    verdicts: list[Verdict] = []
    for rule, verdict in zip(asking, found, strict=True):
        given = asked.give(rule, verdict) if verdict.fired else verdict
        if given.fired:
            if given.points:
                effects.append(EarnPoints(given.point_type, given.points, rule.id))
            if rule.rule.badge is not None:
                effects.append(AwardBadge(rule.rule.badge, rule.id))
        if complete or not waiting.is_long or given.fired or given.wanted or given.failed == BROKEN:
            verdicts.append(given)
    counts = [count for each in asked.counts.values() for count in each]
    for measure in rules.counting(occurrence.type):
        counts += measure.counts(member, occurrence, effects)
    return Evaluation(effects, verdicts, counts, asked.draws, asked.defects, asked.scarce)


class _Asking:
    """One event in front of its rules. others: what rules that count give for some lines, for those that build on it.

    left: what budgets have left, after the rules that drew on them for this event. total: points given so far.
    counts: by rule, what the event adds to its tallies. builds: whether any rule builds on others. bare: as in
    evaluate.
    """

    __slots__ = (
        "asking",
        "bare",
        "builds",
        "counts",
        "defects",
        "draws",
        "left",
        "member",
        "occurrence",
        "others",
        "rules",
        "scarce",
        "total",
    )

    def __init__(
        self,
        rules: CompiledRules,
        asking: Sequence[CompiledRule],
        member: MemberState,
        occurrence: Occurrence,
        *,
        builds: bool,
        bare: bool,
    ) -> None:
        self.rules = rules
        self.builds = builds
        self.bare = bare
        self.asking = asking
        self.member = member
        self.occurrence = occurrence
        self.others: dict[str, _ExactPoints] = {}
        self.left: Mapping[BudgetKey, Decimal] = member.left
        self.total = 0
        self.scarce = False
        self.counts: dict[str, list[Count]] = {}
        self.draws: list[Draw] = []
        self.defects: list[tuple[str, Exception]] = []

    def ask(self, rule: CompiledRule) -> Verdict:
        """What the rule says by itself, within its limits as they are before the event."""
        try:
            return self._ask(rule)
        except Exception as defect:  # a merchant's strategy may raise anything, and harms no other rule
            self.defects.append((rule.id, defect))
            self.others.pop(rule.id, None)
            self.counts.pop(rule.id, None)
            return Verdict(rule.id, False, failed=BROKEN)

    def choose(self, verdicts: list[Verdict]) -> list[Verdict]:
        """The verdicts after the stacking groups have chosen. What builds on a rule that lost gives nothing for it."""
        lost = self._lost(verdicts)
        while [rule for rule in lost if self.others.pop(rule, None) is not None]:
            again = [
                self.ask(rule) if rule.strategy.after_others else verdict
                for rule, verdict in zip(self.asking, verdicts, strict=True)
            ]
            if again == verdicts:
                break
            verdicts = again
            lost = self._lost(verdicts)
        return [_lost(verdict, lost[verdict.rule]) if verdict.rule in lost else verdict for verdict in verdicts]

    def give(self, rule: CompiledRule, verdict: Verdict) -> Verdict:
        """What is given in the end: rules before it may have drawn on the same budgets."""
        if self.total + verdict.points > LARGEST_POINTS:
            return Verdict(rule.id, False, failed=BROKEN, actual=str(verdict.points))
        limits = rule.limits
        if limits is not None and limits.budgets:
            allowed = limits.allowed(verdict.wanted or verdict.points, self.member, self.occurrence, self.left)
            self.scarce = self.scarce or allowed.by in BUDGETS
            if allowed.points < verdict.points:
                verdict = _limited(verdict, verdict.wanted or verdict.points, allowed)
            if not verdict.fired:
                return verdict
            draws = limits.draws(rule.id, verdict.points, self.occurrence)
            self.left = after(self.left, draws)
            self.draws += draws
        if limits is not None and limits.member is not None:
            self.counts.setdefault(rule.id, []).extend(limits.member.counts(verdict.points, self.occurrence))
        self.total += verdict.points
        return verdict

    def _ask(self, rule: CompiledRule) -> Verdict:
        occurrence, member, others = self.occurrence, self.member, self.others
        if not _in_force(rule, occurrence):
            return Verdict(rule.id, False, failed="valid")
        for check in rule.checks:
            failed = check(occurrence, member, None)
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
        if points > LARGEST_POINTS:
            return Verdict(rule.id, False, failed=BROKEN, actual=str(points))
        if self.builds and not rule.strategy.after_others:
            others[rule.id] = _restricted(rule, asked, exact)
        if rule.strategy.remembers:
            self.counts[rule.id] = list(rule.counts(asked))
        told, inputs = ("", _NOTHING) if self.bare else (exact_text(exact), rule.strategy.inputs(asked))
        if points <= 0 and not rule.strategy.is_won(asked):
            return Verdict(rule.id, False, exact=told, inputs=inputs, failed="nothing")
        verdict = Verdict(rule.id, True, rule.point_type, points, told, inputs)
        if rule.limits is not None:
            allowed = rule.limits.allowed(points, member, occurrence, self.left)
            self.scarce = self.scarce or allowed.by in BUDGETS
            if allowed.points < points:
                verdict = _limited(verdict, points, allowed)
                if not verdict.fired:
                    others.pop(rule.id, None)
        return verdict

    def _lost(self, verdicts: list[Verdict]) -> dict[str, Lost]:
        offers = [
            (rule.group, Offer(verdict.points, order, (rule.id,)))
            for order, (rule, verdict) in enumerate(zip(self.asking, verdicts, strict=True))
            if verdict.fired and rule.group is not None
        ]
        return losers(self.rules.groups, offers)


def _limited(verdict: Verdict, wanted: int, allowed: Allowed) -> Verdict:
    """The verdict with the points that a limit left, or why it left none."""
    if allowed.points > 0:
        return replace(verdict, points=allowed.points, wanted=wanted, by=allowed.by, actual=allowed.used)
    return _without(verdict, allowed.by, wanted=wanted, actual=allowed.used)


def _lost(verdict: Verdict, lost: Lost) -> Verdict:
    return _without(verdict, "stacking", wanted=verdict.wanted or verdict.points, actual=lost.to, by=lost.by)


def _without(verdict: Verdict, failed: str, *, wanted: int, actual: str, by: str = "") -> Verdict:
    """It would have fired."""
    return replace(verdict, fired=False, point_type="", points=0, failed=failed, wanted=wanted, actual=actual, by=by)


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
