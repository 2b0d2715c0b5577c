"""The portal speaks every language whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[3] / "src" / "regulars" / "interfaces" / "portal" / "locale"
PLACES = re.compile(r"%\((\w+)\)s")


def forms(message: Message) -> list[str]:
    written = message.string if isinstance(message.string, list | tuple) else [message.string]
    return [form or "" for form in written]


def ids(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, list | tuple) else [message.id]


@pytest.mark.parametrize("language", ["tr", "ar"])
def test_every_text_is_translated_with_its_values(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    written = [message for message in catalogue if message.id]
    assert len(written) > 200
    assert [message.id for message in written if not all(forms(message))] == []
    for message in written:
        expected = {place for text in ids(message) for place in PLACES.findall(text)}
        for form in forms(message):
            found = set(PLACES.findall(form))
            # "One point" and "two points" need no figure in Arabic; nothing else may be left out or invented.
            optional = expected & {"count", "points", "number", "shown", "amount"} if len(ids(message)) > 1 else set()
            assert expected - optional <= found <= expected, f"{message.id}: {form}"
