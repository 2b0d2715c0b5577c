"""Parts that the pages about drafts and versions share: what differs, in sentences, and states as badges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext

from regulars.domain.programmes.change_words import Difference
from regulars.domain.programmes.contracts import DraftState, StepKind
from regulars.domain.programmes.queries import Shelf
from regulars.interfaces.console.labels import Label
from regulars.interfaces.web import words


def told(changes: Sequence[Difference]) -> list[str]:
    """What differs, one sentence each."""
    return [words.sentence_case(words.said(each.words)) for each in changes]


def draft_state(state: DraftState) -> Label:
    """How far a draft is."""
    return {
        DraftState.open: Label(gettext("Being written")),
        DraftState.submitted: Label(gettext("Waits for a second person"), "warning"),
        DraftState.approved: Label(gettext("Approved"), "success"),
        DraftState.scheduled: Label(gettext("Scheduled"), "info"),
        DraftState.published: Label(gettext("Published"), "success"),
        DraftState.discarded: Label(gettext("Discarded")),
    }[state]


def step_said(kind: StepKind) -> str:
    """What was done to a draft."""
    return {
        StepKind.opened: gettext("Opened the draft"),
        StepKind.saved: gettext("Saved a text"),
        StepKind.joined: gettext("Joined a text with what somebody else had saved"),
        StepKind.renewed: gettext("Brought it up to date"),
        StepKind.submitted: gettext("Submitted it to a second person"),
        StepKind.withdrawn: gettext("Withdrew it"),
        StepKind.approved: gettext("Approved it"),
        StepKind.declined: gettext("Declined it"),
        StepKind.scheduled: gettext("Scheduled it"),
        StepKind.unscheduled: gettext("Took it from the schedule"),
        StepKind.published: gettext("Published it"),
        StepKind.discarded: gettext("Discarded it"),
        StepKind.stopped: gettext("It was due and could not be published"),
    }[kind]


def version_state(shelf: Shelf, version: int, *, now: datetime) -> Label:
    """Whether a version is planned, in force, over, or never was in force."""
    starts = [(start, each.version) for start, each in zip(shelf.starts, shelf.rulebooks, strict=True)]
    position = next(place for place, each in enumerate(starts) if each[1] == version)
    begins = starts[position][0]
    ends = starts[position + 1][0] if position + 1 < len(starts) else None
    if ends is not None and ends <= begins:
        return Label(gettext("Never in force"))
    if begins > now:
        return Label(gettext("Planned"), "info")
    if ends is None or ends > now:
        return Label(gettext("In force"), "success")
    return Label(gettext("Ended"))
