"""The ways to earn, one file each."""
