"""What a back-test found, in words, tables and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from regulars.flows.backtests.redemption_model import redemption_model
from regulars.interfaces.web import words
from regulars.interfaces.web.charts import Chart, Series, over_time

Side = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """summary: who was played. spending: by which model. notes: what to know before believing it.

    change: points that the draft gives more, and how sure that is. facts: (what, live, draft). segments: as _segments
    gives them. rules: (rule, points live, points under the draft, times under the draft).
    """

    summary: str
    spending: str
    notes: list[str]
    change: tuple[str, str] | None
    facts: list[tuple[str, str, str]]
    rules: list[tuple[str, str, str, str]]
    segments: list[tuple[str, str, str, str, str]]
    winners: Chart
    liability: Chart
    tiers: list[Chart]


def found_words(result: dict[str, Any]) -> Found:
    """result: as flows/backtests/report.py makes it."""
    live, draft = result["sides"]["live"], result["sides"]["draft"]
    values = {
        "played": words.number(result["played"]), "all": words.number(result["members"]),
        "events": words.number(result["events"]),
    }  # fmt: skip
    return Found(
        summary=gettext("%(played)s of %(all)s members, %(events)s events") % values,
        spending=_spending(result.get("redemptions", "as_they_were")),
        notes=_notes(result),
        facts=_facts(live, draft, result["currency"]),
        change=_change(result),
        rules=_rules(live, draft),
        segments=_segments(result["segments"]),
        winners=_who_wins(result["segments"]),
        liability=_liability(live, draft, result["currency"]),
        tiers=_tiers(draft),
    )


def _spending(stated: str | dict[str, Any]) -> str:
    """By which model members spend, under both rulebooks."""
    return words.sentence_case(words.said(redemption_model(stated).words()))


def _notes(result: dict[str, Any]) -> list[str]:
    notes = []
    if Decimal(result["share"]) < 1:
        notes.append(gettext("A sample was played: other members would give other figures."))
    left_out = result["left_out"].get("merged", 0)
    if left_out:
        text = ngettext(
            "%(count)s member was left out, because the history of members who were merged cannot be played.",
            "%(count)s members were left out, because the history of members who were merged cannot be played.",
            left_out,
        )
        notes.append(text % {"count": words.number(left_out)})
    others = sum(result["left_out"].values()) - left_out
    if others:
        text = ngettext(
            "%(count)s member was left out, whose points were moved by something that back-tests do not know.",
            "%(count)s members were left out, whose points were moved by something that back-tests do not know.",
            others,
        )
        notes.append(text % {"count": words.number(others)})
    if result["holes"]:
        months = ", ".join(_month(each) for each in result["holes"])
        notes.append(gettext("There are months without a single event: %(months)s.") % {"months": months})
    if result["in_order"]:
        notes.append(gettext("A budget ran out, so all members were played together."))
    if "people_as_now" in result["caveats"]:
        notes.append(gettext("Rules that ask about people saw them as they are now."))
    if "versions_backdated" in result["caveats"]:
        notes.append(_backdated(result["backdated"]))
    return notes


def _backdated(versions: list[int]) -> str:
    text = ngettext(
        "Version %(versions)s was published after events that it covers. They are played by it, and your books went by"
        " the version before, so that figures can differ from your books.",
        "Versions %(versions)s were published after events that they cover. These are played by them, and your books"
        " went by the versions before, so that figures can differ from your books.",
        len(versions),
    )
    return text % {"versions": ", ".join(words.number(each) for each in versions)}


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
    for most in (30, 90, 365):
        ratios = [side["first_reward"].get("within", {}).get(str(most)) for side in (live, draft)]
        if None not in ratios:
            label = gettext("of them within %(days)s days of joining") % {"days": words.number(most)}
            facts.append((label, *(words.percent(Decimal(each)) for each in ratios)))  # type: ignore[arg-type]  # two of them
    days = [side["first_reward"]["median_days"] for side in (live, draft)]
    before_all, after_all = ("–" if day is None else words.number(day) for day in days)
    facts.append((gettext("Days until half of them do"), before_all, after_all))
    short = [side.get("short", 0) for side in (live, draft)]
    if any(short):
        facts.append((gettext("Spent then, and not there now"), *(words.number(each) for each in short)))  # type: ignore[arg-type]  # two of them
    return [*facts, *_tier_facts(live, draft)]


def _change(result: dict[str, Any]) -> tuple[str, str] | None:
    """What the draft gives more or less in all, and how sure that is; None for what was found before it was counted."""
    found = result.get("change", {}).get("earned")
    if found is None:
        return None
    points = words.signed(found["total"])
    if not found["half_width"]:
        return points, ""
    low, high = (words.signed(found["total"] + sign * found["half_width"]) for sign in (-1, 1))
    sure = gettext("Of all members, estimated from the sample: between %(low)s and %(high)s, in 95 of 100 samples.")
    return points, sure % {"low": words.isolated(low), "high": words.isolated(high)}


def _rules(live: Side, draft: Side) -> list[tuple[str, str, str, str]]:
    """Each rule by what it gave under both; those of the draft first."""
    rows: dict[str, list[Any]] = {}
    for at, side in ((1, draft), (0, live)):
        for each in side["rules"]:
            row = rows.setdefault(each["rule"], [each["name"], 0, 0, 0])
            row[1 + at] += each["points"]
            row[3] += each["times"] if at else 0
    return [(name, *(words.number(each) for each in figures)) for name, *figures in rows.values()]


def _segment_name(each: dict[str, Any]) -> str:
    often = {
        "0": gettext("did something once"), "1": gettext("2 to 5 times"), "2": gettext("6 to 20 times"),
        "3": gettext("more than 20 times"),
    }  # fmt: skip
    name = each["name"]
    if each["kind"] == "all":
        return gettext("Everybody")
    if each["kind"] == "activity":
        return often[name]
    if each["kind"] == "joined":
        year, _, quarter = name.partition("-Q")
        if not quarter:  # of results that were kept before there were quarters
            return gettext("joined in %(year)s") % {"year": year}
        return gettext("joined in %(year)s, quarter %(quarter)s") % {"year": year, "quarter": quarter}
    return gettext("audience %(name)s") % {"name": name} if each["kind"] == "audience" else str(name)


def _segments(segments: list[dict[str, Any]]) -> list[tuple[str, str, str, str, str]]:
    """(who, how many, share who earn more, share who earn less, points more or less for each on average)."""
    shown = []
    for each in segments:
        winners, losers = (words.percent(ratio, 0) for ratio in _ratios(each))
        average = words.signed(round(Decimal(each["draft"] - each["live"]) / each["members"], 1))
        shown.append((_segment_name(each), words.number(each["members"]), winners, losers, average))
    return shown


def _ratios(each: dict[str, Any]) -> tuple[float, float]:
    return each["winners"] / each["members"], each["losers"] / each["members"]


def _who_wins(segments: list[dict[str, Any]]) -> Chart:
    ratios = [_ratios(each) for each in segments]
    series = [
        Series(gettext("Earn more"), [round(more, 4) for more, _ in ratios], 2),
        Series(gettext("Earn less"), [round(less, 4) for _, less in ratios], 4),
    ]
    return over_time(
        key="winners", summary=gettext("Which share of the members earns more under the draft, and which less"),
        heading=gettext("Members"), labels=[_segment_name(each) for each in segments], series=series, unit="percent",
    )  # fmt: skip


def _month(text: str) -> str:
    return words.month_short(date.fromisoformat(f"{text}-01"))


def _liability(live: Side, draft: Side, currency: str) -> Chart:
    """What members had at month ends: in money where the points have a worth."""
    was, will = ({each["month"]: each for each in side["points"][0]["months"]} for side in (live, draft))
    months = sorted(was.keys() | will.keys())
    in_money = all(each["liability"] is not None for side in (was, will) for each in side.values())
    series = []
    for colour, (name, by_month) in enumerate(((gettext("Live"), was), (gettext("Draft"), will)), start=1):
        values: list[float | None] = []
        for month in months:
            found = by_month.get(month)
            if found is None:
                values.append(None)
            else:
                values.append(float(found["liability"]) if in_money else found["outstanding"])
        series.append(Series(name, values, colour, kind="line"))
    return over_time(
        key="liability", summary=gettext("What is owed for points at the end of each month, live and under the draft"),
        heading=gettext("Month"), labels=[_month(each) for each in months], series=series, unit="number",
        currency=currency if in_money else "",
    )  # fmt: skip


def _tiers(draft: Side) -> list[Chart]:
    charts = []
    for number, months in enumerate(draft["tiers"].values()):
        names = list(dict.fromkeys(tier for each in months for tier in each["members"]))
        series = [
            Series(tier, [each["members"].get(tier, 0) for each in months], 1 + at % 6, stack="tiers")
            for at, tier in enumerate(names)
        ]
        chart = over_time(
            key=f"tiers-{number}", summary=gettext("Members on each tier at the end of each month, under the draft"),
            heading=gettext("Month"), labels=[_month(each["month"]) for each in months], series=series, unit="number",
        )  # fmt: skip
        charts.append(chart)
    return charts


def _tier_facts(live: Side, draft: Side) -> list[tuple[str, str, str]]:
    """How many stand on each tier in the end."""
    facts = []
    for ladder, months in draft["tiers"].items():
        will = months[-1]["members"] if months else {}
        was = live["tiers"][ladder][-1]["members"] if live["tiers"].get(ladder) else {}
        for tier in dict.fromkeys([*was, *will]):
            label = gettext("On %(tier)s in the end") % {"tier": tier}
            facts.append((label, words.number(was.get(tier, 0)), words.number(will.get(tier, 0))))
    return facts
