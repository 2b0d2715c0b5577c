"""Checks of the standings, one file each. They know the tables of this room and nothing else."""
