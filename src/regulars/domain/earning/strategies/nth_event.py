"""A stamp card: every so many pieces, events or visits give points."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from regulars.domain.earning.contracts import Data, Occurrence
from regulars.domain.earning.example import Bought, Example, Happened, Word
from regulars.domain.earning.needs import Need
from regulars.domain.earning.past import Past
from regulars.domain.earning.progress import Goal, Progress
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms, rule_key
from regulars.domain.earning.windows import LIFETIME, Window
from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence

_STAMPS, _USED = "stamps", "used"


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
    counted whole: 2.5 kg are 2 pieces. A full card uses its stamps up; one that comes back afterwards is owed, so that
    no card gives twice.
    """

    name = "nth_event"
    title = "A stamp card"
    Parameters = NthEventParameters
    remembers = True
    need = Need.return_
    example = Example(
        {"every": 5, "points": 50, "counts": "pieces", "head_start": 1},
        (Happened((Bought(Word("coffee"), "9.60", 3),)), Happened((Bought(Word("coffee"), "9.60", 3),), day=2)),
    )
    when_returned = Sentence(
        "Stamps of an order that comes back are gone. A card that was full stays paid: what came back is owed, and no"
        " card gives its points twice."
    )

    def __init__(self, parameters: NthEventParameters) -> None:
        self._parameters = parameters

    def exact(self, asked: Asked) -> Decimal:
        return Decimal(self._full(asked) * self._parameters.points)

    def tallies(self, occurrence: Occurrence) -> dict[str, Window]:
        return {_STAMPS: LIFETIME, _USED: LIFETIME}

    def counted(self, asked: Asked) -> dict[str, int]:
        return {_STAMPS: self._added(asked), _USED: self._full(asked) * self._parameters.every}

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"before": self._before(asked), "added": self._added(asked), "every": self._parameters.every}

    def progress(self, past: Past, rule: str, day: date, joined: date, terms: Terms) -> Progress:
        stamps, used = (past.total(rule_key(rule, what, LIFETIME), *LIFETIME.span(day)) for what in (_STAMPS, _USED))
        have, every = max(stamps + self._parameters.head_start - used, 0), self._parameters.every
        given = 0 if used else self._parameters.head_start
        return Progress(rule, "stamps", [Goal(self._what(), have, every, given=given)], times=used // every)

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
        values = {"have": max(before + added, 0), "every": every}
        return Sentence("this makes {have} of {every} stamps", values)

    @property
    def _pieces(self) -> bool:
        return self._parameters.counts == "pieces"

    def _what(self) -> Sentence:
        return Sentence("pieces") if self._pieces else Sentence("times")

    def _before(self, asked: Asked) -> int:
        """The stamps on the card before this event; below zero where stamps of a full card came back."""
        return asked.kept(_STAMPS, LIFETIME) - asked.kept(_USED, LIFETIME) + self._parameters.head_start

    def _full(self, asked: Asked) -> int:
        """How many cards the event fills."""
        return max((self._before(asked) + self._added(asked)) // self._parameters.every, 0)

    def _added(self, asked: Asked) -> int:
        if not self._pieces:
            return 1
        lines = asked.occurrence.lines if asked.lines is None else asked.lines
        return int(sum((line.quantity for line in lines), Decimal(0)))
