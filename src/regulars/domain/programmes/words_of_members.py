"""What a rulebook keeps and asks about members, in plain words."""

from __future__ import annotations

from regulars.domain.programmes.rulebook import Rulebook
from regulars.kernel.words import Sentence, listing


def kept_words(rulebook: Rulebook) -> tuple[Sentence, ...]:
    """What is kept about members, and what they are asked to allow; nothing where there is nothing."""
    said = []
    for template, names in (
        ("The programme keeps: {names}", [each.name for each in rulebook.member_fields]),
        ("You are asked whether you allow: {names}", [each.name for each in rulebook.consents]),
    ):
        if names:
            said.append(Sentence(template, {"names": listing([Sentence("{name}", {"name": each}) for each in names])}))
    return tuple(said)
