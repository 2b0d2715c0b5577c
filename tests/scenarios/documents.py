"""What the documentation takes from the words of scenarios. `python -m tests.scenarios.documents` writes it anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from regulars.interfaces.commandline.scenarios.expectation import Expectation, of_member, of_programme
from regulars.interfaces.commandline.scenarios.reading import HEAD
from regulars.interfaces.commandline.scenarios.reading_steps import BESIDE
from regulars.interfaces.commandline.scenarios.schema import said_of, schema_text
from regulars.interfaces.commandline.scenarios.verb import MemberVerb, OperatorVerb, PairVerb, ProgrammeVerb, verbs

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = DOCS / "scenario.schema.json"
GUIDE = DOCS / "guides" / "write-a-scenario.md"
KINDS = (MemberVerb, PairVerb, OperatorVerb, ProgrammeVerb)


def head() -> str:
    """One row for each word of the head."""
    return table("word", "what it says", ((f"`{word}`", said) for word, said in HEAD.items()))


def steps() -> str:
    """One row for each verb: those of members, those between two, those of operators, those of the programme."""
    rows = [
        (f"`{verb.example}`", said_of(verb))
        for kind in KINDS
        for _, verb in sorted(verbs().items())
        if issubclass(verb, kind)
    ]
    return table("step", "what happens", rows)


def beside() -> str:
    """One row for each word beside a verb."""
    return table("word", "what it says", ((f"`{word}`", said) for word, said in BESIDE.items()))


def asked_of_member() -> str:
    """One row for each word that is asked of a member."""
    return expected(of_member().values())


def asked_of_programme() -> str:
    """One row for each word that is asked of the programme."""
    return expected(of_programme().values())


def expected(words: Iterable[Expectation]) -> str:
    rows = ((f"`{each.name}: {each.example}`", said_of(type(each))) for each in words)
    return table("below `then`", "what it asks", rows)


def table(first: str, second: str, rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {left} | {right[0].upper()}{right[1:]} |" for left, right in rows]
    return "\n".join([f"| {first} | {second} |", "|---|---|", *lines])


PARTS: dict[str, Callable[[], str]] = {
    "head": head,
    "steps": steps,
    "beside": beside,
    "asked of a member": asked_of_member,
    "asked of the programme": asked_of_programme,
}


def guide_text() -> str:
    """The guide with its generated parts as they have to be."""
    text = GUIDE.read_text("utf-8")
    for name, make in PARTS.items():
        before, begin, rest = text.partition(f"<!-- generated: {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        assert end, f"the marks of the generated part {name!r} are missing"
        text = f"{before}{begin}{make()}\n{end}{after}"
    return text


def main() -> None:
    """Writes the schema and the generated parts of the guide."""
    SCHEMA.write_text(schema_text(), "utf-8")
    GUIDE.write_text(guide_text(), "utf-8")


if __name__ == "__main__":
    main()
