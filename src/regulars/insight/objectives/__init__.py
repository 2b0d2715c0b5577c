"""Figures that a merchant can set an objective for: one file each in `measures`."""
