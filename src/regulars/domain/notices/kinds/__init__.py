"""Kinds of notices, one file each."""
