"""What a rule can ask of an event, its lines and the member, as the form of a rule offers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from django.utils.translation import gettext

from regulars.domain.earning.facts import AUDIENCE, CONSENT, DATA, FACTS, FIELD, TIER, Fact, fact_of
from regulars.domain.earning.measures import HISTORY, NO_MEASURES, Measures, by_id
from regulars.domain.earning.strategy import Terms
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.member_vocabulary import KIND_OF
from regulars.interfaces.console.conditions.offers import Offer, Offers, offer, topic_words
from regulars.interfaces.console.conditions.offers_of_members import tier_labels

_TOPICS = {"order": "order", "event": "order", "time": "time", "line": "line", "member": "member"}


def rule_offers(
    rulebook: Rulebook,
    *,
    part: Literal["when", "lines"],
    audience_names: Mapping[str, str] | None = None,
    event: str = "order",
) -> Offers:
    """What `when` of a rule may ask of the event and the member, or `lines` of each line.

    audience_names: of the programme, by code. event: the type that the rule waits for; its own fields are offered.
    """
    terms = rulebook.terms().model_copy(update={"audience_names": dict(audience_names or {})})
    if part == "lines":
        offers = (offer(fact, topic_words("line"), terms) for fact in FACTS.values() if fact.of == "line")
        return Offers({each.fact.name: each for each in offers}, terms)
    found = [*_of_events(terms), *_of_members(rulebook, terms), *_of_data(rulebook, event, terms)]
    return Offers({each.fact.name: each for each in found}, terms, with_data=True)


def _of_events(terms: Terms) -> Iterator[Offer]:
    for fact in FACTS.values():
        if fact.of != "line":
            yield offer(fact, topic_words(_TOPICS[fact.name.partition(".")[0]]), terms)


def _of_members(rulebook: Rulebook, terms: Terms) -> Iterator[Offer]:
    for each in rulebook.member_fields:
        fact = replace(_fact(f"{FIELD}{each.id}"), kind=KIND_OF[each.kind])
        options = {option.id: option.name for option in each.options}
        yield offer(fact, topic_words("fields"), terms, choices=options)
    for consent in rulebook.consents:
        yield offer(_fact(f"{CONSENT}{consent.id}"), topic_words("fields"), terms)
    measures = by_id(rulebook.measures)
    for name in measures:
        yield offer(_fact(f"{HISTORY}{name}", measures), topic_words("history"), terms)
    labels = tier_labels(rulebook)
    for ladder in rulebook.ladders:
        name = f"{TIER}{ladder.id}"
        tiers = {tier.id: tier.name for tier in ladder.tiers}
        yield offer(_fact(name), topic_words("tiers"), terms, choices=tiers, label=labels.get(name, ""))
    for code in terms.audience_names:
        yield offer(_fact(f"{AUDIENCE}{code}"), topic_words("audiences"), terms)


def _of_data(rulebook: Rulebook, event: str, terms: Terms) -> Iterator[Offer]:
    """The fields that the event type declares. Rules compare them as they come, whatever their kind."""
    for event_type in rulebook.event_types:
        for each in event_type.fields if event_type.id == event else ():
            found = offer(_fact(f"{DATA}{each.id}"), topic_words("data"), terms, label=each.name)
            flags = {"true": gettext("yes"), "false": gettext("no")}
            yield replace(found, choices=flags, hint="") if each.kind == "flag" else found


def _fact(name: str, measures: Measures = NO_MEASURES) -> Fact:
    found = fact_of(name, measures)
    if found is None:
        raise LookupError(f"there is no fact {name}")
    return found
