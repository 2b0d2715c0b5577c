"""Why members cannot be merged, or taken apart again: title, detail, remedy."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext

MERGING: dict[str, Callable[[], tuple[str, str, str]]] = {
    "member_merged": lambda: (
        gettext("The member is part of another one"),
        gettext("The two were one person, and everything is with the other member."),
        gettext("Use the other member, or undo the merge first."),
    ),
    "merge_with_itself": lambda: (
        gettext("This is the same member"),
        gettext("A member cannot be merged with itself."),
        gettext("Choose the other of the two."),
    ),
    "merge_points_held": lambda: (
        gettext("Points of the duplicate are set aside"),
        gettext("They are held for something that is not decided yet."),
        gettext("Confirm or let go what they are held for first."),
    ),
    "merge_adjustments_wait": lambda: (
        gettext("Adjustments of the duplicate wait for approval"),
        gettext("They are about points that would be with the other member."),
        gettext("Approve or decline them first."),
    ),
    "merge_in_household": lambda: (
        gettext("The duplicate is in a household"),
        gettext("Others of the household see or use the points."),
        gettext("Take the duplicate out of the household first."),
    ),
    "merge_final": lambda: (
        gettext("It is too late to undo the merge"),
        gettext("A merge can be undone for 30 days."),
        gettext("Enrol the person anew, and give points."),
    ),
    "merge_undone": lambda: (
        gettext("The merge was undone before"),
        gettext("The two are members of their own again."),
        gettext("Nothing is to be done."),
    ),
    "distinction_not_found": lambda: (
        gettext("There is no such decision"),
        gettext("Nobody told these two members apart."),
        gettext("Look at the list of members who were told apart."),
    ),
    "distinction_undone": lambda: (
        gettext("The decision was taken back before"),
        gettext("The two are among the likely duplicates again."),
        gettext("Nothing is to be done."),
    ),
    "merge_not_last": lambda: (
        gettext("Another merge came after this one"),
        gettext("Merges are undone in reverse order."),
        gettext("Undo the later merge first."),
    ),
}
