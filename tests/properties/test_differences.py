"""Two rulebooks differ if and only if there is a sentence about it, and every value that differs is in one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from regulars.domain.programmes.change_words import differences
from regulars.domain.programmes.changes import complete
from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.programmes.three_ways import join

pytestmark = pytest.mark.capability("B9")

FOLDER = Path(__file__).resolve().parents[2] / "programmes"
DOCUMENTS = [require_valid(each.read_bytes()).document() for each in sorted(FOLDER.glob("*.yaml"))]
WORDS = ["Anew", "order", "points", "2 months", "always", "review.written", "down", "highest", "month", "spend", "tea"]


def nodes(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of the document."""
    if place:
        yield place
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in children:
        yield from nodes(each, (*place, step))


def at(document: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        document = document[step]
    return document


def change(document: Any, place: tuple[Any, ...], draw: st.DrawFn) -> None:
    """Another value at the place, or another number of items, or another order."""
    above, step = at(document, place[:-1]), place[-1]
    value = above[step]
    if isinstance(value, bool) or value is None:
        above[step] = draw(st.sampled_from([True, False, 3, "2 months", *WORDS]))
    elif isinstance(value, int | float):
        above[step] = draw(st.integers(0, 400))
    elif isinstance(value, str):
        above[step] = draw(st.sampled_from(WORDS))
    elif isinstance(value, list) and value:
        how = draw(st.sampled_from(["less", "order", "more"]))
        if how == "less":
            value.pop(draw(st.integers(0, len(value) - 1)))
        elif how == "order":
            value[:] = draw(st.permutations(value))
        else:
            more = copy.deepcopy(draw(st.sampled_from(value)))
            if isinstance(more, dict) and "id" in more:
                more["id"] = "another-one"
            value.insert(draw(st.integers(0, len(value))), more)
    elif isinstance(above, dict) and draw(st.booleans()):
        del above[step]


@st.composite
def rulebooks(draw: st.DrawFn, of: dict[str, Any]) -> Rulebook:
    """The document with up to three changes."""
    document = copy.deepcopy(of)
    for _ in range(draw(st.integers(1, 3))):
        change(document, draw(st.sampled_from(list(nodes(document)))), draw)
    try:
        return Rulebook.model_validate(document)
    except (ValidationError, ValueError):
        assume(False)
        raise


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Rulebook, Rulebook]:
    of = draw(st.sampled_from(DOCUMENTS))
    return draw(rulebooks(of)), draw(rulebooks(of))


def leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """(place, value) of what has nothing in it: items by their ids, other lists as a whole."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from leaves(each, (*place, str(key)))
    elif isinstance(value, list) and value and all(isinstance(each, dict) and "id" in each for each in value):
        for each in value:
            yield from leaves(each, (*place, each["id"]))
    else:
        yield place, json.dumps(value, sort_keys=True)


FEW = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


@given(pairs())
@FEW
def test_a_difference_has_a_sentence_and_equals_have_none(pair: tuple[Rulebook, Rulebook]) -> None:
    before, after = pair
    found = differences(before, after)
    assert (found == []) == (before.document() == after.document())
    assert differences(before, before) == []
    places = [each.place for each in found]
    was, now = dict(leaves(complete(before))), dict(leaves(complete(after)))
    for place in was.keys() | now.keys():
        if was.get(place) != now.get(place):
            assert any(place[: len(each)] == each or each[: len(place)] == place for each in places), place


@given(pairs())
@FEW
def test_the_way_back_is_told_differently(pair: tuple[Rulebook, Rulebook]) -> None:
    """Whatever changed is said, so that there and back are never told in the same words."""
    before, after = pair
    there, back = differences(before, after), differences(after, before)
    assert len(there) == len(back)
    told = {(each.place, str(each.words)) for each in there}
    assert not told & {(each.place, str(each.words)) for each in back}
    assert not any("{" in str(each.words) for each in there)


@given(pairs())
@FEW
def test_what_one_side_alone_changed_is_joined_as_it_is(pair: tuple[Rulebook, Rulebook]) -> None:
    before, after = (each.document() for each in pair)
    for mine, theirs in ((before, after), (after, before), (after, after)):
        joined = join(before, mine, theirs)
        assert joined.conflicts == ()
        assert joined.document == after
