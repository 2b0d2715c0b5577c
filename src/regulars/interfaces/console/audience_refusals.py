"""Why an audience cannot be saved, in words for operators."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext

AUDIENCE_REFUSALS: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "audience_not_found": lambda: (
        gettext("There is no such audience"),
        gettext("The address names none of this programme."),
        gettext("Choose one from the list."),
    ),
    "audience_changed": lambda: (
        gettext("Somebody else changed it meanwhile"),
        gettext("Nothing of yours is saved yet, and nothing is lost."),
        gettext("Look at what they changed, and then save yours or take theirs."),
    ),
    "audience_circle": lambda: (
        gettext("The audiences go round in a circle"),
        gettext("This audience would be defined by itself, so nobody could say who is in it."),
        gettext("Ask for another audience, or for what that one asks for."),
    ),
    "audience_archived": lambda: (
        gettext("This audience is archived"),
        gettext("Its members do not change any more."),
        gettext("Take it out of the archive first."),
    ),
    "audience_code_in_use": lambda: (
        gettext("There is such an audience already"),
        gettext("Somebody added one of the same name just now."),
        gettext("Choose another name, or change the audience that is there."),
    ),
    "audience_in_use": lambda: (
        gettext("The rulebook asks for this audience"),
        gettext("What asks for it would not know any more who is meant."),
        gettext("Take it out of the rulebook first."),
    ),
    "bad_conditions": lambda: (
        gettext("The conditions cannot be asked of members"),
        gettext("Something that they name is gone, or they contradict each other."),
        gettext("Look through them, and correct what is marked."),
    ),
}
"""By code: title, detail, remedy."""
