"""Collects the texts of pages and of the pure core into the catalogues and compiles them, after a text changed.

    python frontend/catalogues.py            collect, update, compile
    python frontend/catalogues.py --check    exit 1 if a catalogue lacks a text or is out of date

Needs Babel and Django only; texts without a translation are listed, so that nobody ships half a language.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "regulars"
# The portal keeps its texts with it; everything else is said through the kit's catalogue.
OWN_CATALOGUE = "interfaces/portal/"
CATALOGUES = {
    OWN_CATALOGUE: PACKAGE / "interfaces" / "portal" / "locale",
    "": PACKAGE / "interfaces" / "web" / "locale",
}
LANGUAGES = ("tr", "ar")
SPEAKS = re.compile(r"\b(Sentence|Fact)\(")
PLACE = re.compile(r"\{[a-z_]+\}")
CODE = re.compile(r"^[a-z_.]*$")
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def texts() -> Iterator[tuple[str, object, str | None]]:
    """(place, message id, context) of every text: pages and Python of the doors, sentences of the domain and the library."""
    pages = sorted((PACKAGE / "interfaces").rglob("*.html"))
    modules = [
        *(PACKAGE / "interfaces").rglob("*.py"),
        *(PACKAGE / "domain").rglob("*.py"),
        *(PACKAGE / "flows").rglob("*.py"),
        *(PACKAGE / "insight").rglob("*.py"),
        *(PACKAGE / "kernel").rglob("*.py"),
    ]
    for path in [*pages, *sorted(modules)]:
        if path.is_relative_to(PACKAGE / "interfaces" / "api"):
            continue  # the API's pages are for developers and in English, like the API itself
        source = path.read_text("utf-8")
        if path.suffix == ".html":
            source = templatize(source, origin=str(path))
        elif "interfaces" not in path.parts:
            yield from ((str(path.relative_to(PACKAGE)), text, None) for text in phrases(source))
            if path.parent.name == "strategies" or path.name == "measures.py":
                yield from ((str(path.relative_to(PACKAGE)), text, None) for text in explanations(source))
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            yield str(path.relative_to(PACKAGE)), message, context


def phrases(source: str) -> Iterator[str]:
    """What a module of the pure core says: arguments of Sentence, texts with places in braces, tables of words."""
    tree = ast.parse(source)
    if not SPEAKS.search(source):
        return
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | remarks:
            if PLACE.search(node.value):
                yield node.value
        elif isinstance(node, ast.keyword) and node.arg == "description" and isinstance(node.value, ast.Constant):
            yield str(node.value.value)  # of a parameter: the label of its field
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Sentence", "Fact"):
            said = node.args[0 if node.func.id == "Sentence" else 1]
            yield from (
                each.value for each in ast.walk(said) if isinstance(each, ast.Constant) and " " in str(each.value)
            )
    for statement in tree.body:
        table = getattr(statement, "value", None)
        if isinstance(table, ast.Dict):
            yield from (
                each.value
                for each in table.values
                if isinstance(each, ast.Constant) and isinstance(each.value, str) and not CODE.match(each.value)
            )


def explanations(source: str) -> Iterator[str]:
    """What a way to earn says of itself on its page: its title, the paragraphs of its docstring, words of its example."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and "EarnStrategy" in [getattr(base, "id", "") for base in node.bases]:
            said = ast.get_docstring(node) or ""
            yield from (" ".join(part.split()) for part in re.split(r"\n\s*\n", said) if part.strip())
            titles = (each for each in node.body if isinstance(each, ast.Assign))
            yield from (ast.literal_eval(each.value) for each in titles if ast.unparse(each.targets[0]) == "title")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Word":
            yield str(ast.literal_eval(node.args[0]))
        elif isinstance(node, ast.keyword) and node.arg == "description" and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def collected(part: str) -> Catalog:
    """The texts of one catalogue, by the beginning of their places."""
    catalogue = Catalog(project="Regulars", charset="utf-8")
    for place, message, context in texts():
        if place.startswith(OWN_CATALOGUE) != (part == OWN_CATALOGUE):
            continue
        catalogue.add(message, locations=[(place, None)], context=context)  # type: ignore[arg-type]  # Babel types lines as int
    return catalogue


def main() -> int:
    settings.configure(USE_I18N=False)
    check = "--check" in sys.argv
    complete = True
    for language, part in product(LANGUAGES, CATALOGUES):
        template = collected(part)
        folder = CATALOGUES[part] / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "django.po"
        catalogue = read_po(path.open("rb"), locale=language) if path.exists() else Catalog(locale=language)
        known = {(message.id, message.context) for message in catalogue}
        for message in template:
            if (message.id, message.context) not in known:
                sys.stdout.write(f"{language}: {message.id!r} is not in the catalogue\n")
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        missing = [
            message.id
            for message in catalogue
            if message.id and not all(message.string if isinstance(message.string, tuple) else [message.string])
        ]
        for text in missing:
            sys.stdout.write(f"{language}: no translation for {text!r}\n")
        complete = complete and not missing
        if not check:
            with path.open("wb") as file:
                write_po(file, catalogue, width=140, sort_output=True, omit_header=False)
            with (folder / "django.mo").open("wb") as file:
                write_mo(file, catalogue)
    return 0 if complete else 1


if __name__ == "__main__":
    raise SystemExit(main())
