"""No page is half translated, and what is compiled is what was written."""

from __future__ import annotations

import gettext
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
LOCALE = ROOT / "src" / "regulars" / "interfaces" / "web" / "locale"
LANGUAGES = ("tr", "ar")
# The API's documentation is written for programmers and stays in English.
ENGLISH_ONLY = "interfaces/api/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_pages_and_rules_is_translated(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    missing = [
        message.id
        for message in catalogue
        if message.id
        and not all(message.string if isinstance(message.string, tuple) else [message.string])
        and not all(place.startswith(ENGLISH_ONLY) for place, _ in message.locations)
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    folder = LOCALE / language / "LC_MESSAGES"
    with (folder / "django.po").open("rb") as file:
        written = [each for each in read_po(file, locale=language) if isinstance(each.id, str) and each.id]
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    said = {
        (one := str(each.id)): compiled.pgettext(each.context, one) if each.context else compiled.gettext(one)
        for each in written
    }
    assert said == {each.id: each.string or each.id for each in written}


def test_no_text_is_missing_from_the_catalogues() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "frontend" / "catalogues.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    unknown = [line for line in done.stdout.splitlines() if line.endswith("is not in the catalogue")]
    assert unknown == []
