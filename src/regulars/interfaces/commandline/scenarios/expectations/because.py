"""The reason that the member reads, for a rule that gave points and for one that gave none."""

from __future__ import annotations

import msgspec

from regulars.domain.earning.contracts import Verdict
from regulars.domain.earning.explain import explain
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.sending import EventAnswer


class Because(MemberExpectation):
    """The reason that the member reads, by rule, also for a rule that gave nothing."""

    name = "because"
    example = "{base: '12.40 EUR at 1 for every 1.00 EUR gives 12.40, rounded down to 12'}"
    Value = dict[str, str]

    def read(self, scene: MemberScene, expected: dict[str, str]) -> dict[str, str]:
        answer = scene.outcome.fact(EventAnswer)
        body = answer.body if answer else {}
        rules = scene.stage.rules
        priced = (each for each in rules.rulebooks if each.version == body.get("rulebook_version"))
        rulebook = next(priced, rules.latest).rulebook
        by_id = {rule.id: rule for rule in rulebook.earn_rules}
        verdicts = {each["rule"]: msgspec.convert(each, Verdict) for each in body.get("rules", [])}
        return {
            rule: str(explain(verdicts[rule], by_id[rule], rulebook.terms())) if rule in verdicts else "was not asked"
            for rule in expected
        }
