"""What a rulebook keeps and asks about members, and what they do besides buying, in plain words."""

from __future__ import annotations

from regulars.domain.earning.rules import EarnRule
from regulars.domain.earning.strategy import Terms
from regulars.domain.programmes.event_types import STANDARD, event_name
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


_WHEN = {
    "member.enrolled": "{rest}, when you join",
    "member.birthday": "{rest}, on your birthday",
    "member.anniversary": "{rest}, each year on the day on which you joined",
    "member.inactive": "{rest}, when nothing has come from you for a while",
}


def when_words(rule: EarnRule, terms: Terms, rest: Sentence) -> Sentence:
    """What the rule gives, with the event that it waits for."""
    if rule.on in _WHEN:
        return Sentence(_WHEN[rule.on], {"rest": rest})
    name = terms.event_names.get(rule.on)
    if name is None and rule.on not in STANDARD:
        return Sentence("{rest}, for every event “{event}”", {"rest": rest, "event": rule.on})
    event = event_name({}, rule.on) if name is None else Sentence("{name}", {"name": name})
    return Sentence("{rest}, for: {event}", {"rest": rest, "event": event})


_WAITS = {
    "member.birthday": "on your birthday",
    "member.anniversary": "each year on the day on which you joined",
    "member.inactive": "when nothing has come from you for a while",
}


def waits_words(rule: EarnRule, terms: Terms) -> Sentence:
    """What the rule waits for, by itself: 'on your birthday', 'for: A review'. Not for orders and for joining."""
    if rule.on in _WAITS:
        return Sentence(_WAITS[rule.on])
    name = terms.event_names.get(rule.on)
    if name is None and rule.on not in STANDARD:
        return Sentence("for every event “{event}”", {"event": rule.on})
    return Sentence("for: {event}", {"event": event_name({}, rule.on) if name is None else name})


_ONCE = {
    "member": "{event}: counts once",
    "member+subject": "{event}: counts once about each thing",
    "member+day": "{event}: counts once a day",
}


def once_words(rulebook: Rulebook) -> tuple[Sentence, ...]:
    """Which activities count only so often."""
    declared = {each.id: each for each in rulebook.event_types}
    return tuple(
        Sentence(_ONCE[each.once_per], {"event": event_name(declared, each.id)})
        for each in rulebook.event_types
        if each.once_per is not None
    )
