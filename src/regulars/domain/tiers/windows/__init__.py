"""How long something counts towards a tier, one file each."""
