"""By which terms a member may send points."""

from __future__ import annotations

from regulars.domain.programmes.words import transfer_words
from regulars.interfaces.portal.visit import Visit
from regulars.interfaces.web import words


def main_point_type(visit: Visit) -> str:
    """The points that members spend: the first point type of the rulebook."""
    return visit.shelf.in_force(visit.now).rulebook.point_types[0].id


def sending_is_allowed(visit: Visit) -> bool:
    """Whether members can send the points that the portal shows."""
    return visit.shelf.in_force(visit.now).transfers.allows(main_point_type(visit))


def terms_in_words(visit: Visit) -> list[str]:
    """The terms as sentences."""
    said = transfer_words(visit.shelf.in_force(visit.now).rulebook)
    return [words.sentence_case(words.said(each)) for each in said]
