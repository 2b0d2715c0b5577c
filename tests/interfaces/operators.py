"""An operator of a shop at the console, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.test import Client

from regulars.flows.sign_in import issue_operator_link
from tests.factories import Shop


def signed_in(shop: Shop) -> Client:
    """Who has followed the link that every operator gets."""
    token = issue_operator_link(
        shop.conn,
        programme=shop.programme,
        email=f"ada-{shop.programme.code}@example.org",
        name="Ada",
        now=datetime.now(UTC),
        lasts=timedelta(minutes=5),
    )
    client = Client()
    client.post(f"/console/enter/{token}")
    return client
