"""Text from people: one form for comparing, one for finding, none that can harm."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from regulars.kernel.errors import Refusal

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")


def clean(text: str, *, longest: int, field: str) -> str:
    """The text in Unicode NFC without control characters and outer blanks.

    Raises Refusal when it is longer than `longest` characters: a cut name would be a wrong name.
    """
    tidy = _CONTROL.sub("", unicodedata.normalize("NFC", text)).strip()
    if len(tidy) > longest:
        raise Refusal(
            "text_too_long",
            "The text is too long",
            detail=f"It has {len(tidy)} characters, and {field} holds up to {longest}.",
            remedy="Shorten it.",
            field=field,
        )
    return tidy


def folded(text: str) -> str:
    """The text as it is searched: lower case, without accents, blanks collapsed. 'Çağla  ÖZ' -> 'cagla oz'."""
    # The Turkish dotless i has no decomposition: without this line 'Işık' is not found by 'isik'.
    plain = text.replace("ı", "i").replace("İ", "i").casefold()
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(mark))
    return " ".join(bare.split())


def email_form(text: str, *, field: str = "email") -> str:
    """An e-mail address in the one form in which it is unique. Raises Refusal for what cannot be an address."""
    address = clean(text, longest=254, field=field).casefold()
    if not _EMAIL.match(address):
        raise Refusal(
            "bad_email",
            "This is not an e-mail address",
            detail=f"{text[:60]!r} has no name, @ and domain.",
            remedy="Write it as name@example.com.",
            field=field,
        )
    return address


def phone_form(text: str, *, region: str | None, field: str = "phone") -> str:
    """A phone number in E.164 (+905321234567). region: country for numbers without a country code, 'TR'.

    Raises Refusal for what cannot be a phone number.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise _bad_phone(text, field) from None
    if not phonenumbers.is_possible_number(number):
        raise _bad_phone(text, field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def digits_of(text: str) -> str:
    """Only the digits: how phone and card numbers are searched."""
    return "".join(mark for mark in text if mark.isdigit())


def _bad_phone(text: str, field: str) -> Refusal:
    return Refusal(
        "bad_phone",
        "This is not a phone number",
        detail=f"{text[:40]!r} cannot be dialled.",
        remedy="Write it with the country code: +90 532 123 45 67.",
        field=field,
    )
