"""The buttons of a form of any part of a rulebook: one more row, one row less. Conditions have buttons of their own."""

from __future__ import annotations

from django.http import QueryDict

ROWS = "rows.act"


def pressed(sent: QueryDict | None) -> tuple[str, str]:
    """Name and value of the button that was pressed; empty: the one that saves, or none."""
    if sent is None:
        return "", ""
    found = [name for name in sent if name == "act" or name.endswith(".act")]
    return (found[0], str(sent[found[0]])) if found else ("", "")


def typed_after(sent: QueryDict, act: tuple[str, str]) -> QueryDict:
    """What was typed, with one more row, or without one."""
    verb, _, place = act[1].partition(":")
    name, _, number = place.rpartition(".")
    if act[0] != ROWS or not number.isdecimal():
        return sent
    typed = sent.copy()
    rows = typed.getlist(f"{name}.rows")
    if verb == "add":
        rows.append(f"{number}=")
    elif verb == "remove":
        rows = [each for each in rows if each.partition("=")[0] != number]
    typed.setlist(f"{name}.rows", rows)
    return typed
