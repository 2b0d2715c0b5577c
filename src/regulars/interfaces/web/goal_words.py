"""How far somebody is with one goal, in words; a head start is told as what it is."""

from __future__ import annotations

from django.utils.translation import gettext

from regulars.domain.earning.progress import Goal
from regulars.interfaces.web import words
from regulars.kernel.money import from_minor


def goal_text(goal: Goal, currency: str) -> str:
    """'3 of 10, and 2 of these were given at the start'. currency: of the programme, where money is counted."""

    def written(units: int) -> str:
        return words.money(from_minor(units, currency), currency) if goal.is_money else words.number(units)

    values = {"have": written(max(goal.have, 0)), "need": written(goal.need), "given": written(goal.given)}
    if goal.given:
        return gettext("%(have)s of %(need)s, and %(given)s of these were given at the start") % values
    return gettext("%(have)s of %(need)s") % values
