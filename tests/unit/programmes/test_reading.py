"""Reading a rulebook's text: JSON as well as YAML, and whatever could harm the reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regulars.domain.programmes.document import check_rulebook, check_rulebook_file, require_valid
from regulars.kernel.errors import Refusal

CAFE = Path(__file__).resolve().parents[3] / "programmes" / "corner-cafe.yaml"


def test_json_is_read_with_its_lines() -> None:
    book = check_rulebook(CAFE.read_text("utf-8")).rulebook
    assert book is not None
    text = json.dumps(book.document(), indent="\t")
    assert check_rulebook(text).rulebook == book
    (finding,) = check_rulebook(text.replace('"EUR"', '"EUX"')).findings
    assert (finding.line, finding.path) == (4, "currency")
    assert finding.problem == "'EUX' is not an ISO 4217 currency code"


def test_json_writes_signs_as_two_halves() -> None:
    checked = check_rulebook(json.dumps({"rulebook": 1, "name": "Café 🎉", "currency": "EUR", "time_zone": "UTC",
                                         "point_types": [{"id": "points", "name": "🎉"}]}))  # fmt: skip
    assert checked.rulebook is not None
    assert (checked.rulebook.name, checked.rulebook.point_types[0].name) == ("Café 🎉", "🎉")


def test_on_is_a_field_and_words_stay_words() -> None:
    text = CAFE.read_text("utf-8").replace("name: Welcome", "name: yes")
    text = text.replace("one_of: [Coffee, Tea]", "one_of: [no, on]")
    book = check_rulebook(text).rulebook
    assert book is not None
    join = book.earn_rules[2]
    assert (join.name, join.on) == ("yes", "member.enrolled")
    assert book.earn_rules[0].lines is not None
    assert book.earn_rules[0].lines.model_dump() == {"field": "line.category", "one_of": ["no", "on"]}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the document is empty"),
        ("# nothing\n", 1, "the document is empty"),
        ("- a\n- b\n", 1, "this is not a rulebook"),
        ("just words", 1, "this is not a rulebook"),
        ("rulebook: 1\nname: [unclosed\n", 3, "this is not YAML"),
        ("rulebook: 1\n\tname: x\n", 2, "this is not YAML"),
        ("a: &x [1, 2]\nb: *x\n", 1, "anchors are not used"),
        ("a: *x\n", 1, "aliases are not used"),
        ("a: 1\n---\nb: 2\n", 2, "two documents in one file"),
        ("a: 1\nb: !!python/object/apply:os.system ['true']\n", 2, "tags are not used"),
        ("a: 1\n? [b, c]\n: 2\n", 2, "where the name of a field belongs"),
        ("rulebook: 1\nname: \x00\n", 2, "no text may hold"),
        ("[" * 10_000, 1, "deeper than 50 levels"),
        ("{a: " * 10_000, 1, "deeper than 50 levels"),
        ("".join(f"{' ' * n}a:\n" for n in range(200)), 51, "deeper than 50 levels"),
        ("a: " + "x" * 5_000_001, 1, "it is larger than 5,000,000 bytes"),
    ],
)
def test_what_cannot_be_read(text: str, line: int, words: str) -> None:
    checked = check_rulebook(text)
    assert checked.rulebook is None
    (finding,) = checked.findings
    assert words in finding.problem
    assert finding.line == line
    assert finding.remedy


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    (finding,) = check_rulebook("\n".join(lines)).findings
    assert "anchors are not used" in finding.problem


def test_a_file_is_utf_8() -> None:
    assert require_valid(CAFE.read_bytes()).name == "Corner Café"
    with pytest.raises(Refusal, match="the file is not UTF-8 here"):
        require_valid(b"\xff\xfe")
    assert check_rulebook_file(b"\xef\xbb\xbf" + CAFE.read_bytes()).rulebook is not None
    (finding,) = check_rulebook_file(b"rulebook: 1\nname: Caf\xe9\n").findings
    assert (finding.line, finding.value, finding.problem) == (2, "byte 0xe9", "the file is not UTF-8 here")
