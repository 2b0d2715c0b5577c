"""Why two members may be one person, in words. Read only."""

from __future__ import annotations

from regulars.domain.members.contracts import Likeness
from regulars.kernel.words import Sentence


def likeness_words(found: Likeness) -> Sentence:
    """What the two have in common; a door puts it into the reader's language."""
    if found.kind == "birthday":
        return Sentence("Both are called {name}, and have the same birthday.", {"name": found.value})
    if found.kind == "name":
        return Sentence("Both are called {name}.", {"name": found.value})
    return Sentence(
        "{what} {value} and {other_what} {other} are the same.",
        {
            "what": _kind(found.kind), "value": found.value, "other_what": _kind(found.other_kind),
            "other": found.other,
        },
    )  # fmt: skip


def _kind(kind: str) -> Sentence:
    if kind == "email":
        return Sentence("the e-mail address")
    if kind == "phone":
        return Sentence("the phone number")
    return Sentence("the card number") if kind == "card" else Sentence("the member number")
