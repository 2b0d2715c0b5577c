"""Common choices of campaigns and rules, one tap each: tiers, days, audiences; and what a line is asked for."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext

from regulars.domain.earning.facts import AUDIENCE, TIER
from regulars.domain.programmes.rulebook import Rulebook
from regulars.interfaces.console.conditions.chips import Chip

_WEEKEND = ("saturday", "sunday")
_WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_MOST = 12


def when_chips(rulebook: Rulebook, audience_names: Mapping[str, str]) -> tuple[Chip, ...]:
    """For whom, and on which days. Everybody is in the lowest tier, so it is no choice where there are others."""
    tiers = [
        Chip(tier.name, f"{TIER}{ladder.id}", (tier.id,))
        for ladder in rulebook.ladders
        for tier in ladder.tiers[1:] or ladder.tiers
    ]
    days = [
        Chip(gettext("At weekends"), "time.weekday", _WEEKEND),
        Chip(gettext("On workdays"), "time.weekday", _WORKDAYS),
    ]
    inside = [Chip(name, f"{AUDIENCE}{code}", ("true",)) for code, name in audience_names.items()]
    return (*tiers[:_MOST], *days, *inside[:_MOST])


def line_chips() -> tuple[Chip, ...]:
    """What an article is known by; the value is typed."""
    return (
        Chip(gettext("A category"), "line.category"),
        Chip(gettext("A brand"), "line.brand"),
        Chip(gettext("An article"), "line.sku"),
    )
