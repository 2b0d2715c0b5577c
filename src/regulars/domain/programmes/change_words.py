"""What differs between two rulebooks, in sentences: 'Tier “Gold” now needs 1,200 instead of 1,000 points'.

Complete: where two documents differ there is a sentence, and what the sentence shows is what differs.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.limits_words import campaign_words
from regulars.domain.earning.rules import EarnRule
from regulars.domain.earning.strategy import Terms
from regulars.domain.programmes.change_names import GONE, NEW, SECTIONS, WHO
from regulars.domain.programmes.change_values import each_words, earn_words, label, plain_words, value_words
from regulars.domain.programmes.changes import WHOLE, Change, Kind, Place, changes_between, complete
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.programmes.words import rule_words, score_words, tier_words
from regulars.domain.tiers.ladder import Ladder, Tier
from regulars.kernel.words import Language, Money, Sentence, listing

Version = Rulebook | Mapping[str, Any]
"""A rulebook, or the values of a text that may not be one yet."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. place: where, by ids; before, after: the values as JSON; of what moved, its places."""

    place: Place
    kind: Kind
    words: Sentence
    before: Any
    after: Any

    @property
    def path(self) -> str:
        """earn_rules/base/earn/points."""
        return "/".join(self.place)


def differences(before: Version, after: Version) -> list[Difference]:
    """Everything that differs, in the order of the document; empty where nothing does."""
    one, other = _sides(before, after)
    told = _Telling(one, other)
    return [
        Difference(each.place, each.kind, told.sentence(each), each.before, each.after)
        for each in changes_between(one.document, other.document)
    ]


_CLAUSES = WHOLE | {"down", "rounding"}
"""Fields whose values are told in whole clauses."""


class _Side:
    """One of the two documents, and the names in it."""

    def __init__(self, document: Mapping[str, Any], rulebook: Rulebook | None) -> None:
        self.document = document
        self.rulebook = rulebook
        self.terms = _names_in(document) if rulebook is None else rulebook.terms()

    def items(self, place: Place) -> tuple[list[tuple[str, dict[str, Any]]], Place]:
        """The items on the way to the place, each with the name of its list, and the way on from the last of them."""
        node: Any = self.document
        found: list[tuple[str, dict[str, Any]]] = []
        rest = place
        for depth, step in enumerate(place):
            if isinstance(node, list):
                node = next((each for each in node if isinstance(each, dict) and each.get("id") == step), None)
                if node is None:
                    break
                found.append((place[depth - 1], node))
                rest = place[depth + 1 :]
            else:
                node = node.get(step) if isinstance(node, dict) else None
        return found, rest


def _sides(before: Version, after: Version) -> tuple[_Side, _Side]:
    """Both with every field where both are rulebooks; as they are written, where one of them is none yet."""
    read = [_read(each) for each in (before, after)]
    if read[0] is not None and read[1] is not None:
        return _Side(complete(read[0]), read[0]), _Side(complete(read[1]), read[1])
    raw = [each.document() if isinstance(each, Rulebook) else complete(each) for each in (before, after)]
    return _Side(raw[0], read[0]), _Side(raw[1], read[1])


def _read(version: Version) -> Rulebook | None:
    if isinstance(version, Rulebook):
        return version
    try:
        return Rulebook.model_validate(version)
    except ValidationError:
        return None


def _names_in(document: Mapping[str, Any]) -> Terms:
    """What can be named of a document that is no rulebook yet."""

    def names(field: str) -> dict[str, str]:
        items = document.get(field)
        listed = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
        return {str(each.get("id")): str(each.get("name") or each.get("id")) for each in listed}

    return Terms(
        currency=str(document.get("currency", "")), point_names=names("point_types"), rule_names=names("earn_rules")
    )


