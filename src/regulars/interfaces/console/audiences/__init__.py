"""Audiences: who is in them, how that changed, who asks for them, and lists from files."""
