"""Gift cards: sell, make for a shop, find, hand over, freeze, replace, end."""
