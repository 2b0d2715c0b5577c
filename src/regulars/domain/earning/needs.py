"""What a merchant wants when looking for a way to earn; the library is sorted by it."""

from __future__ import annotations

from enum import StrEnum

from regulars.kernel.words import Sentence


class Need(StrEnum):
    """In the order in which the library shows them."""

    spending = "spending"
    return_ = "return"
    joining = "joining"
    discovering = "discovering"
    doing = "doing"
    more = "more"
    playing = "playing"
    own = "own"

    def words(self) -> Sentence:
        """As a heading."""
        return _WORDS[self]


_WORDS = {
    Need.spending: Sentence("Reward what they spend"),
    Need.return_: Sentence("Bring them back"),
    Need.joining: Sentence("Welcome them, and whoever they bring"),
    Need.discovering: Sentence("Let them discover something new"),
    Need.doing: Sentence("Reward what they do"),
    Need.more: Sentence("Give some members more than others"),
    Need.playing: Sentence("Add some luck"),
    Need.own: Sentence("Made for this installation"),
}
