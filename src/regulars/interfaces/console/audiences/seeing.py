"""Who fulfils conditions while they are written: how many, honestly, and a few by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.flows.look_at_members import Looked
from regulars.flows.member_filter import Counted
from regulars.interfaces.web import words

_SURE_DIGITS = 2
"""Of a number that is guessed from a part: more would be more than is known."""


@dataclass(frozen=True, slots=True)
class MemberShown:
    """One of them."""

    name: str
    url: str
    joined: str


@dataclass(frozen=True, slots=True)
class SeenShown:
    """figure: how many, large; text: of how many, or why it is not exact. sample: those who joined last."""

    figure: str
    text: str
    sample: Sequence[MemberShown]


def seen_shown(looked: Looked) -> SeenShown:
    """What was seen, in words."""
    figure, text = _counted(looked.counted)
    sample = [
        MemberShown(
            each.name or gettext("Without a name"),
            reverse("console:member", args=[each.id]),
            words.day(each.enrolled_at),
        )
        for each in looked.sample
    ]
    return SeenShown(figure, text, sample)


def _counted(counted: Counted) -> tuple[str, str]:
    if counted.members is None or counted.of is None:
        return "", gettext("There are too many members to count quickly. Once it is saved, they are all counted.")
    if not counted.exact:
        about = _rounded(counted.members)
        figure = ngettext("About %(count)s member", "About %(count)s members", about) % {"count": words.number(about)}
        if not about:
            figure = gettext("Few members, if any")
        return figure, gettext("There are too many to count quickly: this is guessed from a part of them.")
    figure = ngettext("%(count)s member", "%(count)s members", counted.members)
    text = ngettext("of %(count)s", "of %(count)s", counted.of) % {"count": words.number(counted.of)}
    if counted.of:
        ratio = Decimal(counted.members) / counted.of
        text = f"{text} · {words.percent(ratio)}"
    return figure % {"count": words.number(counted.members)}, text


def _rounded(number: int) -> int:
    """12,345 -> 12,000."""
    return round(number, _SURE_DIGITS - len(str(number)))
