"""The tour's example is run: the request in it gets the answer in it, and the reasons that it quotes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.domain.earning.contracts import Verdict
from regulars.domain.earning.explain import explain
from regulars.domain.programmes.document import require_valid
from regulars.flows.process_events import process_events
from regulars.interfaces.wire.events import decode_event
from tests.architecture.source import ROOT
from tests.factories import open_shop

pytestmark = pytest.mark.database

TOUR = (ROOT / "docs" / "tour.md").read_text("utf-8")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RULEBOOK = ROOT / "programmes" / "complete-journey.yaml"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TOUR, flags=re.DOTALL)


def without_ids(text: str) -> Any:
    """Ids are new in every run."""
    return json.loads(UUID.sub("an id", text))


def test_the_example_is_answered_as_the_tour_shows(conn: Connection) -> None:
    request, shown = blocks("json")
    rulebook = require_valid(RULEBOOK.read_text("utf-8"))
    shop = open_shop(conn, rulebook.document())
    shop.enrol("1")

    (outcome,) = process_events(conn, [decode_event(request.encode())], programme_id=shop.programme.id, now=shop.now)

    answer = outcome.body.decode()
    assert outcome.status == 201
    assert without_ids(answer) == without_ids(shown), f"show this in docs/tour.md:\n{answer}"

    rules = {rule.id: rule for rule in rulebook.earn_rules}
    said = []
    for each in json.loads(answer)["rules"]:
        rule = rules[each["rule"]]
        said.append(f"{rule.name}: {explain(Verdict(**each), rule, rulebook.terms())}")
    (quoted,) = blocks("text")
    assert quoted.strip().splitlines() == said, "show this in docs/tour.md:\n" + "\n".join(said)
