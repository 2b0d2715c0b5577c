"""What a rulebook says about adjustments: what it means, how it reads, and how its mistakes are told."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.domain.programmes.adjustment_policy import AdjustmentPolicy
from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.words import rulebook_words
from tests.unit.programmes.test_document import BASE, HEAD

pytestmark = pytest.mark.capability("E4")


def document(*lines: str) -> str:
    return HEAD + BASE + "adjustments:\n" + "".join(f"  {line}\n" for line in lines)


def told(*lines: str) -> list[tuple[str, str, str]]:
    return [(each.path, each.problem, each.remedy) for each in check_rulebook(document(*lines)).findings]


@pytest.mark.parametrize(("points", "waits"), [(500, False), (501, True), (-500, False), (-501, True)])
def test_the_threshold_itself_needs_nobody(points: int, waits: bool) -> None:
    assert AdjustmentPolicy(approval_above=500).needs_approval(points) is waits
    assert AdjustmentPolicy().needs_approval(points) is False


def test_a_rulebook_without_the_section_stays_what_it_was() -> None:
    """Its document, and so its digest, does not change by an upgrade."""
    checked = check_rulebook(HEAD + BASE)
    assert checked.rulebook is not None
    assert "adjustments" not in checked.rulebook.document()
    assert [each.id for each in checked.rulebook.adjustments.reasons] == [
        "goodwill", "correction", "forgotten_card", "promotion", "other",
    ]  # fmt: skip
    assert "What staff may give and take" not in [str(part.title) for part in rulebook_words(checked.rulebook)]


def test_it_is_stored_and_read_back() -> None:
    checked = check_rulebook(document("daily_limit: 1000", "approval_above: 2000", "reasons: [{id: late, name: Late}]"))
    assert checked.findings == ()
    assert checked.rulebook is not None
    policy = checked.rulebook.adjustments
    assert (policy.daily_limit, policy.approval_above, policy.may_overdraw) == (1000, 2000, False)
    assert type(checked.rulebook).model_validate(checked.rulebook.document()) == checked.rulebook


def test_it_reads_as_people_say_it() -> None:
    checked = check_rulebook(document("daily_limit: 1000", "approval_above: 500", "may_overdraw: true"))
    assert checked.rulebook is not None
    (said,) = (part for part in rulebook_words(checked.rulebook) if str(part.title) == "What staff may give and take")
    assert [str(each) for each in said.sentences] == [
        "Points are given and taken for: Goodwill, Correction, Forgot the card, Promotion or Other reason",
        "One operator gives and takes up to 1,000 points in a day",
        "More than 500 points at once wait until a second person approves",
        "Taking points may leave less than nothing; the next points make up for it",
    ]


@pytest.mark.parametrize(
    ("line", "path", "problem", "remedy"),
    [
        ("daily_limit: 0", "daily_limit", "the number must be at least 1", "Change the number."),
        ("daily_limit: -5", "daily_limit", "the number must be at least 1", "Change the number."),
        ("approval_above: 0", "approval_above", "the number must be at least 1", "Change the number."),
        ("approval_above: 2000000", "approval_above", "the number must be at most 1000000", "Change the number."),
        ("approval_above: 1.5", "approval_above", "a whole number is needed here", "Write it without decimals."),
        ("daily_limt: 5", "daily_limt", "there is no field daily_limt here", "Did you mean “daily_limit”?"),
        ("reasons: []", "reasons", "the list is empty", "Add at least one item, or remove the field."),
        ("reasons: [{id: A b, name: X}]", "reasons[0].id", "this cannot be the id here", None),
        (
            "reasons: [{id: a, name: X}, {id: a, name: Y}]",
            "",
            "the reason a is there twice",
            "Give it an id of its own, or remove one.",
        ),
    ],
)
def test_mistakes_are_told(line: str, path: str, problem: str, remedy: Any) -> None:
    ((place, what, how),) = told(line)
    assert (place, what) == (f"adjustments.{path}".rstrip("."), problem)
    assert remedy is None or how == remedy
