"""Checks of vouchers, one file each. They know the tables of this room and nothing else."""
