"""A stamp card: every so many pieces, events or visits give points."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from regulars.domain.earning.contracts import Data, Occurrence
from regulars.domain.earning.past import Past
from regulars.domain.earning.progress import Goal, Progress
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms, rule_key
from regulars.domain.earning.windows import LIFETIME, Window
from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence

_STAMPS = "stamps"


class NthEventParameters(StrategyParameters):
    """every: stamps that fill a card. counts: what gives a stamp. head_start: stamps that every card begins with once.

    points: for each full card.
    """

    every: int = Field(ge=2, le=1_000, description="How many make it")
    points: int = Field(gt=0, le=1_000_000_000, description="How many points then")
    counts: Literal["events", "pieces"] = Field(
        default="events", description="Whether each order counts once (events), or every piece of it (pieces)"
    )
    head_start: int = Field(default=0, ge=0, le=999, description="How many are given with the first card")

    @model_validator(mode="after")
    def _starts_below_the_end(self) -> NthEventParameters:
        if self.head_start >= self.every:
            raise complaint(
                f"a head start of {self.head_start} fills a card of {self.every} before anything was bought",
                f"Use a head start of at most {self.every - 1}.",
            )
        return self


class NthEvent(EarnStrategy):
    """Every 10th coffee: who has 8 stamps and buys 3 fills the card once, and has 1 stamp on the next.

    Stamps never expire and carry over. A head start of 2 puts two stamps on the first card. Pieces of one order are
    counted whole: 2.5 kg are 2 pieces.
    """

    name = "nth_event"
    title = "A stamp card"
    Parameters = NthEventParameters
    remembers = True

    def __init__(self, parameters: NthEventParameters) -> None:
        self._parameters = parameters

    def exact(self, asked: Asked) -> Decimal:
        before = asked.kept(_STAMPS, LIFETIME) + self._parameters.head_start
        full = (before + self._added(asked)) // self._parameters.every - before // self._parameters.every
        return Decimal(max(full, 0) * self._parameters.points)

    def tallies(self, occurrence: Occurrence) -> dict[str, Window]:
        return {_STAMPS: LIFETIME}

    def counted(self, asked: Asked) -> dict[str, int]:
        return {_STAMPS: self._added(asked)}

    def inputs(self, asked: Asked) -> dict[str, Data]:
        before = asked.kept(_STAMPS, LIFETIME) + self._parameters.head_start
        return {"before": before, "added": self._added(asked), "every": self._parameters.every}

    def progress(self, past: Past, rule: str, day: date, terms: Terms) -> Progress:
        kept = past.total(rule_key(rule, _STAMPS, LIFETIME), *LIFETIME.span(day)) + self._parameters.head_start
        have, every = kept % self._parameters.every, self._parameters.every
        return Progress(rule, "stamps", [Goal(self._what(), have, every)], times=kept // every)

    def words(self, terms: Terms) -> Sentence:
        values = {"every": self._parameters.every, "points": self._parameters.points}
        template = "{points} for every {every} pieces" if self._pieces else "{points} for every {every} times"
        if self._parameters.head_start:
            head = {"rest": Sentence(template, values), "head": self._parameters.head_start}
            return Sentence("{rest}, of which {head} are given at the start", head)
        return Sentence(template, values)

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        values = {key: int(str(inputs[key])) for key in ("before", "added", "every")}
        return Sentence("there were {before} stamps, {added} came, and every {every} fill a card", values)

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        before, added, every = (int(str(inputs[key])) for key in ("before", "added", "every"))
        values = {"have": (before + added) % every, "every": every}
        return Sentence("this makes {have} of {every} stamps", values)

    @property
    def _pieces(self) -> bool:
        return self._parameters.counts == "pieces"

    def _what(self) -> Sentence:
        return Sentence("pieces") if self._pieces else Sentence("times")

    def _added(self, asked: Asked) -> int:
        if not self._pieces:
            return 1
        lines = asked.occurrence.lines if asked.lines is None else asked.lines
        return int(sum((line.quantity for line in lines), Decimal(0)))