class _Telling:
    """Makes the sentences. What is there afterwards is named by the later document, what is gone by the earlier one."""

    def __init__(self, before: _Side, after: _Side) -> None:
        self._before = before
        self._after = after

    def sentence(self, change: Change) -> Sentence:
        """One change in words."""
        if change.place[0] == "translations":
            return _translated(change)
        there = self._before if change.kind == "removed" else self._after
        items, rest = there.items(change.place)
        if items and not rest:
            return self._of_item(change, there, items)
        if not items:  # the section itself, or a list that came or went as a whole
            items = self._before.items(change.place)[0]
        who = self._who(change, items)
        return self._of_special(change, items, rest, who) or self._of_field(change, who)

    def _of_item(self, change: Change, there: _Side, items: list[tuple[str, dict[str, Any]]]) -> Sentence:
        section, item = items[-1]
        name = str(item.get("name") or item.get("id"))
        if change.kind == "moved":
            values = {"who": self._who(change, items), "after": change.after, "before": change.before}
            return Sentence("{who} is number {after} in the list instead of number {before}", values)
        words = _item_words(change.place, section, item, items, there)
        templates = GONE if change.kind == "removed" else NEW
        if section in templates:
            return Sentence(templates[section], {"name": name, "words": words})
        template = "Removed: “{name}”, {words}" if change.kind == "removed" else "New: “{name}”, {words}"
        return Sentence(template, {"name": name, "words": words})

    def _who(self, change: Change, items: list[tuple[str, dict[str, Any]]]) -> Sentence:
        if not items:
            return SECTIONS.get(change.place[0] if len(change.place) > 1 else "", SECTIONS[""])
        section, item = items[-1]
        name = str(item.get("name") or item.get("id"))
        return Sentence(WHO.get(section, "“{name}”"), {"name": name})

    def _of_special(
        self, change: Change, items: list[tuple[str, dict[str, Any]]], rest: Place, who: Sentence
    ) -> Sentence | None:
        """What is told in a sentence of its own, because it is what people look for first."""
        if change.kind == "changed" and rest == ("name",):
            return Sentence("“{before}” is now called “{after}”", {"before": change.before, "after": change.after})
        if change.kind == "changed" and rest[-1:] == ("from_score",):
            return self._threshold(change, items, who)
        if rest == ("earn", "points") and items[-1][1]["earn"].get("strategy") == "points_per_amount":
            return self._rate(change, items[-1][1]["earn"], who)
        if rest == ("earn",):
            values = {
                "who": who,
                "after": self._gives(self._after, change),
                "before": self._gives(self._before, change),
            }
            return Sentence("{who} now gives: {after}; before: {before}", values)
        if rest in (("when",), ("lines",)):
            return self._asked(change, rest[0], who)
        return None

    def _of_field(self, change: Change, who: Sentence) -> Sentence:
        if isinstance(change.before or change.after, list) and isinstance(change.after or [], list):
            told = self._of_list(change, who)
            if told is not None:
                return told
        before = value_words(change.place, change.before, self._before.terms)
        after = value_words(change.place, change.after, self._after.terms)
        if change.kind == "changed" and _reads_alike(before, after):  # the words leave out what differs
            before = plain_words(change.place, change.before, self._before.terms)
            after = plain_words(change.place, change.after, self._after.terms)
        if change.kind == "changed" and _reads_alike(before, after):
            before, after = json.dumps(change.before), json.dumps(change.after)
        values = {"who": who, "label": label(change.place), "before": before, "after": after}
        if change.kind == "added":
            return Sentence("{who}, {label}: {after}, and nothing was stated before", values)
        if change.kind == "removed":
            return Sentence("{who}, {label}: no longer stated; before, it was {before}", values)
        if isinstance(before, Decimal | Money) and type(before) is type(after):
            rises = change.after > change.before
            template = (
                "{who}, {label}: up from {before} to {after}"
                if rises
                else "{who}, {label}: down from {before} to {after}"
            )
            return Sentence(template, values)
        if change.place[-1] in _CLAUSES:
            return Sentence("{who}, {label}: {after}; before: {before}", values)
        return Sentence("{who}, {label}: {after} instead of {before}", values)

    def _of_list(self, change: Change, who: Sentence) -> Sentence | None:
        """What came and what went of a list; None where the words of both are the same."""
        was, now = (
            Counter(json.dumps(each, sort_keys=True) for each in side or []) for side in (change.before, change.after)
        )
        came = [each_words(change.place, json.loads(each), self._after.terms) for each in (now - was).elements()]
        went = [each_words(change.place, json.loads(each), self._before.terms) for each in (was - now).elements()]
        values: dict[str, object] = {"who": who, "label": label(change.place)}
        if not came and not went:
            order = [each_words(change.place, each, self._after.terms) for each in change.after]
            return Sentence("{who}, {label}: in another order, {after}", values | {"after": _row(order)})
        if [str(each) for each in came] == [str(each) for each in went]:
            return None
        if not went:
            return Sentence("{who}, {label}: now also {came}", values | {"came": _row(came)})
        if not came:
            return Sentence("{who}, {label}: no longer {went}", values | {"went": _row(went)})
        return Sentence("{who}, {label}: {came} instead of {went}", values | {"came": _row(came), "went": _row(went)})

    def _threshold(self, change: Change, items: list[tuple[str, dict[str, Any]]], who: Sentence) -> Sentence | None:
        before, after = (self._score(side, change, items, value) for side, value in
                         ((self._before, change.before), (self._after, change.after)))  # fmt: skip
        if before is None or after is None or str(before) == str(after):
            return None
        return Sentence("{who} now needs {after} instead of {before}", {"who": who, "after": after, "before": before})

    def _score(
        self, side: _Side, change: Change, items: list[tuple[str, dict[str, Any]]], value: Any
    ) -> Sentence | None:
        found, _ = side.items(change.place[:2])
        try:
            ladder = Ladder.model_validate(found[-1][1])
        except (ValidationError, IndexError):
            return None
        return score_words(ladder, Decimal(str(value)), side.terms)

    def _rate(self, change: Change, earn: Mapping[str, Any], who: Sentence) -> Sentence | None:
        before, after = (value_words(change.place, each, self._after.terms) for each in (change.before, change.after))
        per = value_words(("earn", "per"), earn.get("per", 1), self._after.terms)
        values = {"who": who, "before": before, "after": after, "per": per}
        if change.kind != "changed" or not isinstance(before, Decimal) or not isinstance(after, Decimal):
            return None
        if after > before:
            return Sentence("{who}: the rate rises from {before} to {after} points per {per}", values)
        return Sentence("{who}: the rate falls from {before} to {after} points per {per}", values)

    def _gives(self, side: _Side, change: Change) -> object:
        rule = side.items(change.place)[0][-1][1]
        earn: Any = rule.get("earn")
        try:
            return earn_words(earn, rule, side.terms)
        except (ValidationError, TypeError, ValueError):
            return plain_words(change.place, earn, side.terms)

    def _asked(self, change: Change, field: str, who: Sentence) -> Sentence | None:
        before = value_words(change.place, change.before, self._before.terms)
        after = value_words(change.place, change.after, self._after.terms)
        if change.kind == "changed" and _reads_alike(before, after):
            return None
        values = {"who": who, "before": before, "after": after}
        of_lines = field == "lines"
        if change.kind == "added":
            template = "{who} now counts only what you buy where {after}" if of_lines else "{who} now asks that {after}"
        elif change.kind == "removed":
            template = (
                "{who} counts everything you buy, no longer only where {before}"
                if of_lines
                else "{who} no longer asks that {before}"
            )
        else:
            template = (
                "{who} counts what you buy where {after}; before, where {before}"
                if of_lines
                else "{who} now asks that {after}; before, that {before}"
            )
        return Sentence(template, values)


