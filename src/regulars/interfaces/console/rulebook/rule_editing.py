"""One rule of a draft as a form: what it gives comes from its way to earn, and everything else is the same for all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from regulars.domain.earning.rules import strategies_by_name
from regulars.domain.programmes.contracts import Draft
from regulars.flows.edit_draft import Part, require_part
from regulars.interfaces.console.conditions.chips import Chip
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.rulebook.ways import no_such_way
from regulars.interfaces.console.structure.rule_specs import ORDER, more_specs, names_of
from regulars.interfaces.console.structure.wholes import rule_specs
from regulars.interfaces.console.studio.common_choices import line_chips, when_chips
from regulars.interfaces.console.studio.drafts_offered import drafts_offered
from regulars.interfaces.console.studio.editor import Editor
from regulars.interfaces.console.studio.pieces import Piece


@operator_page("rulebook")
def rule_in_draft(request: HttpRequest, desk: Desk, number: int, rule: str) -> HttpResponse:
    """A rule of a draft."""
    return _Rule(request, desk, number, code=rule).answer()


@operator_page("rulebook")
def new_rule(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """A rule that earns in this way; a draft begins when it is saved, unless one is chosen."""
    if name not in strategies_by_name():
        raise no_such_way(name)
    return _Rule(request, desk, None, way=name).answer()


class _Rule(Editor):
    """code: of a rule that is there; way: the strategy of a new one."""

    template = "console/rulebook/rule.html"

    def __init__(self, request: HttpRequest, desk: Desk, number: int | None, *, code: str = "", way: str = "") -> None:
        self._code = code
        self._way = way
        super().__init__(request, desk, number)

    def begin(self) -> tuple[Piece, ...]:
        names = names_of(self.values, apart_from=self._code)
        return (Piece("earn_rules", "rule", self._base, rule_specs(self.values, self._base, names)),)

    @cached_property
    def _base(self) -> dict[str, Any]:
        if self._code:
            return require_part(self.values, Part("earn_rules", self._code))
        example = strategies_by_name()[self._way].example
        # Some ways to earn look at events of their own: a code that was entered, a friend who came.
        given = {} if example is None or example.on == ORDER else {"on": example.on}
        return {"earn": {"strategy": self._way}, **given}

    def chips(self) -> Mapping[str, tuple[Chip, ...]]:
        return {"rule.when": when_chips(self.rulebook, self.audience_names), "rule.lines": line_chips()}

    def shown(self, *, live: bool) -> dict[str, Any]:
        earn = self._base.get("earn")
        way = str(earn.get("strategy", "")) if isinstance(earn, dict) else ""
        strategy = strategies_by_name().get(way)
        more = {each.step for each in more_specs(self.values)}
        fields = self.fields_of(live=live)["rule"]
        return {
            "heading": str(self._base.get("name")) if self._code else gettext("New rule"),
            "way": way if strategy is None else gettext(strategy.title),
            "way_url": "" if strategy is None else reverse("console:way", args=[way]),
            "more": [each for name, each in fields.items() if name in more],
            "drafts": [] if self._code else drafts_offered(self.desk, self.found),
            "back_url": reverse("console:ways")
            if self.found is None
            else reverse("console:draft-rules", args=[self.found.id]),
        }

    def place(self, saved: Draft) -> str:
        return reverse("console:draft-rule", args=[saved.id, self.parts[0].code])
