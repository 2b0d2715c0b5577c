"""Scenarios: stories about a programme, played through the real flows on a database of their own."""
