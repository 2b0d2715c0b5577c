"""Gift cards: made, sold, handed over, checked, spent, moved on, replaced and ended."""
