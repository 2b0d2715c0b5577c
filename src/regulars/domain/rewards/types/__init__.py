"""The kinds of rewards, one file each."""
