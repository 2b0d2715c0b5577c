"""Checks between rooms, one file each: what one room wrote about another is true there."""
