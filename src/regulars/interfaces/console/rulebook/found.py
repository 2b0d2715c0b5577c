"""What a back-test found, in words, tables and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from regulars.interfaces.web import words
from regulars.interfaces.web.charts import Chart, Series, over_time

Side = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """summary: who was played. notes: what to know before believing it. facts: (what, live, draft)."""

    summary: str
    notes: list[str]
    facts: list[tuple[str, str, str]]
    rules: list[tuple[str, str, str]]
    segments: list[tuple[str, str, str, str, str]]
    liability: Chart
    tiers: Chart | None


def found_words(result: dict[str, Any]) -> Found:
    """result: as flows/backtests/report.py makes it."""
    live, draft = result["sides"]["live"], result["sides"]["draft"]
    values = {
        "played": words.number(result["played"]), "all": words.number(result["members"]),
        "events": words.number(result["events"]),
    }  # fmt: skip
    return Found(
        summary=gettext("%(played)s of %(all)s members, %(events)s events") % values,
        notes=_notes(result),
        facts=_facts(live, draft, result["currency"]),
        rules=[(each["name"], words.number(each["points"]), words.number(each["times"])) for each in draft["rules"]],
        segments=_segments(result["segments"]),
        liability=_liability(live, draft),
        tiers=_tiers(draft),
    )


def _notes(result: dict[str, Any]) -> list[str]:
    notes = []
    if Decimal(result["share"]) < 1:
        notes.append(gettext("A sample was played: other members would give other figures."))
    left_out = sum(result["left_out"].values())
    if left_out:
        text = ngettext(
            "%(count)s member was left out, whose history cannot be played.",
            "%(count)s members were left out, whose history cannot be played.",
            left_out,
        )
        notes.append(text % {"count": words.number(left_out)})
    if result["holes"]:
        notes.append(
            gettext("There are months without a single event: %(months)s.") % {"months": ", ".join(result["holes"])}
        )
    if result["in_order"]:
        notes.append(gettext("A budget ran out, so all members were played together."))
    said = {
        "people_as_now": gettext("Rules that ask about people saw them as they are now."),
    }
    return [*notes, *(said[each] for each in result["caveats"] if each in said)]


def _facts(live: Side, draft: Side, currency: str) -> list[tuple[str, str, str]]:
    facts = []
    before = {each["point_type"]: each for each in live["points"]}
    for each in draft["points"]:
        was = before.get(each["point_type"])
        for name, label in (
            ("earned", gettext("Earned")), ("redeemed", gettext("Redeemed")), ("expired", gettext("Expired")),
            ("taken_back", gettext("Taken back")),
        ):  # fmt: skip
            facts.append((label, words.number(was[name]) if was else "–", words.number(each[name])))
        if each["cost"] is not None:
            worth = "–" if was is None or was["cost"] is None else words.money(Decimal(was["cost"]), currency)
            facts.append((gettext("What was earned is worth"), worth, words.money(Decimal(each["cost"]), currency)))
    rewards = [words.percent(Decimal(side["first_reward"]["share"])) for side in (live, draft)]
    facts.append((gettext("Members who reach a reward"), rewards[0], rewards[1]))
    days = [side["first_reward"]["median_days"] for side in (live, draft)]
    before_all, after_all = ("–" if day is None else words.number(day) for day in days)
    facts.append((gettext("Days until half of them do"), before_all, after_all))
    return facts


def _segments(segments: list[dict[str, Any]]) -> list[tuple[str, str, str, str, str]]:
    names = {
        "0": gettext("did something once"), "1": gettext("2 to 5 times"), "2": gettext("6 to 20 times"),
        "3": gettext("more than 20 times"),
    }  # fmt: skip
    shown = []
    for each in segments:
        name = names[each["name"]] if each["kind"] == "activity" else each["name"]
        if each["kind"] == "joined":
            name = gettext("joined in %(year)s") % {"year": each["name"]}
        change = words.signed(each["draft"] - each["live"])
        shown.append(
            (name, words.number(each["members"]), words.number(each["winners"]), words.number(each["losers"]), change)
        )
    return shown


def _liability(live: Side, draft: Side) -> Chart:
    months = [each["month"] for each in draft["points"][0]["months"]]
    series = []
    for colour, (name, side) in enumerate(((gettext("Live"), live), (gettext("Draft"), draft)), start=1):
        by_month = {each["month"]: each["outstanding"] for each in side["points"][0]["months"]}
        series.append(Series(name, [by_month.get(month) for month in months], colour, kind="line"))
    return over_time(
        key="liability", summary=gettext("Points that members had at the end of each month, live and under the draft"),
        heading=gettext("Month"), labels=months, series=series, unit="number",
    )  # fmt: skip


def _tiers(draft: Side) -> Chart | None:
    for months in draft["tiers"].values():
        names = list(dict.fromkeys(tier for each in months for tier in each["members"]))
        series = [
            Series(tier, [each["members"].get(tier, 0) for each in months], 1 + at % 6, stack="tiers")
            for at, tier in enumerate(names)
        ]
        return over_time(
            key="tiers", summary=gettext("Members on each tier at the end of each month, under the draft"),
            heading=gettext("Month"), labels=[each["month"] for each in months], series=series, unit="number",
        )  # fmt: skip
    return None
