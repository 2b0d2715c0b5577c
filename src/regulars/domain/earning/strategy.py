"""The base class of every way to earn. One strategy is one file in `strategies/`, found by its name.

A merchant's own strategy is one more file: see docs/guides/add-an-earn-strategy.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.contracts import Data, Line, MemberState, Occurrence
from regulars.domain.earning.rounding import Exact
from regulars.kernel.words import Sentence


class Terms(BaseModel):
    """What a rulebook says around the parameters, for the words: names instead of codes.

    point_names, rule_names: by id. tier_names: ladder -> tier id -> name. audience_names: by code.
    """

    model_config = ConfigDict(frozen=True)

    currency: str
    point_names: dict[str, str]
    rule_names: dict[str, str]
    tier_names: dict[str, dict[str, str]] = {}
    audience_names: dict[str, str] = {}


class StrategyParameters(BaseModel):
    """Base of every parameter model: no field is accepted that the model does not declare, and true is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, bool) and cls.model_fields[str(info.field_name)].annotation in (int, float, Decimal):
            raise PydanticCustomError("decimal_type", "a number is needed here")
        return value


class Asked:
    """One question to a strategy: this event, this member, and the lines that the rule's line conditions left.

    lines is None when the rule has no line conditions: the strategy then works on the order as a whole.
    others: exact points that a rule which already fired gives for some lines (None: for the whole event); for
    strategies that build on other rules.
    """

    __slots__ = ("lines", "member", "occurrence", "others")

    def __init__(
        self,
        occurrence: Occurrence,
        member: MemberState,
        lines: Sequence[Line] | None,
        others: dict[str, Callable[[Sequence[Line] | None], Exact]],
    ) -> None:
        self.occurrence = occurrence
        self.member = member
        self.lines = lines
        self.others = others


class EarnStrategy:
    """One way to earn.

    name: how rulebooks call it. title: how people call it. Parameters: its parameter model; the form, the JSON Schema
    and the documentation page come from it. after_others: True when it needs the verdicts of other rules.
    triggers: event types it can work on; empty: any. needs: what the event must carry, "amount" or "lines".
    requires: a condition without which it gives nothing; a rule that excludes it is refused before it is published.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    Parameters: ClassVar[type[StrategyParameters]]
    after_others: ClassVar[bool] = False
    triggers: ClassVar[frozenset[str]] = frozenset()
    needs: ClassVar[str] = ""
    requires: ClassVar[Condition | None] = None

    def __init__(self, parameters: StrategyParameters) -> None:
        raise NotImplementedError

    def exact(self, asked: Asked) -> Exact:
        """The points before rounding; zero when there is nothing to give. Must not depend on anything but `asked`."""
        raise NotImplementedError

    def inputs(self, asked: Asked) -> dict[str, Data]:
        """The numbers that `exact` used, kept with the verdict so that it can be explained for ever."""
        raise NotImplementedError

    def words(self, terms: Terms) -> Sentence:
        """What the strategy gives, for the rulebook page: '1 point for every 1.00 EUR'."""
        raise NotImplementedError

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        """How the points of one entry came about, from the inputs kept with it: '45.20 EUR at 1 point per 1.00 EUR'."""
        raise NotImplementedError

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        """Why the strategy gave exactly zero; None: `explain` already says it."""
        return None
