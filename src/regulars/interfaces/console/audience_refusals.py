"""Refusals around audiences as an operator reads them: those whose words do not need what was refused."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext

AUDIENCE_REFUSALS: dict[str, Callable[[], tuple[str, str, str]]] = {
    "audience_not_found": lambda: (
        gettext("There is no such audience"),
        gettext("The address names no audience of this programme."),
        gettext("Choose one from the list of audiences."),
    ),
    "audience_in_use": lambda: (
        gettext("The rulebook asks for this audience"),
        gettext("A rule, a campaign or a measure would go by members that no longer change."),
        gettext("Take it out of the rulebook first; the page says where it is used."),
    ),
    "audience_archived": lambda: (
        gettext("This audience is archived"),
        gettext("Its members do not change any more."),
        gettext("Take it out of the archive first."),
    ),
    "audience_changed": lambda: (
        gettext("Somebody else changed it meanwhile"),
        gettext("What you saw is no longer how it is."),
        gettext("Look at it again, and make your change there."),
    ),
    "audience_not_a_list": lambda: (
        gettext("This audience is not a list"),
        gettext("Who is in it follows from its conditions."),
        gettext("Make another audience for the list."),
    ),
    "audience_unfit": lambda: (
        gettext("The conditions no longer fit the rulebook"),
        gettext("Something that they ask for is gone. Its members stay as they are."),
        gettext("Change the conditions, and save the audience."),
    ),
    "list_names_nobody": lambda: (
        gettext("The file names nobody"),
        gettext("Nobody would be in the audience any more."),
        gettext("Choose another column, or what stands in it."),
    ),
    "list_not_read": lambda: (
        gettext("The file is not read to its end"),
        gettext("Some rows were not looked at yet."),
        gettext("Wait a moment, and decide then."),
    ),
    "list_import_not_found": lambda: (
        gettext("This file is no longer there"),
        gettext("It was decided, or nobody decided it for a day."),
        gettext("Upload it again."),
    ),
    "run_not_undoable": lambda: (
        gettext("This cannot be undone"),
        gettext("It was undone before, or was no import."),
        gettext("Fill the list with the members who shall be in it."),
    ),
    "list_unreadable": lambda: (
        gettext("The file cannot be read"),
        gettext("It is empty, is no CSV in UTF-8, or has more than 100,000 rows."),
        gettext("Save it as CSV UTF-8, with a first line that names the columns."),
    ),
    "audience_circle": lambda: (
        gettext("The audiences go round in a circle"),
        gettext("This audience would be defined by itself, so nobody could say who is in it."),
        gettext("Ask for another audience, or for what that one asks for."),
    ),
    "audience_code_in_use": lambda: (
        gettext("There is such an audience already"),
        gettext("Somebody added one of the same name just now."),
        gettext("Choose another name, or change the audience that is there."),
    ),
    "bad_conditions": lambda: (
        gettext("The conditions cannot be asked of members"),
        gettext("Something that they name is gone, or they contradict each other."),
        gettext("Look through them, and correct what is marked."),
    ),
}
