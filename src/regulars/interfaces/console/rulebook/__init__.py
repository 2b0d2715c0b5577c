"""The rulebook in plain words."""