def _item_words(
    place: Place, section: str, item: dict[str, Any], items: list[tuple[str, dict[str, Any]]], side: _Side
) -> object:
    """An item that came or went, as a whole."""
    try:
        if section == "earn_rules":
            return rule_words(EarnRule.model_validate(item), side.terms)
        if section == "campaigns":
            return campaign_words(Campaign.model_validate(item), side.terms)
        if section == "tiers":
            return tier_words(Ladder.model_validate(items[-2][1]), Tier.model_validate(item), side.terms)
    except (ValidationError, KeyError, ValueError):
        pass
    parts = {
        key: each
        for key, each in item.items()
        if not _is_usual(each) and key not in ("id", *_TOLD.get(section, ("name",)))
    }
    return plain_words((*place, section), parts or {"id": item.get("id")}, side.terms)


_TOLD = {"tiers": (), "campaigns": ()}
"""Items whose sentence does not begin with their name."""


def _is_usual(value: object) -> bool:
    return value is None or value is False or value in ([], {}, "")


def _translated(change: Change) -> Sentence:
    """A text in another language, or all of a language."""
    values: dict[str, object] = {"language": Language(change.place[1]), "before": change.before, "after": change.after}
    if len(change.place) == 2:
        texts = change.after if change.kind == "added" else change.before
        values |= {
            "texts": _row(
                [Sentence("“{text}” as “{after}”", {"text": key, "after": each}) for key, each in texts.items()]
            )
        }
        if change.kind == "added":
            return Sentence("New language, {language}: {texts}", values)
        return Sentence("{language} is removed: {texts}", values)
    values["text"] = change.place[2]
    if change.kind == "added":
        return Sentence("In {language}, “{text}” now reads “{after}”", values)
    if change.kind == "removed":
        return Sentence("In {language}, “{text}” is no longer translated; before, it read “{before}”", values)
    return Sentence("In {language}, “{text}” now reads “{after}” instead of “{before}”", values)


def _reads_alike(before: object, after: object) -> bool:
    one, other = (str(Sentence("{value}", {"value": each})) for each in (before, after))
    return one == other


def _row(parts: list[object]) -> Sentence:
    said: list[Sentence | str] = [
        each if isinstance(each, Sentence) else Sentence("{value}", {"value": each}) for each in parts
    ]
    return listing(said)
