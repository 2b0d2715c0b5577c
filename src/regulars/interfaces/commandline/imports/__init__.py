"""Importing members and orders. The command group is in `command`."""
