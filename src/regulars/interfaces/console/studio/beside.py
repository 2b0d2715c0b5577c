"""What stands beside the form: its words, what it changes, what is worth a look, a sample order, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils import translation
from django.utils.translation import get_language
from pydantic import ValidationError

from regulars.domain.earning.campaigns import Campaign
from regulars.domain.earning.conditions import OPERATORS
from regulars.domain.earning.limits_words import campaign_words
from regulars.domain.earning.rules import EarnRule
from regulars.domain.programmes.change_words import Difference
from regulars.domain.programmes.contracts import Draft, DraftState
from regulars.domain.programmes.findings import Finding
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.programmes.words import rule_words
from regulars.flows.edit_draft import Edited
from regulars.flows.look_at_draft import look_at_draft
from regulars.interfaces.console.conditions.offers import Offers
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.console.rulebook.drafts import next_steps
from regulars.interfaces.console.rulebook.shown import told
from regulars.interfaces.console.rulebook.trying import Tried
from regulars.interfaces.console.structure.reading import Read
from regulars.interfaces.console.studio.pieces import Piece
from regulars.interfaces.console.studio.sample import sample_form
from regulars.interfaces.web import words

_LINES = "line."


@dataclass(frozen=True, slots=True)
class Saying:
    """What it says in one language. language: its name; code: for the page; empty: the reader's own."""

    language: str
    code: str
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Usual:
    """Values that a rulebook asks for already, by the field of the line."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def suggested(self, offers: Offers) -> Offers:
        """The offers with these values as suggestions."""
        fields = {
            name: replace(each, suggested=each.suggested or self.values.get(name, ()))
            for name, each in offers.fields.items()
        }
        return replace(offers, fields=fields)


def usual_in(values: Mapping[str, Any]) -> Usual:
    """What the conditions and rates of a document ask of lines."""
    found: dict[str, set[str]] = {}
    for name, value in _asked(values.get("earn_rules")):
        if name.startswith(_LINES) and isinstance(value, str):
            found.setdefault(name, set()).add(value)
    return Usual({name: tuple(sorted(each, key=str.casefold)) for name, each in found.items()})


def _asked(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, list):
        for each in node:
            yield from _asked(each)
    elif isinstance(node, dict):
        if isinstance(node.get("field"), str):
            for operator in OPERATORS:
                given = node.get(operator)
                yield from ((node["field"], each) for each in (given if isinstance(given, list) else [given]))
        if isinstance(node.get("rates"), dict):
            yield from ((f"{_LINES}{node.get('by', 'category')}", each) for each in node["rates"])
        for each in node.values():
            yield from _asked(each)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is typed on a page, and what is known about it. called: its name; empty while it has none.

    documents: the pieces as they are typed, by what the names of their fields begin with. rulebook: as it was read.
    errors: findings that no field stands for; warnings: about the pieces.
    """

    desk: Desk
    found: Draft | None
    sent: QueryDict | None
    called: str
    pieces: tuple[Piece, ...]
    documents: Mapping[str, Mapping[str, Any]]
    edited: Edited
    read: Read
    rulebook: Rulebook
    errors: list[Finding]
    warnings: list[Finding]
    changes: list[Difference]

    def seen(self) -> dict[str, Any]:
        """What it means."""
        is_complete = not self.read.problems
        return {
            "sayings": self._sayings(),
            "warnings": self.warnings if is_complete else [],
            "others": self.errors if is_complete else [],
            "changes": told(self.changes) if self.called else [],
            "kept": self.read.kept,
            "draft": self.found,
            "is_unsaved": self._is_unsaved(),
        }

    def _is_unsaved(self) -> bool:
        """Whether what can be done with the draft would not be done with what stands in the form."""
        if self.found is None or self.found.state not in (DraftState.open, DraftState.approved):
            return False
        return bool(self.read.problems) or self.edited.text != self.found.text

    def tried(self, *, trying: bool) -> dict[str, Any]:
        """The sample order, and what it would give where it was tried."""
        form = sample_form(self.desk, self.sent, trying=trying, category=self._category())
        tried: Tried | None = None
        rulebook = self.edited.checked.rulebook
        can_try = rulebook is not None and not self.read.problems
        if trying and can_try and rulebook is not None:
            tried = form.try_it(self.desk, rulebook)
        own = {str(each["id"]) for each in self.documents.values()}
        rules = [] if tried is None else sorted(tried.rules, key=lambda each: each.code not in own)
        return {"sample": form, "tried": tried, "tried_rules": rules, "cannot_try": trying and not can_try}

    def next(self) -> dict[str, Any]:
        """What can be done with the draft now."""
        if self.found is None:
            return {"draft": None, "is_open": True}
        look = look_at_draft(self.desk.conn, self.found, of=self.desk.programme, now=self.desk.now)
        return next_steps(self.desk, self.found, look)

    def _category(self) -> str:
        """The first category that the rule asks for, for the sample."""
        asked = _asked(self.documents.get("rule", {}).get("lines"))
        return next((str(value) for name, value in asked if name == f"{_LINES}category" and value is not None), "")

    def _sayings(self) -> list[Saying]:
        rulebook = self.edited.checked.rulebook
        own = get_language() or "en"
        said = [Saying("", "", self._sentences(rulebook, own))]
        if rulebook is not None and self.called:
            for code in rulebook.translations:
                if code != own:
                    with translation.override(code):
                        sentences = self._sentences(rulebook, code)
                    said.append(Saying(words.language(code), code, sentences))
        return [each for each in said if each.sentences]

    def _sentences(self, rulebook: Rulebook | None, language: str) -> list[str]:
        """What members read, campaign first; of a piece that is not complete yet nothing."""
        told_in = None if rulebook is None else rulebook.in_language(language)
        terms = (told_in or self.rulebook).terms()
        sentences = []
        for piece in self.pieces:
            document = self.documents[piece.prefix]
            try:
                if piece.section == "campaigns":
                    campaign = Campaign.model_validate(document)
                    campaign = terms.campaigns.get(campaign.id, campaign)
                    terms = terms.model_copy(update={"campaigns": {**terms.campaigns, campaign.id: campaign}})
                    if not campaign.model_dump(exclude={"id", "name"}, exclude_none=True):
                        continue  # there is only its name to be said, which its rule says as well
                    said = campaign_words(campaign, terms)
                else:
                    rule = EarnRule.model_validate(document)
                    if told_in is not None:
                        rule = next((each for each in told_in.earn_rules if each.id == rule.id), rule)
                    said = rule_words(rule, terms)
            except (ValidationError, ValueError):
                continue
            sentences.append(words.sentence_case(words.said(said)))
        return sentences
