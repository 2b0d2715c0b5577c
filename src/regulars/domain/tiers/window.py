"""The base class of windows: how long something counts, and when a period ends."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from regulars.domain.tiers import windows
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class Anchors(NamedTuple):
    """Local days of one member that a window may begin with. joined: of the programme; reached: the tier held."""

    joined: date
    reached: date


class Window(BaseModel):
    """How long something counts. Its fields are its parameters.

    name: how rulebooks call it, in `window: {by: calendar}`. has_periods: whether there are ends at which standings can
    be judged.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]
    has_periods: ClassVar[bool] = False

    @property
    def periodic(self) -> bool:
        """Whether what counts begins anew with each period."""
        return False

    @property
    def personal(self) -> bool:
        """Whether its days depend on the member."""
        return False

    def counted_from(self, day: date, anchors: Anchors) -> date:
        """The first local day that still counts on `day`."""
        raise NotImplementedError

    def leaves_on(self, day: date, anchors: Anchors) -> date:
        """The first local day on which something of `day` no longer counts."""
        raise NotImplementedError

    def next_end(self, day: date, anchors: Anchors) -> date:
        """The first day after the period that `day` lies in. Asked only where there are periods."""
        raise NotImplementedError

    def words(self) -> Sentence:
        """How long it counts: 'within 12 months'."""
        raise NotImplementedError


@cache
def known_windows() -> dict[str, type[Window]]:
    """Every window in the folder, by name."""
    return variants_in(windows, Window)
