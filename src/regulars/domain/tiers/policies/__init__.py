"""What happens to a tier when the score no longer reaches it, one file each."""
