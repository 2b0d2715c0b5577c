"""`regulars programmes publish`: what it says of points that have no day left."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner

from regulars.interfaces.commandline.programmes import programmes_group
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop


@pytest.mark.parametrize(
    ("start", "warned"),
    [("2026-12-31T23:59:00+01:00", False), ("2027-01-01T00:00:00+01:00", True)],
)
def test_a_fixed_date_that_is_over_is_told(shop: Shop, tmp_path: Path, start: str, warned: bool) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0]["expiry"] = {"policy": "fixed_date", "date": "2026-12-31"}
    file = tmp_path / "rulebook.json"
    file.write_text(json.dumps(document), "utf-8")
    result = CliRunner().invoke(
        programmes_group,
        ["publish", str(file), "--programme", shop.programme.code, "--from", start],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    assert "Version 2 of" in result.output
    warning = "warning: Points are gone as soon as they are earned: points expire at the end of 31 Dec 2026."
    assert (warning in result.output) is warned


def test_a_preview_publishes_nothing_and_a_loss_at_once_is_refused(shop: Shop, tmp_path: Path) -> None:
    member = shop.enrol()
    shop.buy(member, "12.00")
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0] |= {
        "expiry": {"policy": "after", "period": "0 days"}, "on_expiry_change": "restart_clock"
    }  # fmt: skip
    file = tmp_path / "rulebook.json"
    file.write_text(json.dumps(document), "utf-8")
    asked = ["publish", str(file), "--programme", shop.programme.code]
    with nothing_changes(shop):
        seen = CliRunner().invoke(programmes_group, [*asked, "--preview"], catch_exceptions=False)
        refused = CliRunner().invoke(programmes_group, asked)
    assert seen.exit_code == 0
    assert "  Gone at once: 12 points of 1 members." in seen.output
    assert isinstance(refused.exception, Refusal)
    assert refused.exception.code == "expiry_change_needs_approval"


@pytest.mark.usefixtures("database_url")
def test_templates_are_listed_and_founded() -> None:
    listed = CliRunner().invoke(programmes_group, ["templates"], catch_exceptions=False)
    asked = ["found", "--template", "corner-cafe", "--code", "cafe", "--organisation", f"Cafés {uuid4()}"]

    founded = CliRunner().invoke(programmes_group, asked, catch_exceptions=False)

    assert "corner-cafe\tStamp card\tpoints cost 1.6 % of sales" in listed.output
    assert founded.output.startswith("Corner Café is founded.")


def test_a_file_and_a_template_at_once_are_refused() -> None:
    refused = CliRunner().invoke(programmes_group, ["found", "--code", "x", "--organisation", "X"])

    assert refused.exit_code == 2
    assert "Name either a FILE or a --template" in refused.output
