"""Checks of households, one file each."""
