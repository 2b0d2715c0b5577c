"""Why a draft of the rulebook does not go on, in words for operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext

from regulars.flows.draft_refusals import Clash
from regulars.interfaces.web import words

DRAFT_REFUSALS: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "draft_not_found": lambda: (
        gettext("There is no such draft"),
        gettext("No draft of this programme has this number."),
        gettext("Choose one from the list."),
    ),
    "notice_not_found": lambda: (
        gettext("There is no such notice"),
        gettext("You have no notice with this number."),
        gettext("Choose one from your list."),
    ),
    "rule_not_found": lambda: (
        gettext("There is no such rule"),
        gettext("No rule of this draft is called like that; perhaps a colleague took it out."),
        gettext("Choose one from the list of rules."),
    ),
    "campaign_not_found": lambda: (
        gettext("There is no such campaign"),
        gettext("No campaign is called like that here; perhaps a colleague took it out."),
        gettext("Choose one from the list of campaigns."),
    ),
    "no_history": lambda: (
        gettext("There is no history to play yet"),
        gettext("Nobody has bought or done anything so far."),
        gettext("Come back when orders have come in, or when older ones are imported."),
    ),
    "draft_done": lambda: (
        gettext("Nobody works on this draft any more"),
        gettext("It was published or discarded meanwhile."),
        gettext("Open a new draft; this one stays to be read."),
    ),
    "draft_state": lambda: (
        gettext("The draft is not as far as that, or further"),
        gettext("A colleague took it a step further, or back."),
        gettext("Look at the page again: it shows what can be done now."),
    ),
    "draft_submitted": lambda: (
        gettext("The draft waits for a second person"),
        gettext("What somebody else is looking at does not change meanwhile."),
        gettext("Withdraw it first, or wait for the decision."),
    ),
    "draft_scheduled": lambda: (
        gettext("The draft is scheduled"),
        gettext("What comes into force by itself does not change meanwhile."),
        gettext("Take it from the schedule first."),
    ),
    "draft_needs_approval": lambda: (
        gettext("A second person has to approve it first"),
        gettext("The rulebook asks for a second person, or points would expire at once."),
        gettext("Submit it, and let a colleague approve it."),
    ),
    "draft_changes_nothing": lambda: (
        gettext("The draft changes nothing"),
        gettext("It says the same as the latest version."),
        gettext("Change something in it, or discard it."),
    ),
    "own_draft": lambda: (
        gettext("A second person has to approve"),
        gettext("You wrote a part of this draft, or submitted it."),
        gettext("Let a colleague approve it."),
    ),
    "schedule_in_the_past": lambda: (
        gettext("That instant is over"),
        gettext("A draft is scheduled for a later time."),
        gettext("Choose a later time, or publish it now."),
    ),
    "version_planned": lambda: (
        gettext("Another version begins after it"),
        gettext("A version is published already that begins later, and would take the place of this one."),
        gettext("Choose a later time, or call the planned version off by going back first."),
    ),
    "version_in_force": lambda: (
        gettext("This version is in force"),
        gettext("Going back to it would change nothing."),
        gettext("Choose a version that says something else."),
    ),
    "file_of_another_programme": lambda: (
        gettext("This file belongs to another programme"),
        gettext("It says from which programme it was exported, and that is another one."),
        gettext("Import it there, or say that you want to take it over."),
    ),
    "copy_from_elsewhere": lambda: (
        gettext("That programme cannot be copied from"),
        gettext("It is the same programme, or belongs to another merchant."),
        gettext("Choose another programme of yours."),
    ),
    "rulebook_of_another_programme": lambda: (
        gettext("This rulebook belongs to another programme"),
        gettext("Its currency or its time zone is another one."),
        gettext("Set both to those of this programme."),
    ),
    "pause_unknown": lambda: (
        gettext("There is nothing of that name to pause"),
        gettext("The rulebook in force has no such rule or campaign."),
        gettext("Open the page again, and choose from the list."),
    ),
}
"""By code: title, detail, remedy."""

_CLASHES: Mapping[str, Callable[[], tuple[str, str]]] = {
    "draft_changed": lambda: (
        gettext("Somebody else changed the draft meanwhile"),
        gettext("Join both changes, or look at theirs and make yours in it. Nothing was saved."),
    ),
    "draft_conflict": lambda: (
        gettext("Both changed the same thing"),
        gettext("Decide which of the two should hold, write that, and save again. Nothing was saved."),
    ),
    "draft_out_of_date": lambda: (
        gettext("Another version was published meanwhile"),
        gettext("Bring the draft up to date, look at it again, and go on."),
    ),
}


def clash_said(clash: Clash) -> tuple[str, str, str]:
    """Title, detail, remedy of what two people changed: with what differs, in the reader's language."""
    title, remedy = _CLASHES[clash.code]()
    told = " ".join(words.sentence_case(words.said(each.words)) for each in clash.changes[:5])
    return title, told or gettext("The text alone differs, and not what it says."), remedy
