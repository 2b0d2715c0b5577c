"""Single rules and campaigns of a document: put in, taken out, and what is wrong with one of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from regulars.domain.programmes.findings import Finding
from regulars.domain.programmes.translations import texts_in

Section = Literal["earn_rules", "campaigns"]
_PAUSED: Mapping[Section, str] = {"earn_rules": "rules", "campaigns": "campaigns"}


def items(document: Mapping[str, Any], section: Section) -> list[dict[str, Any]]:
    """Those of a section that have the form of one."""
    found = document.get(section)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def item(document: Mapping[str, Any], section: Section, code: str) -> dict[str, Any] | None:
    """The rule or campaign with that id, as it stands there."""
    return next((each for each in items(document, section) if each.get("id") == code), None)


def with_item(document: Mapping[str, Any], section: Section, new: Mapping[str, Any]) -> dict[str, Any]:
    """The document with it: in the place of the one that has its id, or as the last."""
    stands = document.get(section)
    known = list(stands) if isinstance(stands, list) else []
    place = next((at for at, each in enumerate(known) if isinstance(each, dict) and each.get("id") == new["id"]), None)
    if place is None:
        known.append(dict(new))
    else:
        known[place] = dict(new)
    return {**document, section: known}


def without_item(document: Mapping[str, Any], section: Section, code: str) -> dict[str, Any]:
    """The document without it, and without what was paused of it. The rules of a campaign go with it."""
    changed = {**document, section: [each for each in document.get(section) or () if _code(each) != code]}
    changed = _unpaused(changed, section, {code})
    if section == "campaigns":
        rules = {_code(each) for each in items(changed, "earn_rules") if each.get("campaign") == code}
        for each in rules:
            changed = without_item(changed, "earn_rules", str(each))
    return changed


def is_paused(document: Mapping[str, Any], section: Section, code: str) -> bool:
    """Whether it rests by itself."""
    paused = document.get("paused")
    names = paused.get(_PAUSED[section]) if isinstance(paused, dict) else None
    return isinstance(names, list) and code in names


def with_pause(document: Mapping[str, Any], section: Section, code: str, *, rests: bool) -> dict[str, Any]:
    """The document in which it rests, or goes on."""
    changed = _unpaused(document, section, {code})
    if not rests:
        return changed
    paused = dict(changed.get("paused") or {})
    paused[_PAUSED[section]] = [*(paused.get(_PAUSED[section]) or ()), code]
    return {**changed, "paused": paused}


def renamed(document: Mapping[str, Any], before: str, after: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """The document with what a text is called in other languages, by language; "" takes it out.

    before: the text until now; where nothing of the document says it any more, it is forgotten.
    """
    is_gone = before != after and before not in texts_in(dict(document))
    stands = document.get("translations")
    known_texts = stands if isinstance(stands, dict) else {}
    said = {key: dict(each) for key, each in known_texts.items() if isinstance(each, dict)}
    for language, text in texts.items():
        known = said.setdefault(language, {})
        if is_gone:
            known.pop(before, None)
        known.pop(after, None)
        if text:
            known[after] = text
    changed = dict(document)
    if said or isinstance(stands, dict):
        changed["translations"] = said
    return changed


def findings_at(findings: Iterable[Finding], places: Iterable[str]) -> list[Finding]:
    """Those about these places of the document, such as earn_rules[3]."""
    wanted = tuple(places)
    return [each for each in findings if any(_is_at(each.path, place) for place in wanted)]


def place_of(document: Mapping[str, Any], section: Section, code: str) -> str:
    """Where it stands, as findings say it; "" where it is not."""
    stands = document.get(section)
    known = stands if isinstance(stands, list) else []
    return next((f"{section}[{at}]" for at, each in enumerate(known) if _code(each) == code), "")


def _is_at(path: str, place: str) -> bool:
    return bool(place) and (path == place or path.startswith((f"{place}.", f"{place}[")))


def _unpaused(document: Mapping[str, Any], section: Section, codes: set[str]) -> dict[str, Any]:
    paused = document.get("paused")
    names = paused.get(_PAUSED[section]) if isinstance(paused, dict) else None
    if not isinstance(paused, dict) or not isinstance(names, list) or not codes & {*map(str, names)}:
        return dict(document)
    return {**document, "paused": {**paused, _PAUSED[section]: [each for each in names if each not in codes]}}


def _code(each: object) -> object:
    return each.get("id") if isinstance(each, dict) else None
