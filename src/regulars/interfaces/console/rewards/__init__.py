"""The catalogue of rewards."""
