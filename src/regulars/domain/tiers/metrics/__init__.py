"""What a ladder counts, one file each."""
