"""Checks of the books, one file each. They know the ledger's tables and nothing else."""
