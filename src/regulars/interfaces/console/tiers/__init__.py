"""The ladders: who stands where, and what changing them does."""
