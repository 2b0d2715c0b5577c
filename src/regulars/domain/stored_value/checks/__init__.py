"""Checks of stored value, one file each. They know the tables of this room and nothing else."""
