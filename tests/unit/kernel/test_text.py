"""Text from people: cleaned, compared, found."""

from __future__ import annotations

import pytest

from regulars.kernel.errors import Refusal
from regulars.kernel.text import clean, digits_of, email_form, folded, phone_form


def test_clean_keeps_what_is_written_and_drops_what_harms() -> None:
    assert clean("  Cafe\u0301 \x00\x1b[31m ", longest=20, field="name") == "Café [31m"
    assert clean("O'Brien; drop table --<b>", longest=60, field="name") == "O'Brien; drop table --<b>"
    assert clean("two\nlines", longest=20, field="name") == "two\nlines"


def test_clean_refuses_rather_than_cuts() -> None:
    assert clean("a" * 60, longest=60, field="name") == "a" * 60
    with pytest.raises(Refusal) as refused:
        clean("a" * 61, longest=60, field="name")
    assert (refused.value.code, refused.value.field) == ("text_too_long", "name")
    assert "61 characters" in refused.value.detail


@pytest.mark.parametrize(
    ("text", "found_as"),
    [
        ("Çağla  ÖZ", "cagla oz"),
        ("Işık", "isik"),
        ("İSTANBUL", "istanbul"),
        ("Straße", "strasse"),
        ("Ångström", "angstrom"),
        ("  ", ""),
        ("محمد", "محمد"),
    ],
)
def test_folded(text: str, found_as: str) -> None:
    assert folded(text) == found_as


def test_email_form() -> None:
    assert email_form(" Ada.Lovelace@Example.COM ") == "ada.lovelace@example.com"


@pytest.mark.parametrize(
    "text", ["", "ada", "ada@", "@example.com", "a b@example.com", "ada@example", "ada@@example.com"]
)
def test_what_is_no_email(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        email_form(text)
    assert refused.value.code == "bad_email"


@pytest.mark.parametrize(
    ("text", "region"), [("+90 532 123 45 67", None), ("0532 123 45 67", "TR"), ("(0532) 123-4567", "TR")]
)
def test_phone_form(text: str, region: str | None) -> None:
    assert phone_form(text, region=region) == "+905321234567"


@pytest.mark.parametrize("text", ["", "call me", "123", "0532 123 45 67", "+90 1"])
def test_what_is_no_phone(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        phone_form(text, region=None)
    assert refused.value.code == "bad_phone"


def test_digits() -> None:
    assert digits_of("+90 (532) 123-45.67") == "905321234567"
    assert digits_of("none") == ""
