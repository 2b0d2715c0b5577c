"""Ready-made programmes: one of each kind, each with stories of its own, each in two languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.domain.programmes.template import Template
from regulars.domain.programmes.translations import texts_in
from regulars.flows.read_templates import read_templates
from regulars.interfaces.commandline.scenarios.reading import read_heading

PROGRAMMES = Path(__file__).parents[2] / "programmes"
TEMPLATES = list(read_templates())
KINDS = {f"A{number}" for number in range(1, 13)}
each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.code)


@pytest.mark.capability("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "A11", "A12")
def test_there_is_one_programme_of_every_kind() -> None:
    kinds = [each.description.capability for each in TEMPLATES]
    assert sorted(kinds) == sorted(KINDS)


@each_template
def test_a_template_is_told_by_scenarios(template: Template) -> None:
    stories = [read_heading(path) for path in (PROGRAMMES / "scenarios" / template.code).glob("*.yaml")]
    played = [each for each in stories if not each.waits_for]
    waiting = {each.waits_for for each in stories if each.waits_for}
    announced = {each.for_ for each in template.description.waits}

    assert played
    assert waiting <= announced, "the description says what is still to come"


@each_template
def test_every_text_of_members_is_there_in_turkish(template: Template) -> None:
    spoken = texts_in(template.rulebook.document()) | {each.name for each in template.description.rewards}
    spoken.discard(template.rulebook.name)  # a proper name

    assert sorted(spoken - set(template.rulebook.texts_in("tr"))) == []


@each_template
def test_a_translation_is_of_something_that_stands_there(template: Template) -> None:
    spoken = texts_in(template.rulebook.document()) | {each.name for each in template.description.rewards}

    assert sorted(set(template.rulebook.texts_in("tr")) - spoken) == []


@each_template
def test_what_merchants_read_is_there_in_turkish(template: Template) -> None:
    told = template.description
    texts = [told.title, told.known_from, told.promise, told.year, *(each.what for each in told.waits)]
    assert [text for text in texts if set(text) != {"en", "tr"}] == []
