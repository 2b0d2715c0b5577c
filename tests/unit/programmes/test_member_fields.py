"""Fields of members and consents in a rulebook: what is declared, and what rules may ask of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regulars.domain.programmes.document import check_rulebook
from regulars.domain.programmes.member_fields import MemberField, fits, read_text
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.programmes.words import rulebook_words
from regulars.kernel.errors import Refusal

CLUB = (Path(__file__).resolve().parents[2] / "scenarios" / "rulebooks" / "coffee-club.yaml").read_text("utf-8")


def asking(condition: str) -> list[str]:
    """What is found wrong with a rule of this condition."""
    when = f"    when: {{{condition}}}\n"
    text = f"{CLUB}  - id: asks\n    name: Asks\n    earn: {{strategy: fixed_bonus, points: 1}}\n{when}"
    return [f"{each.problem} - {each.remedy}" for each in check_rulebook(text).findings]


@pytest.mark.parametrize(
    "condition",
    [
        "field: member.field.milk, is: oat",
        "field: member.field.milk, none_of: [oat, cow]",
        "field: member.field.cups, at_least: 2.5",
        "field: member.field.staff, is: true",
        "field: member.field.first_visit, less_than: 2025-01-01",
        "field: member.field.first_visit, is: 2025-01-01",
        "field: member.field.nickname, starts_with: A",
        "field: member.consent.email, is: false",
        "field: member.language, one_of: [tr, ar]",
        "field: member.channel, is: console",
        "field: member.age, at_least: 18",
        "field: member.birth_month, is: 3",
    ],
)
def test_rules_may_ask_about_people(condition: str) -> None:
    assert asking(condition) == []


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("field: member.field.milkk, is: oat", "no field milkk is declared - Did you mean “milk”? Declare it under"),
        ("field: member.milk, is: oat", "there is no such field - Did you mean “member.field.milk”?"),
        ("field: member.consent.mail, is: true", "no consent mail is declared - Did you mean “email”?"),
        ("field: member.field.milk, is: oatt", "milk has no option oatt - Did you mean “oat”?"),
        ("field: member.field.milk, one_of: [oat, goat]", "milk has no option goat"),
        ("field: member.field.nickname, at_least: 5", "member.field.nickname is a text, and at_least does not fit"),
        ("field: member.field.nickname, is: 5", "member.field.nickname is a text - Write the value in quotes"),
        ("field: member.field.cups, is: many", "member.field.cups is a number - Write a number without quotes"),
        ("field: member.field.cups, starts_with: a", "member.field.cups is a number, and starts_with does not fit"),
        ("field: member.field.staff, at_least: 1", "member.field.staff is true or false, and at_least does not fit"),
        ('field: member.field.staff, is: "yes"', "member.field.staff is true or false - Write true or false"),
        ("field: member.field.first_visit, is: soon", "soon is not a date - Write it as 2026-11-27."),
        ("field: member.consent.email, is: 1", "member.consent.email is true or false - Write true or false"),
        ("field: member.birth_month, is: 13", "no value fulfils all that is asked of it"),
    ],
)
def test_what_makes_no_sense_is_found_before_it_is_published(condition: str, told: str) -> None:
    (found,) = asking(condition)
    assert told in found


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("member_fields: [{id: milk, name: Milk, kind: choice}]", "milk is a choice without options"),
        (
            "member_fields: [{id: milk, name: Milk, kind: text, options: [{id: a, name: A}]}]",
            "milk is a text and takes no options",
        ),
        ("member_fields: [{id: milk, name: Milk, kind: colour}]", "this is not one of the words that can stand here"),
        (
            "member_fields: [{id: milk, name: Milk, kind: text}, {id: milk, name: Milk, kind: text}]",
            "another field has this id",
        ),
        ("member_fields: [{id: milk, name: Milk, kind: text, editable: true}]", "there is no field editable here"),
        (
            "member_fields: [{id: m, name: M, kind: choice, options: [{id: a, name: A}, {id: a, name: B}]}]",
            "the option a is there twice",
        ),
        ("consents: [{id: email, name: News}]", "the field text_version is missing"),
        (
            'consents: [{id: e, name: News, text_version: "1"}, {id: e, name: News, text_version: "1"}]',
            "another consent has this id",
        ),
    ],
)
def test_sections_that_make_no_sense_are_found(section: str, told: str) -> None:
    text = f"{CLUB[: CLUB.index('member_fields:')]}{section}\n"
    assert told in str([each.problem for each in check_rulebook(text).findings])


def test_two_things_that_cannot_both_be_are_found() -> None:
    visit = "member.field.first_visit"
    (found,) = asking("all: [{field: member.field.milk, is: oat}, {field: member.field.milk, is: cow}]")
    assert "member.field.milk contradict each other" in found
    (found,) = asking(f"all: [{{field: {visit}, is: 2025-01-01}}, {{field: {visit}, is_not: 2025-01-01}}]")
    assert "member.field.first_visit contradict each other" in found
    assert asking(f"all: [{{field: {visit}, is: 2025-01-01}}, {{field: {visit}, at_most: 2025-01-01}}]") == []


def test_the_document_of_a_programme_without_fields_is_what_it_was() -> None:
    found = check_rulebook(CLUB)
    assert found.rulebook is not None
    document = found.rulebook.document()
    assert Rulebook.model_validate(document) == found.rulebook
    plain = {name: value for name, value in document.items() if name not in ("member_fields", "consents")}
    assert Rulebook.model_validate(plain).document() == plain


def test_the_page_of_the_rulebook_tells_what_is_kept() -> None:
    found = check_rulebook(CLUB)
    assert found.rulebook is not None
    said = [str(each) for section in rulebook_words(found.rulebook) for each in section.sentences]
    assert "The programme keeps: Milk, Cups a day, Works here, First visit and Nickname" in said
    assert "You are asked whether you allow: News by e-mail" in said


def field(kind: str) -> MemberField:
    options = [{"id": "oat", "name": "Hafer"}] if kind == "choice" else []
    return MemberField.model_validate({"id": "it", "name": "It", "kind": kind, "options": options})


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", " Ada ", "Ada"), ("number", "42", 42), ("number", "2.50", 2.5), ("number", "1e3", 1000),
        ("flag", "Yes", True), ("flag", "0", False), ("date", "2026-02-28", "2026-02-28"), ("choice", "oat", "oat"),
        ("choice", "hafer", "oat"), ("text", "  ", None), ("number", "", None),
    ],
)  # fmt: skip
def test_text_of_files_and_forms_becomes_values(kind: str, text: str, value: Any) -> None:
    read = read_text(field(kind), text)
    assert (read, type(read)) == (value, type(value))
    assert value is None or fits(field(kind), read)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("number", "many"), ("number", "NaN"), ("number", "1" * 16), ("flag", "maybe"), ("date", "28.2.2026"),
     ("choice", "goat")],
)  # fmt: skip
def test_text_that_does_not_fit_is_refused(kind: str, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_text(field(kind), text)
    assert (refused.value.code, refused.value.field) == ("bad_member_field", "attributes.it")
