"""The audit trail of a member, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, gettext_lazy

from regulars.domain.audit.contracts import AuditEntry
from regulars.interfaces.console.labels import adjustment_reason
from regulars.interfaces.web import words

_HOUSEHOLD = {
    "household.founded": gettext_lazy("Founded a household"),
    "household.invited": gettext_lazy("Made an invitation to the household"),
    "household.invitation_withdrawn": gettext_lazy("Withdrew an invitation to the household"),
    "household.joined": gettext_lazy("Joined a household"),
    "household.left": gettext_lazy("Left the household"),
    "household.removed": gettext_lazy("Was taken out of the household"),
    "household.inherited": gettext_lazy("Became the owner of the household"),
    "household.ended": gettext_lazy("Was the last one; the household has ended"),
    "household.changed": gettext_lazy("Changed how the household pays"),
    "household.member_changed": gettext_lazy("Changed what a member of the household may do"),
}


@dataclass(frozen=True, slots=True)
class ActShown:
    """Who did what, and when."""

    at: datetime
    who: str
    what: str


def act_in_words(act: AuditEntry) -> ActShown:
    """One act; an action that this page has no words for is named as it is recorded."""
    if act.action == "profile.opened":
        return ActShown(act.at, act.by, gettext("Opened this page"))
    if act.action == "points.adjusted":
        points = int(act.details.get("points", 0))
        values = {"points": words.signed(points), "reason": adjustment_reason(act.details.get("reason", ""))}
        return ActShown(act.at, act.by, gettext("Changed the balance by %(points)s: %(reason)s") % values)
    if act.action in _HOUSEHOLD:
        return ActShown(act.at, act.by, str(_HOUSEHOLD[act.action]))
    return ActShown(act.at, act.by, act.action.replace(".", " ").replace("_", " ").capitalize())
