"""Which settings of a rulebook reach a goal: many of them played over the same lives, and compared."""
