"""The audit trail of a member, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from regulars.domain.audit.contracts import AuditEntry
from regulars.interfaces.console.labels import adjustment_reason
from regulars.interfaces.web import words


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
    if act.action == "member.blocked":
        return ActShown(act.at, act.by, gettext("Blocked the member: %(reason)s") % {"reason": act.details["reason"]})
    if act.action == "member.unblocked":
        return ActShown(act.at, act.by, gettext("Released the member"))
    return ActShown(act.at, act.by, act.action.replace(".", " ").replace("_", " ").capitalize())
