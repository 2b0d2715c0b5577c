"""Why a draft does not go on, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.domain.programmes.change_words import Difference
from regulars.domain.programmes.contracts import Draft, DraftState
from regulars.domain.programmes.findings import Finding
from regulars.kernel.errors import Conflict, Refusal

_TOLD = 5
_NEXT = {
    DraftState.open: "Submit it first.",
    DraftState.submitted: "Withdraw it first, or let a second person decide.",
    DraftState.approved: "Publish or schedule it, or save another text.",
    DraftState.scheduled: "Take it from the schedule first.",
}


def done(found: Draft) -> Conflict:
    """It was published or discarded."""
    became = f"was published as version {found.version}" if found.version else f"was discarded by {found.changed_by}"
    return Conflict(
        "draft_done",
        "Nobody works on this draft any more",
        detail=f"“{found.name}” {became}.",
        remedy="Open a new draft; this one stays to be read.",
        field="draft",
    )


def not_open(found: Draft) -> Conflict:
    """It is in a state in which it does not change."""
    return Conflict(
        f"draft_{'scheduled' if found.state is DraftState.scheduled else 'submitted'}",
        "The draft is scheduled" if found.state is DraftState.scheduled else "The draft waits for a second person",
        detail=f"“{found.name}” is {found.state.name}, and nothing changes in it meanwhile.",
        remedy=_NEXT[found.state],
        field="draft",
    )


def in_another_state(found: Draft) -> Conflict:
    """What was asked for does not follow the state that it has."""
    return Conflict(
        "draft_state",
        "The draft is not as far as that, or further",
        detail=f"“{found.name}” is {found.state.name}.",
        remedy=_NEXT.get(found.state, "Open a new draft."),
        field="draft",
    )


def needs_approval(found: Draft, why: str) -> Conflict:
    """A second person has to see it."""
    return Conflict(
        "draft_needs_approval",
        "A second person has to approve it first",
        detail=f"“{found.name}” {why}.",
        remedy="Submit it, and let a colleague or another API key approve it.",
        field="draft",
    )


class Clash(Conflict):
    """Two people changed the same document. changes: what differs, for doors that speak other languages."""

    def __init__(
        self, code: str, title: str, *, detail: str, remedy: str, field: str, changes: Sequence[Difference]
    ) -> None:
        super().__init__(code, title, detail=detail, remedy=remedy, field=field)
        self.changes = tuple(changes)


def changed_meanwhile(found: Draft, changes: Sequence[Difference]) -> Clash:
    """Somebody else was faster. changes: what they changed."""
    return Clash(
        "draft_changed",
        "Somebody else changed the draft meanwhile",
        detail=f"{found.changed_by} saved revision {found.revision}: {_listed(changes)}",
        remedy="Join both changes (merge), or read the draft again and make yours in it. Nothing was saved.",
        field="revision",
        changes=changes,
    )


def conflicting(apart: Sequence[Difference], *, since: str) -> Clash:
    """Both changed the same place. apart: from theirs to mine."""
    return Clash(
        "draft_conflict",
        "Both changed the same thing",
        detail=f"Since {since} both changed the same place. Yours beside theirs: {_listed(apart)}",
        remedy="Decide which of the two should hold, write that, and save again. Nothing was saved.",
        field="text",
        changes=apart,
    )


def out_of_date(found: Draft, latest: int, changes: Sequence[Difference]) -> Clash:
    """Another version was published since it was begun. changes: what that one changed."""
    return Clash(
        "draft_out_of_date",
        "Another version was published meanwhile",
        detail=f"“{found.name}” changes version {found.based_on}, and {latest} is the latest: {_listed(changes)}",
        remedy="Bring the draft up to date, look at it again, and go on.",
        field="draft",
        changes=changes,
    )


def unreadable(finding: Finding) -> Refusal:
    """There is nothing to join."""
    return Refusal(
        "draft_unreadable",
        "The text cannot be read",
        detail=f"{str(finding)[:1].upper()}{str(finding)[1:]}",
        remedy="Correct the line, and save again.",
        field="text",
    )


def _listed(changes: Sequence[Difference]) -> str:
    told = "; ".join(str(each.words) for each in changes[:_TOLD])
    more = f"; and {len(changes) - _TOLD} more" if len(changes) > _TOLD else ""
    return f"{told}{more}." if changes else "the text alone, and not what it says."
