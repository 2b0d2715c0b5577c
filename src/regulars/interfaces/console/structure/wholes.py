"""A whole rule and a whole campaign: every field of them, in the order in which a page asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from regulars.interfaces.console.structure.rule_specs import (
    budget_spec,
    date_specs,
    earn_specs,
    limits_spec,
    lines_spec,
    more_specs,
    trigger_specs,
    when_spec,
)
from regulars.interfaces.console.structure.specs import Names, Spec


def name_spec() -> Spec:
    """How members and operators call it."""
    return Spec("name", "text", gettext("Name"), hint=gettext("Members read it as well."), needed=True)


def rule_specs(document: Mapping[str, Any], rule: Mapping[str, Any], names: Names) -> tuple[Spec, ...]:
    """All of a rule, its parameters under `earn`."""
    earn = rule.get("earn")
    strategy = str(earn.get("strategy", "")) if isinstance(earn, dict) else ""
    gives = Spec("earn", "group", gettext("What it gives"), inside=earn_specs(strategy, names), needed=True)
    return (
        name_spec(), gives, *trigger_specs(document, rule), lines_spec(), when_spec(), limits_spec(names),
        *date_specs(), *more_specs(document),
    )  # fmt: skip


def campaign_specs(names: Names) -> tuple[Spec, ...]:
    """All of a campaign."""
    return (name_spec(), when_spec(), budget_spec(names), *date_specs())
