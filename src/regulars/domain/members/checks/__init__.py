"""Checks of the members, one file each. They know the tables of this room and nothing else."""
