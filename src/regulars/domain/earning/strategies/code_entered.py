"""Points for a code that the member enters: from a poster, a receipt, a podcast."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field, field_validator

from regulars.domain.earning.codes import readable
from regulars.domain.earning.conditions import Comparison
from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Example, Happened, Word
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence

_SHOWN = 40


class CodeEnteredParameters(StrategyParameters):
    """points: how many. codes: each of them is good."""

    points: int = Field(gt=0, le=1_000_000_000, description="How many points")
    codes: tuple[str, ...] = Field(min_length=1, max_length=1_000, description="The codes, each of which is good")

    @field_validator("codes")
    @classmethod
    def _can_be_entered(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        seen: dict[str, str] = {}
        for code in codes:
            key = readable(code)
            if len(key) < 4 or len(code) > _SHOWN:
                raise complaint(f"{code!r} cannot be a code", f"Use 4 to {_SHOWN} characters, such as SPRING26.")
            if key in seen:
                raise complaint(f"{code!r} is the same code as {seen[key]!r}", "Remove one of them.")
            seen[key] = code
        return codes


class CodeEntered(EarnStrategy):
    """50 points for SPRING26: an event with `data: {code: "spring 26"}` earns 50; with SPRING27 nothing, and says so.

    Small and capital letters, spaces and hyphens make no difference. A code of a poster is good for everybody and any
    number of times: how often one member may use it is a limit of the rule. A code for one person is a voucher.
    """

    name = "code_entered"
    title = "Points for entering a code"
    Parameters = CodeEnteredParameters
    requires = Comparison.model_validate({"field": "data.code", "is_known": True})
    need = Need.discovering
    example = Example(
        {"points": 50, "codes": ["SPRING26"]},
        (
            Happened(type="code.entered", what=Word("the code spring 26 is entered"), data={"code": "spring 26"}),
            Happened(type="code.entered", what=Word("the code SPRING27 is entered"), data={"code": "SPRING27"}),
        ),
        on="code.entered",
    )

    def __init__(self, parameters: CodeEnteredParameters) -> None:
        self._parameters = parameters
        self._codes = frozenset(map(readable, parameters.codes))

    def exact(self, asked: Asked) -> Exact:
        is_good = readable(_entered(asked)) in self._codes
        return Decimal(self._parameters.points) if is_good and asked.lines != [] else Decimal(0)

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"code": _entered(asked)[:_SHOWN]}

    def words(self, terms: Terms) -> Sentence:
        return Sentence("{points} for entering a code", {"points": terms.points(self._parameters.points)})

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        values = {"code": inputs["code"], "points": terms.points(self._parameters.points)}
        return Sentence("the code “{code}”", values)

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        if not inputs["code"]:
            return Sentence("no code was entered")
        return Sentence("“{code}” is not a code of this rule", {"code": inputs["code"]})


def _entered(asked: Asked) -> str:
    given = asked.occurrence.data.get("code")
    return "" if given is None or isinstance(given, bool) else str(given).strip()
