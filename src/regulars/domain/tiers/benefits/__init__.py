"""What a tier gives, one file each."""
