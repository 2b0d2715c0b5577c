"""The form of a tuning: levers with their steps, goals, the margin, and the two figures that are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, gettext_lazy

from regulars.flows.tuning.asking import LONGEST_LABEL, Question
from regulars.flows.tuning.goal import USUAL_AXES, Better, Goal, Unit, goals_by_name
from regulars.flows.tuning.lever import Ground, Lever, levers_by_name, sensible
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.words import Sentence

MOST_TARGETS = 30
"""Of one lever in the form; whoever has more rules names them by API or command line."""
HUNDRED = 100
_BETWEEN = re.compile(r"\s*;\s*|,\s+")


@dataclass(frozen=True, slots=True)
class LeverRow:
    """Something that can be turned. turn: the box to tick; present: how it stands now."""

    turn: BoundField
    steps: BoundField
    present: str


@dataclass(frozen=True, slots=True)
class LeverGroup:
    """A lever and what it turns here."""

    title: str
    hint: str
    rows: list[LeverRow]


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A figure with the bounds that it can have."""

    title: str
    fields: list[BoundField]


class TuningForm(KitForm):
    """Ticked levers are turned. A share is asked for in percent."""

    label = forms.CharField(label=gettext_lazy("What it is called"), max_length=LONGEST_LABEL, required=False)
    margin = forms.DecimalField(
        label=gettext_lazy("Contribution margin, in percent of sales"),
        max_digits=6,
        decimal_places=3,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("What is left of an order before points, after the goods and all that grows with it."),
    )
    x = forms.ChoiceField(label=gettext_lazy("Compare"))
    y = forms.ChoiceField(label=gettext_lazy("With"))

    def __init__(self, ground: Ground, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._levers = [
            (lever, target) for lever in levers_by_name().values() for target in lever.targets(ground)[:MOST_TARGETS]
        ]
        self._goals = [
            (kind, stated, words.said(said))
            for kind in goals_by_name().values()
            for stated, said in kind.choices(ground)
        ]
        self._present = [value_said(lever.said(lever.present(ground, each.key))) for lever, each in self._levers]
        self.add_fields(self._lever_fields(ground) | self._goal_fields(str(ground.document["currency"])))
        choices = [(kind.name, words.said(kind.title)) for kind in goals_by_name().values() if kind.better is not None]
        for name, usual in zip(("x", "y"), USUAL_AXES, strict=True):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # Django's stubs know fields as plain ones
            self.fields[name].initial = usual if ground.rewards or name == "x" else "points_expired"

    def _lever_fields(self, ground: Ground) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        for at, (lever, target) in enumerate(self._levers):
            said = words.said(target.words)
            steps = "; ".join(_typed(each) for each in sensible(lever, ground, target.key))
            fields[f"turn-{at}"] = forms.BooleanField(label=said, required=False)
            name = gettext("Steps: %(what)s") % {"what": said}
            fields[f"steps-{at}"] = forms.CharField(
                label=name, required=False, max_length=300, initial=steps,
                widget=forms.TextInput(attrs={"aria-label": name, "dir": "ltr"}),
            )  # fmt: skip
        return fields

    def _goal_fields(self, currency: str) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        for at, (kind, _, _) in enumerate(self._goals):
            unit = "%" if kind.unit is Unit.percent else words.currency(currency)
            for bound, label in _bounds(kind):
                fields[f"goal-{at}-{bound}"] = forms.DecimalField(
                    label=f"{label}, {unit}", required=False, min_value=Decimal(0), max_digits=14, decimal_places=4,
                    widget=forms.TextInput(attrs={"inputmode": "decimal"}),
                )  # fmt: skip
            if "days" in kind.model_fields:
                fields[f"goal-{at}-days"] = forms.IntegerField(
                    label=gettext("Within days"), min_value=1, max_value=3_650, initial=90, required=False
                )
        return fields

    def clean(self) -> dict[str, Any]:
        """Something is turned."""
        filled = super().clean() or {}
        if not any(filled.get(f"turn-{at}") for at in range(len(self._levers))):
            self.add_error(None, gettext("Tick at least one setting that is to be tried."))
        return filled

    @property
    def lever_groups(self) -> list[LeverGroup]:
        """For the page."""
        found: dict[type[Lever], LeverGroup] = {}
        for at, (lever, _) in enumerate(self._levers):
            group = found.setdefault(lever, LeverGroup(words.said(lever.title), words.said(lever.hint), []))
            group.rows.append(LeverRow(self[f"turn-{at}"], self[f"steps-{at}"], self._present[at]))
        return list(found.values())

    @property
    def goal_rows(self) -> list[GoalRow]:
        """For the page."""
        names = ("days", "at_least", "at_most")
        return [
            GoalRow(said, [self[name] for each in names if (name := f"goal-{at}-{each}") in self.fields])
            for at, (_, _, said) in enumerate(self._goals)
        ]

    def question(self) -> Question:
        """What was filled in."""
        filled = self.cleaned_data
        goals = [_goal(filled, at, kind, stated) for at, (kind, stated, _) in enumerate(self._goals)]
        days = {each["goal"]: {"days": each["days"]} for each in goals if "days" in each}
        return Question(
            levers=[
                {"lever": lever.name, "target": target.key, "steps": _steps(filled[f"steps-{at}"])}
                for at, (lever, target) in enumerate(self._levers)
                if filled[f"turn-{at}"]
            ],
            margin=filled["margin"] / HUNDRED,
            goals=[each for each in goals if each.keys() & {"at_least", "at_most"}],
            figures=[{"goal": filled[name], **days.get(filled[name], {})} for name in ("x", "y")],
            label=filled["label"],
        )


def _bounds(kind: type[Goal]) -> list[tuple[str, str]]:
    least, most = ("at_least", gettext("At least")), ("at_most", gettext("At most"))
    return {Better.more: [least], Better.less: [most], None: [least, most]}[kind.better]


def _goal(filled: dict[str, Any], at: int, kind: type[Goal], stated: dict[str, Any]) -> dict[str, Any]:
    goal: dict[str, Any] = {"goal": kind.name, **stated}
    for bound in ("at_least", "at_most"):
        value = filled.get(f"goal-{at}-{bound}")
        if value is not None:
            goal[bound] = value / HUNDRED if kind.unit is Unit.percent else value
    if filled.get(f"goal-{at}-days"):
        goal["days"] = filled[f"goal-{at}-days"]
    return goal


def _steps(text: str) -> list[str]:
    """Between semicolons, or commas with a blank; a comma within a number is a decimal one."""
    return [each.strip().replace(",", ".") for each in _BETWEEN.split(text) if each.strip()]


def _typed(value: str) -> str:
    """A step as one types it: periods of whole months as their number, which every language reads."""
    if value == "never":
        return "0"
    number, _, unit = value.partition(" ")
    if unit.startswith("month"):
        return number
    return str(int(number) * 12) if unit.startswith("year") else value


def value_said(value: Sentence | Decimal | str) -> str:
    """A lever's value in the reader's language."""
    return words.said(value) if isinstance(value, Sentence) else words.write(value)
