"""What must not cross the border of the repository: other people's hosts, paths of one machine, unkept promises."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, Finding, assert_none, files_below

# Assembled, or this file would be its own first finding.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"),
        ("debian", "org"), ("docker", "io"), ("ghcr", "io"), ("jsdelivr", "net"), ("unpkg", "com"),
    )
)  # fmt: skip
PROMISES = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
LOCAL_PATHS = re.compile(r"(?<![\w.~-])/(?:home|Users)/[a-z][\w.-]*/")

# Bundles made by others; their text is theirs.
VENDORED = re.compile(r"\.min\.(js|css)$|(^|/)vendor/|(^|/)LICENSE$")


def border_findings(path: Path, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), start=1):
        for host in REGISTRIES:
            if host in line:
                yield Finding(
                    path, number, f"names the package registry {host}", "Leave the host to the reader's set-up"
                )
        # One finding a line: a checkout below a home folder is a local path in more than one way.
        if places := [*LOCAL_PATHS.findall(line), *(own for own in own_places() if own in line)]:
            said = f"holds the local path {places[0]}"
            yield Finding(path, number, said, "Write the path relative to the repository")
        if promise := PROMISES.search(line):
            yield Finding(path, number, f"{promise[0]} is a promise that nobody keeps", "Do it, or open an issue")


def own_places() -> list[str]:
    """Where this checkout lies; a path of one part, such as /app, would be found in every address."""
    return [f"{place}" for place in (ROOT, Path.home()) if len(place.parts) > 2]


def test_nothing_crosses_the_border() -> None:
    findings: list[Finding] = []
    for path in files_below(ROOT):
        relative = path.relative_to(ROOT)
        if VENDORED.search(relative.as_posix()):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture or a font
            continue
        findings.extend(border_findings(relative, text))
    assert_none(findings)


@pytest.mark.parametrize(
    "text",
    [
        f"https://files.{REGISTRIES[1]}/packages",
        "/home/" + "ann/regulars",
        f"see {ROOT}/README.md" if len(ROOT.parts) > 2 else "/Users/" + "ann/x",
        "# " + "TO" + "DO: later",
    ],
)
def test_what_crosses_the_border_is_found(text: str) -> None:
    assert [finding.line for finding in border_findings(Path("docs/page.md"), f"fine\n{text}\n")] == [2]
