"""What the verbs about rewards share: how a redemption is taken, how it is named, and what is then said about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from regulars.domain.rewards.queries import redemption, reward_by_code
from regulars.flows.redeem_reward import redeem_reward
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb

LASTING = r"^[0-9]{1,4} (minutes?|hours?)$"
"""How a time is written for which something is set aside."""


def lasting(text: str) -> timedelta:
    """'15 minutes' as a time."""
    number, unit = text.split()
    return timedelta(**{unit.rstrip("s") + "s": int(number)})


class OfReward(MemberVerb):
    """A reward is taken. as: what to call it, where the scenario comes back to it; else the reward's code.

    shares: who of the household pays how much. choices: what the member answers where the reward asks.
    store: where, for a reward that counts its units by store.
    """

    short = "reward"

    reward: str
    as_: str | None = None
    shares: dict[str, int] | None = None
    choices: dict[str, str] | None = None
    store: str = ""

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("reward", self.reward, otherwise="there is no such reward")
        for name in self.shares or ():
            yield from so_far.ask("member", name, otherwise="nobody of this name has joined before")
        so_far.make("redemption", self.as_ or self.reward)

    def take(self, stage: Stage, member: str, *, hold_for: timedelta | None) -> Outcome:
        """Takes it, or sets its price aside for a while. Raises Refusal."""
        wanted = reward_by_code(stage.conn, programme_id=stage.programme.id, code=self.reward)
        assert wanted is not None, f"the reader lets no scenario pass without its reward {self.reward}"
        done = redeem_reward(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], reward_id=wanted.id,
            now=stage.now, by=BY, hold_for=hold_for, choices=self.choices, store=self.store,
            chosen=None if self.shares is None else {stage.members[name]: each for name, each in self.shares.items()},
        )  # fmt: skip
        stage.keep("redemption", self.as_ or self.reward, done.id)
        return stands(stage, done.id)


class OfRedemption(MemberVerb):
    """Something that happens to an earlier redemption, named by its `as` or by its reward."""

    short = "redemption"

    redemption: str

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("redemption", self.redemption, otherwise="nobody took this before")

    def which(self, stage: Stage) -> UUID:
        """The id of the redemption."""
        found: UUID = stage.kept("redemption", self.redemption)
        return found


def stands(stage: Stage, redemption_id: UUID) -> Outcome:
    """The redemption as it stands after the step."""
    found = redemption(stage.conn, programme_id=stage.programme.id, redemption_id=redemption_id)
    return Outcome(() if found is None else (found,))
