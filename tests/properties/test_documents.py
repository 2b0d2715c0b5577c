"""Programme as code: what is written to a file reads back as exactly the same rulebook, and as the same text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.document_nodes import read_nodes
from regulars.domain.programmes.document_text import SAYS_NOTHING_EMPTY, Origin, written
from regulars.domain.programmes.formats import upgraded
from regulars.domain.programmes.rulebook import Rulebook
from tests.properties.test_differences import DOCUMENTS

pytestmark = pytest.mark.capability("K2")

# Every text that YAML allows: no half signs, and none of the controls that no text may hold.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\u2028\u2029\x85"), max_size=12
) | st.sampled_from(
    ["on", "yes", "1e5", "0x1F", "1_000", "~", "Null", "2026-01-01", "12:30", "-", ": ", "#", "'", "!a", "&a", "*a"]
)
KEYS = TEXTS.filter(lambda key: key not in SAYS_NOTHING_EMPTY)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS.filter(bool), VALUES, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_reads_back(values: dict[str, Any]) -> None:
    root, findings = read_nodes(written({f"x{key}": each for key, each in values.items()}))
    assert findings == []
    assert root.value == {f"x{key}": each for key, each in values.items()}


def test_fields_that_say_nothing_when_empty_are_left_out() -> None:
    assert {"when", "lines", "valid_from", "valid_until"} == SAYS_NOTHING_EMPTY
    empty = dict.fromkeys(sorted(SAYS_NOTHING_EMPTY))
    assert written({"rules": [{"id": "a", **empty, "stock": None}]}) == "rules:\n- id: a\n  stock: null\n"
    assert written({"valid_from": "2026-01-01"}) == "valid_from: '2026-01-01'\n"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: str(each["name"]))
def test_every_programme_goes_out_and_comes_in(document: dict[str, Any]) -> None:
    text = written(document, origin=Origin("corner-shop", 7))
    checked = check_rulebook(text)
    assert checked.origin == Origin("corner-shop", 7)
    assert checked.rulebook == Rulebook.model_validate(document)
    assert checked.rulebook is not None
    assert written(checked.rulebook.document(), origin=checked.origin) == text


def test_an_older_format_is_brought_to_the_newest() -> None:
    def to_first(document: dict[str, Any]) -> None:
        document["name"] = document.pop("title")

    values: dict[str, Any] = {"rulebook": 0, "title": "Shop"}
    assert upgraded(values, {0: to_first})
    assert values == {"rulebook": 1, "name": "Shop"}
    assert not upgraded(values, {0: to_first})
    assert not upgraded({"rulebook": True}, {1: to_first})
