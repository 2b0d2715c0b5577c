"""Badges that a programme gives: their names, and whether a return can cost one."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Icon = Literal["star", "heart", "trophy", "flame", "cup", "gift", "leaf", "medal"]


class Badge(BaseModel):
    """A sign of what somebody did. text: what it is for. on_return: what a return of the order that brought it does.

    An earn rule with `badge: id` gives it, once for each member.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="Stable short name, never used for another badge")
    name: str = Field(min_length=1, max_length=60, description="How members call it")
    text: str = Field(default="", max_length=200, description="What it is for, as members read it")
    icon: Icon = Field(default="star", description="Its picture")
    on_return: Literal["keep", "undo"] = Field(
        default="undo", description="Whether a return of the order that brought it takes it back (undo)"
    )
