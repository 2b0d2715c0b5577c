"""Makes what tests need, through the product's own flows."""

from tests.factories.shop import NOON, RULEBOOK, Shop, open_shop

__all__ = ["NOON", "RULEBOOK", "Shop", "open_shop"]
