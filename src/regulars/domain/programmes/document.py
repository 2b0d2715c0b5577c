"""A rulebook from its text: everything that is wrong with it at once, each with line, value and remedy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from regulars.domain.programmes.document_nodes import Unreadable, read_nodes
from regulars.domain.programmes.document_text import Origin, format_finding, taken_origin
from regulars.domain.programmes.findings import Finding
from regulars.domain.programmes.formats import upgraded
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.programmes.semantics import semantic_findings
from regulars.domain.programmes.structure import structural_findings
from regulars.kernel.errors import Refusal

LARGEST = 5_000_000
"""Bytes of a document: ten thousand rules of some hundred letters each."""
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that was looked at. rulebook: None when a finding is an error; findings: in the order of their lines.

    origin: the programme and version that the text says it was exported from. values: what stands in it, None where it
    could not be read.
    """

    rulebook: Rulebook | None
    findings: tuple[Finding, ...]
    origin: Origin = field(default_factory=Origin)
    values: dict[str, Any] | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep it from being published."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def check_rulebook(text: str) -> Checked:
    """Reads YAML or JSON and says everything that is wrong with it; a text that cannot be read has one finding."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LARGEST:
        return _unread(
            1, f"{size:,} bytes", f"it is larger than {LARGEST:,} bytes", "Remove what is no longer in force."
        )
    try:
        root, findings = read_nodes(text)
    except Unreadable as unreadable:
        return Checked(None, (unreadable.finding,))
    if not isinstance(root.value, dict):
        return _unread(root.line, "", "this is not a rulebook", "Start it with the line “rulebook: 1”.")
    origin = taken_origin(root)
    upgraded(root.value)
    other_format = format_finding(root)
    if other_format is not None:
        return Checked(None, (other_format,), origin, root.value)
    findings = sorted(
        [*findings, *structural_findings(root), *semantic_findings(root)], key=lambda each: (each.line, each.path)
    )
    if any(finding.severity == "error" for finding in findings):
        return Checked(None, tuple(findings), origin, root.value)
    return Checked(Rulebook.model_validate(root.value), tuple(findings), origin, root.value)


def check_rulebook_file(content: bytes) -> Checked:
    """The same for the bytes of a file: UTF-8, with or without a byte order mark."""
    try:
        return check_rulebook(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _unread(line, f"byte {content[error.start]:#x}", "the file is not UTF-8 here", "Save it as UTF-8.")


def _unread(line: int, value: str, problem: str, remedy: str) -> Checked:
    return Checked(None, (Finding("", line, value, problem, remedy),))


def require_valid(document: str | bytes) -> Rulebook:
    """The rulebook of a text, or of a file's bytes. Raises Refusal "rulebook_invalid" that lists what is wrong."""
    checked = check_rulebook(document) if isinstance(document, str) else check_rulebook_file(document)
    if checked.rulebook is None:
        errors = checked.errors
        listed = "; ".join(str(finding) for finding in errors[:_LISTED])
        more = f"; and {len(errors) - _LISTED} more" if len(errors) > _LISTED else ""
        raise Refusal(
            "rulebook_invalid",
            "The rulebook is not valid",
            detail=f"{len(errors)} {'thing is' if len(errors) == 1 else 'things are'} wrong: {listed}{more}.",
            remedy="Correct the lines; nothing was published.",
            field=errors[0].path or None,
        )
    return checked.rulebook
