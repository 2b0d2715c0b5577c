"""Tests, from the pure core outwards; tests/architecture proves the shape of the house itself."""
