"""What a tuning found, in words, a picture and tables. No candidate is called the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from regulars.domain.tunings.contracts import Tuning
from regulars.flows.tuning.drafting import change_of
from regulars.flows.tuning.goal import Goal, Unit
from regulars.flows.tuning.lever import lever_of, target_of
from regulars.flows.tuning.terms import Terms, terms_of
from regulars.interfaces.console.labels import Label
from regulars.interfaces.console.rulebook.tuning_form import value_said
from regulars.interfaces.console.rulebook.tuning_reach import Reach, reaches
from regulars.interfaces.web import words
from regulars.interfaces.web.charts import Chart
from regulars.interfaces.web.scatter import Axis, Dot, Dots, scatter
from regulars.kernel.words import Money

Found = dict[str, Any]
PLACES = ("on", "near", "behind")


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A candidate in the table. figures, needed: a value and its interval; can_draft: whether it changes the rulebook.

    number: its place in what was found.
    """

    number: int
    values: list[str]
    figures: list[tuple[str, str]]
    place: Label
    as_it_is: bool
    met: Label | None
    cost: str
    needed: tuple[str, str]
    than_now: str
    notes: list[str]
    can_draft: bool


@dataclass(frozen=True, slots=True)
class FoundShown:
    """goals: (what was asked, how many candidates meet it). levers, figures: headings of the table."""

    summary: str
    notes: list[str]
    goals: list[str]
    verdict: str
    levers: list[str]
    figures: list[str]
    rows: list[CandidateRow]
    chart: Chart
    reaches: list[Reach]
    margin: str


def found_words(asked: Tuning, result: Found) -> FoundShown:
    """result: as flows/tuning/report.py makes it."""
    terms = terms_of(asked)
    values = {
        "played": words.number(result["played"]), "all": words.number(result["members"]),
        "events": words.number(result["events"]), "count": words.number(len(result["candidates"])),
    }  # fmt: skip
    names = [candidate_name(terms, each["values"]) for each in result["candidates"]]
    order = sorted(range(len(names)), key=lambda at: _rank(result["candidates"][at]))
    return FoundShown(
        summary=gettext("%(played)s of %(all)s members and their %(events)s events, %(count)s times") % values,
        notes=_notes(result),
        goals=[words.said(each.words(terms.ground)) for each in terms.goals],
        verdict=_verdict(result, names),
        levers=[words.said(target_of(lever_of(each.lever), terms.ground, each.key).words) for each in terms.turns],
        figures=[words.said(each.figure_words(terms.ground)) for each in terms.axes],
        rows=[_row(at, result["candidates"][at], terms, names) for at in order],
        chart=_chart(result, terms, names),
        reaches=reaches(result, names),
        margin=words.percent(asked.margin),
    )


def candidate_name(terms: Terms, values: Sequence[str]) -> str:
    """'2 · 6 months': the values of the levers, in their order."""
    return " · ".join(_values(terms, values))


def _values(terms: Terms, values: Sequence[str]) -> list[str]:
    return [value_said(lever_of(turn.lever).said(value)) for turn, value in zip(terms.turns, values, strict=True)]


def _rank(row: Found) -> tuple[int, int, Decimal]:
    """As it is first, then the frontier from cheap to dear, then what is perhaps on it, then the rest."""
    place = PLACES.index(row["place"]) if row["place"] in PLACES else len(PLACES)
    return (0 if row["as_it_is"] else 1), place, Decimal(row["x"]["value"] if row["x"] else 0)


def _row(number: int, row: Found, terms: Terms, names: Sequence[str]) -> CandidateRow:
    notes = []
    if row["budget_runs_out"]:
        notes.append(gettext("A budget would run out."))
    if row["place"] != "behind" and row["alike"]:
        others = ", ".join(words.named(names[at]) for at in row["alike"][:4])
        more = "" if len(row["alike"]) <= 4 else " …"
        notes.append(gettext("Cannot be told apart from: %(others)s") % {"others": f"{others}{more}"})
    met = None if row["met"] is None else _met(row["met"])
    cost, needed = row["cost_after_breakage"], row["break_even"]
    than_now = needed and needed["than_now"]
    return CandidateRow(
        number=number,
        values=_values(terms, row["values"]),
        figures=_figures(row, terms),
        place=_place(row["place"]),
        as_it_is=row["as_it_is"],
        met=met,
        cost="–" if cost is None else words.percent(Decimal(cost["value"]), 2),
        needed=("–", "") if needed is None else _needed(needed),
        than_now="" if row["as_it_is"] or than_now is None else _than_now(than_now),
        notes=notes,
        can_draft=change_of(terms, row["values"]).rulebook,
    )  # fmt: skip


def _needed(needed: Found) -> tuple[str, str]:
    if needed["needed"] is None:
        return gettext("never pays for itself"), ""
    text = words.percent(Decimal(needed["needed"]))
    low = words.percent(Decimal(needed["low"]))
    high = gettext("never") if needed["high"] is None else words.percent(Decimal(needed["high"]))
    return text, "" if low == high else gettext("%(low)s to %(high)s") % {"low": low, "high": high}


def _than_now(text: str) -> str:
    number = round(Decimal(text), 3)
    if not number:
        return gettext("as much as today")
    said = words.percent(abs(number))
    if number < 0:
        return gettext("%(share)s less than today would do") % {"share": said}
    return gettext("%(share)s more than today") % {"share": said}


