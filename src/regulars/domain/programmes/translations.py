"""Texts of a rulebook in other languages: members read names of rules, tiers and points in theirs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

Text = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]
_SPOKEN = frozenset({"name", "benefits", "text", "description", "what", "occasion", "title", "to"})
"""Fields whose texts people read; everything else is for programs."""
MOST_TEXTS = 2_000


def _not_too_many(value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    for language, texts in value.items():
        if len(texts) > MOST_TEXTS:
            raise PydanticCustomError(
                "too_many_texts",
                "{language} has {count} texts, and {most} is the most",
                {"language": language, "count": len(texts), "most": MOST_TEXTS},
            )
    return value


Translations = Annotated[
    dict[Language, dict[Text, Text]],
    AfterValidator(_not_too_many),
    Field(description="By language: a text as it stands in this rulebook or a reward, and what members read instead"),
]


def in_other_words(document: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    """The document with every text that people read in the words of `texts`, where they have it."""
    said = _said(document, texts, spoken=False)
    assert isinstance(said, dict)
    return said


def _said(value: object, texts: dict[str, str], *, spoken: bool) -> object:
    if isinstance(value, dict):
        return {
            key: each if key == "translations" else _said(each, texts, spoken=key in _SPOKEN)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_said(each, texts, spoken=spoken) for each in value]
    return texts.get(value, value) if spoken and isinstance(value, str) else value


def texts_in(document: dict[str, Any]) -> set[str]:
    """Every text of the document that people read."""
    found: set[str] = set()
    _collect(document, found, spoken=False)
    return found


def _collect(value: object, found: set[str], *, spoken: bool) -> None:
    if isinstance(value, dict):
        for key, each in value.items():
            if key != "translations":
                _collect(each, found, spoken=key in _SPOKEN)
    elif isinstance(value, list):
        for each in value:
            _collect(each, found, spoken=spoken)
    elif spoken and isinstance(value, str):
        found.add(value)
