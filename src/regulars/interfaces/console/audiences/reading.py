"""What the pages of audiences share: the audience of an address, its words, what asks for it, why members moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from regulars.domain.audiences.contracts import Audience, AudienceNotFound, Kind, Reason
from regulars.domain.audiences.queries import audience, audiences
from regulars.domain.earning.conditions_words import condition_words
from regulars.flows.audiences_in_rulebooks import uses_in_rulebooks
from regulars.flows.member_vocabulary import Vocabulary, vocabulary_of
from regulars.flows.refresh_audiences import NIGHT
from regulars.interfaces.console.desk import Desk
from regulars.interfaces.console.labels import Label, who
from regulars.interfaces.web import words


@dataclass(frozen=True, slots=True)
class Use:
    """Something that asks for an audience: what kind of thing, its name, and where it is read."""

    kind: str
    name: str
    url: str


def known_audience(desk: Desk, code: str) -> Audience:
    """The audience of an address. Raises AudienceNotFound."""
    found = audience(desk.conn, programme_id=desk.programme.id, code=code)
    if found is None:
        raise AudienceNotFound(code)
    return found


def vocabulary(desk: Desk, known: Iterable[Audience] | None = None) -> Vocabulary:
    """What can be asked of members; known: the audiences, where they are read already."""
    found = audiences(desk.conn, programme_id=desk.programme.id) if known is None else known
    return vocabulary_of(desk.shelf, found, now=max(desk.now, desk.shelf.starts[0]))


def said_of(found: Audience, asked: Vocabulary) -> str:
    """Who is in it, in plain words."""
    if found.conditions is None:
        return gettext("Members whom somebody listed.")
    return words.sentence_case(words.said(condition_words(found.conditions, asked.terms)))


def kind_of(found: Audience) -> Label:
    if found.archived:
        return Label(gettext("Archived"))
    return Label(gettext("A list"), "info") if found.kind is Kind.static else Label(gettext("By conditions"), "primary")


def uses(desk: Desk, known: Iterable[Audience]) -> dict[str, list[Use]]:
    """By code what asks for each audience: parts of the rulebook in force or of a later one, and other audiences."""
    called = {
        "earn_rules": (gettext("Rule"), "console:rulebook"),
        "campaigns": (gettext("Campaign"), "console:campaigns"),
        "measures": (gettext("Measure"), "console:rulebook"),
    }
    found = {
        code: [Use(called[each.section][0], each.name, reverse(called[each.section][1])) for each in named]
        for code, named in uses_in_rulebooks(desk.shelf, now=desk.now).items()
    }
    for each in known:
        for code in each.refers_to:
            url = reverse("console:audience", args=[each.code])
            found.setdefault(code, []).append(Use(gettext("Audience"), each.name, url))
    return found


def reason_of(reason: Reason) -> str:
    """Why members moved."""
    return {
        Reason.refresh: gettext("Refresh"),
        Reason.import_: gettext("A list was filled"),
        Reason.edit: gettext("Other conditions"),
        Reason.undo: gettext("An import was undone"),
        Reason.merge: gettext("Two members became one"),
        Reason.merge_undone: gettext("A merge was undone"),
    }[reason]


def by_whom(by: str) -> str:
    """Who moved them: somebody, a program, or the night."""
    return gettext("the nightly work") if by == NIGHT else who(by)


def address_of(name: str, *args: object) -> str:
    """The address of a page that may not be there; empty then."""
    try:
        return reverse(f"console:{name}", args=args)
    except NoReverseMatch:
        return ""
