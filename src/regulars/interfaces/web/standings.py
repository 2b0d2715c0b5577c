"""A place on a ladder in words, for console and portal: what counts, what is missing, what keeps the tier.

The texts inform; whether somebody wants to climb is their own affair.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from regulars.domain.tiers.contracts import ChangeCause, TierChange
from regulars.domain.tiers.ladder import Ladder
from regulars.domain.tiers.standing import NEVER
from regulars.insight.standing_view import LadderView
from regulars.interfaces.web import words
from regulars.kernel.money import from_minor

_ONE_DAY = timedelta(days=1)


def figure(view: LadderView, score: int, currency: str) -> str:
    """So much of what the ladder counts: money as money, all else with what it is."""
    if view.ladder.metric_name == "spend":
        return words.money(from_minor(score, currency), currency)
    return words.said(view.rungs.metric.amount(Decimal(score).scaleb(-view.rungs.places), currency=currency))


def missing(view: LadderView, currency: str) -> str:
    """What is missing to the next tier."""
    if view.next is None:
        return ""
    amount = figure(view, view.missing, currency)
    values = {"amount": amount, "tier": words.named(view.next.name)}
    if view.ladder.metric_name == "spend":
        return gettext("Spend %(amount)s more to reach %(tier)s.") % values
    if view.ladder.metric_name == "points":
        text = ngettext(
            "Earn %(amount)s more point to reach %(tier)s.",
            "Earn %(amount)s more points to reach %(tier)s.",
            view.missing,
        )
        return text % (values | {"amount": words.number(view.missing)})
    return gettext("%(tier)s is %(amount)s away.") % values


def in_time(view: LadderView) -> str:
    """Until when what is missing counts together with what is there."""
    if view.next is None or view.next_by is None or view.score <= 0:
        return ""
    return gettext("What counts now counts until %(day)s.") % {"day": words.day(view.next_by)}


def counted(view: LadderView, currency: str) -> str:
    """How much counts now, and since when."""
    if view.since is None:
        return ""
    values = {"amount": figure(view, view.score, currency)}
    if view.counted_from is None:
        return gettext("%(amount)s counted so far.") % values
    return gettext("%(amount)s counted since %(day)s.") % (values | {"day": words.day(view.counted_from)})


def kept(view: LadderView, currency: str) -> str:
    """What keeps the tier beyond the day until which it is safe."""
    if view.kept_until is None or view.keep is None:
        return ""
    values = {
        "tier": words.named(view.tier.name),
        "amount": figure(view, view.keep.amount, currency),
        "day": words.day(view.keep.until),
    }
    if view.ladder.metric_name == "spend":
        return gettext("%(amount)s spent by %(day)s keeps %(tier)s.") % values
    return gettext("%(amount)s by %(day)s keeps %(tier)s.") % values


def kept_by_change(view: LadderView) -> str:
    """That a tier is kept although its ladder was changed."""
    if view.kept_by_change is None:
        return ""
    if view.kept_by_change == NEVER:
        return gettext("The ladder was changed, and the tier is kept for good.")
    return gettext("The ladder was changed, and the tier is kept until %(day)s.") % {
        "day": words.day(view.kept_by_change)
    }


def why(change: TierChange) -> str:
    """Why the rules, and nothing that the member did, moved them; empty for all else."""
    if change.cause is ChangeCause.ladder:
        return gettext("the rules changed")
    if change.cause is ChangeCause.ladder_undone:
        return gettext("a change of the rules was taken back")
    return ""


def projected(view: LadderView) -> str:
    """Which tier follows when nothing more happens."""
    if view.kept_until is None:
        return ""
    values = {"tier": words.named(view.ladder.tiers[view.moves_to].name), "day": words.day(view.kept_until)}
    return gettext("Without anything more it is %(tier)s from %(day)s on.") % values


def last_safe_day(view: LadderView) -> str:
    """Until when the tier is safe; empty: for good."""
    return "" if view.kept_until is None else words.day(view.kept_until - _ONE_DAY)


def down(ladder: Ladder) -> str:
    """What happens when less counts again."""
    said = words.said(ladder.policy.words())
    text = gettext("When less counts again, %(what)s.") % {"what": said}
    if ladder.time_left is None:
        return text
    grace = gettext("Before a tier is lost, %(grace)s.") % {"grace": words.said(ladder.time_left.words())}
    return f"{text} {grace}"
