"""The campaign studio: one campaign on one page, in five short steps, with its words and a sample order beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from pydantic import TypeAdapter

from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.rules import strategies_by_name
from regulars.domain.earning.strategy_help import library
from regulars.domain.programmes.contracts import Draft
from regulars.domain.programmes.parts import items, renamed
from regulars.flows.edit_draft import Part, require_part
from regulars.interfaces.console.conditions.chips import Chip
from regulars.interfaces.console.conditions.showing import Choice
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.structure.rule_specs import (
    budget_spec,
    date_specs,
    earn_specs,
    limits_spec,
    lines_spec,
    member_limit_spec,
    names_of,
    other_limit_specs,
    trigger_specs,
    when_spec,
)
from regulars.interfaces.console.structure.specs import Spec
from regulars.interfaces.console.structure.wholes import name_spec
from regulars.interfaces.console.studio.common_choices import line_chips, when_chips
from regulars.interfaces.console.studio.drafts_offered import drafts_offered
from regulars.interfaces.console.studio.editor import Editor
from regulars.interfaces.console.studio.pieces import Piece
from regulars.interfaces.web import words

_CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)


@operator_page("campaigns")
def new_campaign(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A campaign that is not there yet; the draft begins when it is saved."""
    return _Studio(request, desk, None, None).answer()


@operator_page("campaigns")
def campaign_in_draft(request: HttpRequest, desk: Desk, number: int, campaign: str) -> HttpResponse:
    """A campaign of a draft."""
    return _Studio(request, desk, number, campaign).answer()


@operator_page("campaigns")
def change_campaign(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """A campaign that is in force, to be changed in a draft that begins when it is saved."""
    return _Studio(request, desk, None, campaign).answer()


class _Studio(Editor):
    """campaign: its id; None: a new one."""

    template = "console/campaigns/studio.html"

    def __init__(self, request: HttpRequest, desk: Desk, number: int | None, campaign: str | None) -> None:
        self._code = campaign
        super().__init__(request, desk, number)

    def begin(self) -> tuple[Piece, ...]:
        campaign = {} if self._code is None else require_part(self.values, Part("campaigns", self._code))
        rule = self._own_rules[0] if self._own_rules else self._new_rule()
        names = names_of(self.values, apart_from=str(rule.get("id", "")))
        gives = Spec("earn", "group", "", inside=earn_specs(self.strategy, names), needed=True)
        limits = limits_spec(names, member_limit_spec(names), *other_limit_specs(names))
        return (
            Piece("campaigns", "campaign", campaign, (name_spec(), when_spec(), budget_spec(names), *date_specs())),
            Piece(
                "earn_rules", "rule", _of_strategy(rule, self.strategy),
                (gives, *trigger_specs(self.values, rule), lines_spec(), limits),
            ),
        )  # fmt: skip

    @cached_property
    def _own_rules(self) -> list[dict[str, Any]]:
        """The rules of the campaign; the first of them is edited here."""
        return [each for each in items(self.values, "earn_rules") if self._code and each.get("campaign") == self._code]

    def _new_rule(self) -> dict[str, Any]:
        """Twice the points of the first rule that gives points for money: the usual campaign."""
        rules = names_of(self.values).rules
        base = next(iter(rules), None)
        types = [each.id for each in self.rulebook.point_types]
        given = {} if "points" in types else {"point_type": types[0]}
        if base is None:
            return {"earn": {"strategy": "points_per_amount", "points": 1}, **given}
        return {"earn": {"strategy": "multiplier", "factor": 2, "of": base}, **given}

    @cached_property
    def strategy(self) -> str:
        """What it gives, by the name of the strategy."""
        sent = "" if self.sent is None else self.sent.get("strategy", "")
        rule = self._own_rules[0] if self._own_rules else self._new_rule()
        earn = rule.get("earn")
        stands = str(earn.get("strategy", "")) if isinstance(earn, dict) else ""
        return sent if sent in strategies_by_name() else stands

    def change(self, values: dict[str, Any]) -> dict[str, Any]:
        before = str(self.pieces[0].base.get("name") or "")
        campaign, rule = self.documents["campaign"], self.documents["rule"]
        rule["campaign"] = campaign["id"]
        if not rule.get("name") or rule["name"] in (before, self.nameless):
            rule["name"] = campaign["name"]
        after = super().change(values)
        return renamed(after, before, campaign["name"], self._texts())

    def _texts(self) -> dict[str, str]:
        """The name in other languages, as it was typed."""
        known = self._translations
        if self.sent is None:
            return {code: texts.get(self.called, "") for code, texts in known.items()}
        return {code: self.sent.get(f"name.{code}", "").strip()[:120] for code in known}

    @property
    def _translations(self) -> dict[str, dict[str, str]]:
        stands = self.values.get("translations")
        known = stands if isinstance(stands, dict) else {}
        return {str(code): each for code, each in known.items() if isinstance(each, dict)}

    def chips(self) -> Mapping[str, tuple[Chip, ...]]:
        return {"campaign.when": when_chips(self.rulebook, self.audience_names), "rule.lines": line_chips()}

    def shown(self, *, live: bool) -> dict[str, Any]:
        texts = self._texts()
        rule = self.documents["rule"]
        when = None if rule.get("when") is None else _CONDITION.validate_python(rule["when"])
        return {
            "heading": gettext("New campaign") if self._code is None else str(self.pieces[0].base.get("name")),
            "effects": self._effects(),
            "texts": [(f"name.{code}", words.language(code), text) for code, text in texts.items()],
            "drafts": [] if self._code is not None else drafts_offered(self.desk, self.found),
            "back_url": reverse("console:campaigns"),
            "rule_asks": "" if when is None else words.said(condition_words(when, self.rulebook.terms())),
            "other_rules": [
                (str(each.get("name")), "" if self.found is None else self._rule_url(str(each.get("id"))))
                for each in self._own_rules[1:]
            ],
            "rule_url": self._rule_url(str(rule["id"])) if self.found is not None and self._own_rules else "",
        }

    def _rule_url(self, code: str) -> str:
        assert self.found is not None
        return reverse("console:draft-rule", args=[self.found.id, code])

    def _effects(self) -> list[tuple[str, list[Choice]]]:
        """What a campaign can do: what is usual in words of its own, and all other ways to earn."""
        usual = {
            "multiplier": gettext("Multiply points"),
            "fixed_bonus": gettext("Extra points for an order"),
            "points_per_amount": gettext("Points for money spent"),
            "points_per_item": gettext("Points for each piece"),
            "spend_threshold": gettext("Extra points from an amount on"),
        }
        found = [
            (gettext("What campaigns usually do"), [Choice(*each, each[0] == self.strategy) for each in usual.items()])
        ]
        for need, strategies in library():
            more = [
                Choice(each.name, gettext(each.title), each.name == self.strategy)
                for each in strategies
                if each.name not in usual
            ]
            if more:
                found.append((words.said(need.words()), more))
        return found

    def place(self, saved: Draft) -> str:
        return reverse("console:draft-campaign", args=[saved.id, self.parts[0].code])


def _of_strategy(rule: Mapping[str, Any], strategy: str) -> dict[str, Any]:
    """The rule with that way to earn: with its parameters as they are, or without any where it was another."""
    earn = rule.get("earn")
    same = isinstance(earn, dict) and earn.get("strategy") == strategy
    return dict(rule) if same else {**rule, "earn": {"strategy": strategy}}
