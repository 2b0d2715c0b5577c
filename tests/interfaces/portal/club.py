"""A shop seen from its members' side."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from regulars.domain.rewards.contracts import Reward, RewardDraft
from regulars.flows.save_reward import save_reward
from regulars.flows.sign_in import MEMBER_LINK_LASTS, issue_member_link
from tests.factories import Shop

_numbers = itertools.count(1)


@dataclass
class Club:
    """A shop with a catalogue, and ways for its members to come in."""

    shop: Shop

    def reward(self, name: str, price: int, **more: Any) -> Reward:
        """A voucher of the catalogue."""
        draft = RewardDraft(
            code=f"reward-{next(_numbers)}",
            name=name,
            price=price,
            **{"type": "discount_voucher", "parameters": {"amount": "5"}} | more,
        )
        return save_reward(self.shop.conn, draft, programme_id=self.shop.programme.id, now=self.shop.now, by="tests")

    def link(self, member: UUID, **lasts: float) -> str:
        """The address of a fresh sign-in link; `minutes=-1` for one that is over."""
        token = issue_member_link(
            self.shop.conn,
            programme=self.shop.programme,
            member_id=member,
            now=self.shop.now,
            lasts=timedelta(**lasts) if lasts else MEMBER_LINK_LASTS,
        )
        return f"/me/sign-in/{token}/"

    def enter(self, member: UUID) -> Guest:
        """The member, signed in."""
        client = Client()
        answer = client.post(self.link(member))
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/me/"
        return Guest(client)


@dataclass
class Guest:
    """Somebody with a browser."""

    client: Client

    def see(self, path: str, *, status: int = 200) -> str:
        """The page as text."""
        answer = self.client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return text_of(answer)

    def send(self, path: str, **values: str) -> HttpResponse:
        """A form."""
        return self.client.post(path, values)  # type: ignore[return-value]  # the client's answer is one, with more

    def form_key(self, reward: Reward) -> str:
        """The hidden key of the form that redeems a reward."""
        page = self.client.get(f"/me/rewards/{reward.id}/redeem").content.decode()
        found = re.search(r'name="key" value="([^"]+)"', page)
        assert found is not None, page
        return found[1]

    def redeem(self, reward: Reward) -> str:
        """Redeems; the address of the result."""
        answer = self.send(f"/me/rewards/{reward.id}/redeem", key=self.form_key(reward))
        assert answer.status_code == 302, text_of(answer)
        return str(answer.headers["Location"])


def text_of(answer: Any) -> str:
    """What a person reads: the content without tags, blanks collapsed."""
    body = answer.content.decode()
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", body, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("&#x27;", "'").replace("&amp;", "&").split())
