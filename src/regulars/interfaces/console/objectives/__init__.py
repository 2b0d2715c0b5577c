"""Objectives: what the programme shall reach, and where it stands."""
