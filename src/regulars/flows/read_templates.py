"""The ready-made programmes that come with Regulars, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.template import Template, TemplateDescription, TemplateNotFound

PROGRAMMES = Path(__file__).resolve().parents[3] / "programmes"


@cache
def read_templates() -> tuple[Template, ...]:
    """Every template, in the order of the mission's list. Raises Refusal or ValidationError for one that is broken."""
    found = [_read(path) for path in sorted((PROGRAMMES / "templates").glob("*.yaml"))]
    return tuple(sorted(found, key=lambda each: (int(each.description.capability[1:]), each.code)))


def template_of(code: str) -> Template:
    """The template of that name. Raises TemplateNotFound."""
    for each in read_templates():
        if each.code == code:
            return each
    raise TemplateNotFound(code, [each.code for each in read_templates()])


def _read(path: Path) -> Template:
    description = TemplateDescription.model_validate(yaml.safe_load(path.read_text("utf-8")))
    document = (PROGRAMMES / path.name).read_text("utf-8")
    return Template(path.stem, description, require_valid(document), document)
