"""What events add to measures: compiled once, asked for every event of their types."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.domain.earning.compiled import Check, Test, compile_check, compile_test
from regulars.domain.earning.contracts import Line, MemberState, Occurrence
from regulars.domain.earning.measures import Counting, Measure, Measures, counted_of
from regulars.domain.earning.past import Count
from regulars.domain.effects import EarnPoints, Effect


class CompiledCounting:
    """A counting ready to be asked. Raises ValueError for a condition that cannot be compiled."""

    __slots__ = ("_check", "_line_test", "of")

    def __init__(self, counting: Counting, *, places: int, measures: Measures) -> None:
        when, lines = counting.when, counting.lines
        self.of = frozenset(counting.of)
        self._check: Check | None = (
            None if when is None else compile_check(when, places=places, path="when", measures=measures)
        )
        self._line_test: Test | None = None if lines is None else compile_test(lines, places=places, measures=measures)

    def holds(self, member: MemberState, occurrence: Occurrence) -> bool:
        """Whether the event counts, its lines aside."""
        if occurrence.type not in self.of:
            return False
        return self._check is None or self._check(occurrence, member, None) is None

    def chosen(self, member: MemberState, occurrence: Occurrence, lines: Iterable[Line]) -> list[Line] | None:
        """The lines that match; None: there is no condition on lines."""
        test = self._line_test
        return None if test is None else [line for line in lines if test(occurrence, member, line)]


class CompiledMeasure:
    """A measure ready to be asked."""

    __slots__ = ("_counting", "_measure", "_window", "key")

    def __init__(self, measure: Measure, *, places: int, measures: Measures) -> None:
        self._measure = measure
        self._counting = CompiledCounting(measure, places=places, measures=measures)
        self._window = measure.looks_back
        self.key = measure.key

    def counts(self, member: MemberState, occurrence: Occurrence, effects: Iterable[Effect]) -> Iterable[Count]:
        """What the event adds; nothing where it adds nothing. effects: what the rules gave for it."""
        if not self._counting.holds(member, occurrence):
            return ()
        if self._measure.count == "points":
            amount = sum(self._points(effects))
        else:
            chosen = self._counting.chosen(member, occurrence, occurrence.lines)
            if chosen is not None and not chosen:
                return ()
            amount = counted_of(self._measure.count, occurrence.amount_minor, occurrence.lines, chosen)
        return (Count(self.key, self._window.row(occurrence.local.date()), amount),) if amount else ()

    def _points(self, effects: Iterable[Effect]) -> Iterable[int]:
        rules = self._measure.rules
        for effect in effects:
            if isinstance(effect, EarnPoints) and effect.point_type == self._measure.point_type:
                yield effect.amount if not rules or effect.rule in rules else 0
