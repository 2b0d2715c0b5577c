"""What another ladder does to the members who are there, in words for operators."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from regulars.flows.preview_ladder_change import LadderChange, Move, Sample
from regulars.interfaces.web import words


@dataclass(frozen=True, slots=True)
class MemberShown:
    """One of those who are concerned."""

    name: str
    url: str
    until: str


@dataclass(frozen=True, slots=True)
class MoveShown:
    """From a tier to another, or kept."""

    text: str
    members: int
    tone: str
    some: list[MemberShown]


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One ladder. text: the sum; kept: until when tiers are kept, empty where none is; note: where it is a sample."""

    title: str
    text: str
    kept: str
    note: str
    moves: list[MoveShown]


def change_shown(change: LadderChange) -> ChangeShown:
    """The change for pages."""
    return ChangeShown(
        title=change.name,
        text=gettext("Up: %(up)s. Down: %(down)s. Kept, though no longer reached: %(kept)s. The same: %(same)s.")
        % {
            "up": words.number(change.up),
            "down": words.number(change.down),
            "kept": words.number(change.kept),
            "same": words.number(change.same),
        },
        kept=_kept(change),
        note=_note(change),
        moves=[_move(change, each, count) for each, count in sorted(change.moves.items(), key=_order)],
    )


def _note(change: LadderChange) -> str:
    """What a sample says of all."""
    if change.of is None:
        return ""

    def between(count: int) -> str:
        least, most = change.range_of(count)
        return gettext("%(least)s to %(most)s") % {"least": words.number(least), "most": words.number(most)}

    return gettext(
        "A sample: %(looked)s of %(all)s members were looked at. Of all members, up: %(up)s; down: %(down)s; kept:"
        " %(kept)s (in 95 of 100 samples)."
    ) % {
        "looked": words.number(change.members),
        "all": words.number(change.of),
        "up": between(change.up),
        "down": between(change.down),
        "kept": between(change.kept),
    }


_TONES = {"up": "success", "down": "error", "kept": "warning", "same": "neutral"}
_ORDER = ["down", "kept", "up", "same"]


def _order(each: tuple[Move, int]) -> tuple[int, int]:
    return _ORDER.index(each[0].way), -each[1]


def _kept(change: LadderChange) -> str:
    if not change.kept:
        return ""
    if change.kept_from is None:
        return gettext("They keep it for good.")
    if change.kept_until is None or change.kept_until == change.kept_from:
        return gettext("They keep it until %(day)s at least.") % {"day": words.day(change.kept_from)}
    values = {"first": words.day(change.kept_from), "last": words.day(change.kept_until)}
    return gettext("They keep it as long as before: the first until %(first)s, the last until %(last)s.") % values


def _move(change: LadderChange, move: Move, count: int) -> MoveShown:
    values = {"from": move.from_tier, "to": move.to_tier}
    text = gettext("%(from)s, kept for now") if move.way == "kept" else gettext("%(from)s to %(to)s")
    some = [_member(each) for each in change.samples if each.move == move]
    return MoveShown(text % values, count, _TONES[move.way], some)


def _member(each: Sample) -> MemberShown:
    until = "" if each.until is None else gettext("until %(day)s") % {"day": words.day(each.until)}
    return MemberShown(each.name or gettext("Member"), reverse("console:member", args=[each.member_id]), until)
