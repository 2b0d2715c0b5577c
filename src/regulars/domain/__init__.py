"""The rooms: each knows one thing. See ARCHITECTURE.md for which room may see which."""
