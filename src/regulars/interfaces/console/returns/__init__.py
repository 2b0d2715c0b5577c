"""Returns that came before their order."""
