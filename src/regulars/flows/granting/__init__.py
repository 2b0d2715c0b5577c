"""What a reward gives is granted, fulfilled and taken back: one file for each kind of gift, in `effects`."""
