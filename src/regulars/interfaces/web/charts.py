"""Charts as data: options for the page's chart script, and the same numbers as a table for everyone else."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from regulars.interfaces.web import words

Unit = Literal["number", "percent"]


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values, one per label. `colour` picks --chart-1 to --chart-6."""

    name: str
    values: Sequence[float | None]
    colour: int
    kind: Literal["bar", "line"] = "bar"
    stack: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a ring's legend, in words."""

    name: str
    count: str
    share: str
    colour: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that <c-chart> needs. `summary` is what a screen reader says in place of the picture."""

    key: str
    summary: str
    options: dict[str, Any]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]] = ()
    legend: Sequence[Part] = ()
    empty: bool = False

    @property
    def script_id(self) -> str:
        return f"chart-{self.key}"


def _written(value: float | None, unit: Unit, currency: str) -> str:
    if value is None:
        return "–"
    if currency:
        return words.money(Decimal(str(value)), currency)
    return words.percent(value) if unit == "percent" else words.number(value)


def _is_whole(series: Sequence[Series]) -> bool:
    return all(isinstance(value, int) for one in series for value in one.values if value is not None)


def over_time(
    *,
    key: str,
    summary: str,
    heading: str,
    labels: Sequence[str],
    series: Sequence[Series],
    unit: Unit,
    currency: str = "",
) -> Chart:
    """Bars and lines over a shared axis of labels; `heading` names the labels in the table.

    currency: of values that are money.
    """
    drawn = [
        {
            "type": one.kind,
            "name": one.name,
            "data": list(one.values),
            "regularsColour": one.colour,
            **({"stack": one.stack} if one.stack else {}),
            **(
                {"barMaxWidth": 28}
                if one.kind == "bar"
                else {"showSymbol": len(labels) <= 24, "symbolSize": 6, "lineStyle": {"width": 2.5}}
            ),
        }
        for one in series
    ]
    options = {
        "regulars": {"unit": unit, "currency": currency},
        "grid": {"left": 4, "right": 8, "top": 12, "bottom": 28 if len(series) > 1 else 4, "containLabel": True},
        "legend": {"show": len(series) > 1, "bottom": 0, "itemWidth": 12, "itemHeight": 10, "itemGap": 18},
        "xAxis": {"type": "category", "data": list(labels)},
        # People and orders come in whole numbers, and so do the lines behind their bars.
        "yAxis": {"type": "value", "min": 0, **({"minInterval": 1} if _is_whole(series) else {})},
        "series": drawn,
    }
    rows = [[label, *(_written(one.values[at], unit, currency) for one in series)] for at, label in enumerate(labels)]
    return Chart(
        key=key,
        summary=summary,
        options=options,
        columns=[heading, *(one.name for one in series)],
        rows=rows,
        empty=not any(value for one in series for value in one.values),
    )


def shares(
    *, key: str, summary: str, heading: str, count_heading: str, share_heading: str, parts: Sequence[tuple[str, int]]
) -> Chart:
    """A ring of parts of a whole, with a legend that says each part in figures: colour alone says nothing."""
    total = sum(count for _, count in parts)
    options = {
        "regulars": {"unit": "number"},
        "series": [
            {
                "type": "pie",
                "radius": ["66%", "96%"],
                "center": ["50%", "50%"],
                "padAngle": 1.5,
                "itemStyle": {"borderRadius": 4},
                "label": {"show": False},
                "data": [
                    {"name": name, "value": count, "regularsColour": 1 + at % 6}
                    for at, (name, count) in enumerate(parts)
                ],
            }
        ],
    }
    rows = [(name, words.number(count), words.percent(count / total) if total else "–") for name, count in parts]
    return Chart(
        key=key,
        summary=summary,
        options=options,
        columns=[heading, count_heading, share_heading],
        rows=rows,
        legend=[Part(name, written, share, 1 + at % 6) for at, (name, written, share) in enumerate(rows)],
        empty=total == 0,
    )
