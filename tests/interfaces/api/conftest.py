"""A shop with an API key of all scopes."""

import pytest

from tests.factories import Shop
from tests.interfaces.api.caller import Caller


@pytest.fixture
def api(shop: Shop) -> Caller:
    """The shop's own program."""
    return Caller(shop)
