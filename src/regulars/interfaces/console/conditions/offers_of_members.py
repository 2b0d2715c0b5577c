"""What can be asked of every member, as the form of an audience offers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext

from regulars.domain.earning.facts import TIER
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.member_vocabulary import Vocabulary
from regulars.interfaces.console.conditions.offers import Offer, Offers, offer, topic_words
from regulars.kernel.words import Sentence


def member_offers(
    vocabulary: Vocabulary,
    rulebook: Rulebook,
    *,
    hidden: Collection[str] = (),
    suggested: Mapping[str, Sequence[str]] | None = None,
) -> Offers:
    """The vocabulary of audiences. hidden: fields that are not offered anew. suggested: usual values by field."""
    usual = suggested or {}
    labels = tier_labels(rulebook)
    found: dict[str, Offer] = {}
    for name, each in vocabulary.fields.items():
        found[name] = offer(
            each.fact,
            topic_words(each.topic),
            vocabulary.terms,
            choices=_in_words(each.choices) if name == "member.status" else each.choices,
            suggested=tuple(usual.get(name, ())),
            label=labels.get(name, ""),
        )
    return Offers(found, vocabulary.terms, hidden=frozenset(hidden))


def tier_labels(rulebook: Rulebook) -> dict[str, str]:
    """Of several ladders each has to say its name; where there is but one, it is simply the member's tier."""
    if len(rulebook.ladders) < 2:
        return {}
    return {
        f"{TIER}{ladder.id}": gettext("The member's tier in %(ladder)s") % {"ladder": ladder.name}
        for ladder in rulebook.ladders
    }


def _in_words(choices: Mapping[str, str]) -> dict[str, str]:
    """Choices that are words of ours, and not names of the merchant."""
    return {value: Sentence(name).render(gettext, str) for value, name in choices.items()}
