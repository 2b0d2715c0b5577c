"""Audiences: who they are, how lists are filled, how conditions are changed."""
