"""Rewards: what is on offer, redeeming, and what one has."""
