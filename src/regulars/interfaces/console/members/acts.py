"""The audit trail of a member, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext, gettext_lazy

from regulars.domain.audit.contracts import AuditEntry
from regulars.interfaces.console.labels import adjustment_reason, who
from regulars.interfaces.console.value_words import value_act
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

_TIERS = {
    "tier.assigned": gettext_lazy("Gave the tier %(tier)s: %(reason)s"),
    "tier.withdrawn": gettext_lazy("Took the tier %(tier)s back: %(reason)s"),
    "tier.accepted": gettext_lazy("The invitation to %(tier)s was accepted"),
    "tier.declined": gettext_lazy("The tier %(tier)s was declined"),
}


@dataclass(frozen=True, slots=True)
class ActShown:
    """Who did what, and when."""

    at: datetime
    who: str
    what: str


def act_in_words(act: AuditEntry, currency: str) -> ActShown:
    """One act; an action that this page has no words for is named as it is recorded. currency: of stored value."""
    stored = value_act(act, currency)
    if stored is not None:
        return ActShown(act.at, who(act.by), stored)
    if act.action == "profile.opened":
        return ActShown(act.at, act.by, gettext("Opened this page"))
    if act.action in _ADJUSTMENTS:
        points = int(act.details.get("points", 0))
        reason = adjustment_reason(act.details.get("reason", ""), act.details.get("reason_name", ""))
        said = _ADJUSTMENTS[act.action]() % {"points": words.signed_points(points), "reason": reason}
        return ActShown(act.at, who(act.by), said)
    if act.action in ("points.sent", "points.taken_back"):
        values = {"amount": words.amount(int(act.details.get("points", 0)))}
        text = gettext("Sent %(amount)s") if act.action == "points.sent" else gettext("Took %(amount)s back")
        return ActShown(act.at, act.by, text % values)
    if act.action == "expiry.extended":
        values = {
            "amount": words.amount(int(act.details.get("points", 0))),
            "day": words.day(date.fromisoformat(str(act.details.get("to")))),
            "reason": adjustment_reason(act.details.get("reason", ""), act.details.get("reason_name", "")),
        }
        return ActShown(act.at, act.by, gettext("Gave %(amount)s time until %(day)s: %(reason)s") % values)
    if act.action == "hold.given_back":
        values = {"points": words.points(int(act.details["points"])), "reason": act.details["reason"]}
        said = gettext("Gave back what was set aside and spent, %(points)s: %(reason)s") % values
        return ActShown(act.at, who(act.by), said)
    if act.action == "member.blocked":
        return ActShown(act.at, act.by, gettext("Blocked the member: %(reason)s") % {"reason": act.details["reason"]})
    if act.action in _TIERS:
        values = {"tier": act.details.get("tier", ""), "reason": act.details.get("reason", "")}
        return ActShown(act.at, who(act.by), str(_TIERS[act.action]) % values)
    if act.action == "member.unblocked":
        return ActShown(act.at, act.by, gettext("Released the member"))
    if act.action in _MERGES:
        return ActShown(act.at, who(act.by), " ".join(filter(None, (_MERGES[act.action](), act.details.get("note")))))
    if act.action in ("badge.given", "badge.taken"):
        text = (
            gettext("Gave a badge: %(reason)s") if act.action == "badge.given" else gettext("Took a badge: %(reason)s")
        )
        return ActShown(act.at, who(act.by), text % {"reason": act.details["reason"]})
    if act.action == "member.changed":
        return ActShown(act.at, who(act.by), gettext("Changed the profile"))
    if act.action in _HOUSEHOLD:
        return ActShown(act.at, act.by, str(_HOUSEHOLD[act.action]))
    return ActShown(act.at, act.by, act.action.replace(".", " ").replace("_", " ").capitalize())


_MERGES: dict[str, Callable[[], str]] = {
    "member.merged": lambda: gettext("Merged a duplicate into this member."),
    "member.merged_into": lambda: gettext("Merged this member into another."),
    "member.merge_undone": lambda: gettext("Undid the merge."),
    "member.told_apart": lambda: gettext("Said that this member and another are two people."),
    "member.may_be_one": lambda: gettext("Said that this member and another may be one person after all."),
}
_ADJUSTMENTS: dict[str, Callable[[], str]] = {
    "points.adjusted": lambda: gettext("Changed the balance by %(points)s: %(reason)s"),
    "points.proposed": lambda: gettext("Asked to change the balance by %(points)s: %(reason)s"),
    "points.approved": lambda: gettext("Approved a change of the balance by %(points)s: %(reason)s"),
    "points.declined": lambda: gettext("Declined a change of the balance by %(points)s: %(reason)s"),
    "points.undone": lambda: gettext("Undid a change of the balance by %(points)s: %(reason)s"),
    "points.reversed": lambda: gettext("Reversed a change of the balance by %(points)s: %(reason)s"),
}
