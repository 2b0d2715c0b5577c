"""The stored answers of events, read back: what an event gave, and what every rule said."""

from __future__ import annotations

import msgspec

from regulars.domain.earning.contracts import Verdict


class Given(msgspec.Struct):
    """An effect of an event. points: zero for everything but points."""

    type: str
    points: int = 0


class StoredAnswer(msgspec.Struct):
    """The part of an answer that pages show."""

    effects: list[Given]
    rules: list[Verdict]

    @property
    def points(self) -> int:
        return sum(effect.points for effect in self.effects)


read_answer = msgspec.json.Decoder(StoredAnswer).decode