def _shown(text: str, goal: Goal, terms: Terms) -> str:
    """Money to a tenth of a cent: an order's points are often worth less than one."""
    shown = goal.shown(round(Decimal(text), 3), str(terms.ground.document["currency"]))
    return words.write(shown) if isinstance(shown, Money) else words.percent(Decimal(text))


def _figure(figure: Found | None, goal: Goal, terms: Terms) -> tuple[str, str]:
    if figure is None:
        return "–", ""
    said = {name: _shown(figure[name], goal, terms) for name in ("value", "low", "high")}
    return said["value"], "" if said["low"] == said["high"] else gettext("%(low)s to %(high)s") % said


def _figures(row: Found, terms: Terms) -> list[tuple[str, str]]:
    return [_figure(row[axis], goal, terms) for axis, goal in zip(("x", "y"), terms.axes, strict=True)]


def _in_one(figure: tuple[str, str]) -> str:
    return f"{figure[0]} ({figure[1]})" if figure[1] else figure[0]


def _place(place: str) -> Label:
    return {
        "on": Label(gettext("On the frontier"), "success"),
        "near": Label(gettext("Perhaps on the frontier"), "info"),
        "behind": Label(gettext("Behind"), "neutral"),
    }.get(place, Label(gettext("Unknown"), "neutral"))


def _met(met: str) -> Label:
    return {
        "surely": Label(gettext("Surely"), "success"),
        "perhaps": Label(gettext("Perhaps"), "info"),
        "no": Label(gettext("No"), "neutral"),
    }[met]


def _verdict(result: Found, names: Sequence[str]) -> str:
    met = [each["met"] for each in result["candidates"]]
    if None in met:
        return ""
    if result["nearest"] is not None:
        text = gettext("No combination meets what you asked for. The nearest is %(name)s.")
        return text % {"name": words.named(names[result["nearest"]])}
    surely = ngettext(
        "%(count)s combination surely meets it", "%(count)s combinations surely meet it", met.count("surely")
    ) % {"count": words.number(met.count("surely"))}
    perhaps = ngettext("%(count)s perhaps does", "%(count)s perhaps do", met.count("perhaps")) % {
        "count": words.number(met.count("perhaps"))
    }
    return gettext("%(surely)s, and %(perhaps)s.") % {"surely": surely, "perhaps": perhaps}


def _notes(result: Found) -> list[str]:
    notes = [
        gettext("Members do here what they did: how much more they buy for a better rate was never measured. So"
                " nothing is called the best; you see what each setting would have to bring.")
    ]  # fmt: skip
    if result["played"] < result["members"]:
        notes.append(
            gettext("A sample was played. The range below a figure holds the figure of all members, 19 times of 20.")
        )
    left_out = sum(result["left_out"].values())
    if left_out:
        text = ngettext(
            "%(count)s member was left out, whose history cannot be played.",
            "%(count)s members were left out, whose history cannot be played.",
            left_out,
        )
        notes.append(text % {"count": words.number(left_out)})
    if "people_as_now" in result["caveats"]:
        notes.append(gettext("Rules that ask about people saw them as they are now."))
    return notes


def _chart(result: Found, terms: Terms, names: Sequence[str]) -> Chart:
    rows = [(at, each) for at, each in enumerate(result["candidates"]) if each["x"] and each["y"]]
    axes = [_axis(goal, terms) for goal in terms.axes]

    def dots(place: str) -> list[Dot]:
        return [
            Dot(_ends(row["x"]), _ends(row["y"]), _told(at, row, terms, names))
            for at, row in rows
            if (row["place"] == place and not row["as_it_is"]) or (place == "" and row["as_it_is"])
        ]

    groups = [
        Dots(gettext("On the frontier"), dots("on"), 1),
        Dots(gettext("Perhaps on the frontier"), dots("near"), 2),
        Dots(gettext("Behind"), dots("behind"), 3),
        Dots(gettext("As it is"), dots(""), 4),
    ]
    return scatter(
        key="frontier",
        summary=gettext("Every combination by %(x)s and %(y)s, with intervals; the table has the figures.")
        % {"x": axes[0].name, "y": axes[1].name},
        across=axes[0],
        upwards=axes[1],
        groups=groups,
        intervals=gettext("Intervals"),
        columns=[gettext("Combination"), axes[0].name, axes[1].name, gettext("Where it stands")],
        rows=[(names[at], *map(_in_one, _figures(row, terms)), _place(row["place"]).label) for at, row in rows],
    )


def _told(at: int, row: Found, terms: Terms, names: Sequence[str]) -> str:
    said = [words.said(goal.figure_words(terms.ground)) for goal in terms.axes]
    lines = [f"{name}: {_in_one(each)}" for name, each in zip(said, _figures(row, terms), strict=True)]
    return "\n".join([names[at], *lines])


def _axis(goal: Goal, terms: Terms) -> Axis:
    name = words.said(goal.figure_words(terms.ground))
    if goal.unit is Unit.money:
        return Axis(name, "number", str(terms.ground.document["currency"]))
    return Axis(name, "percent")


def _ends(figure: Found) -> tuple[float, float, float]:
    return float(figure["value"]), float(figure["low"]), float(figure["high"])
