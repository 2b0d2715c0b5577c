"""The library: figures over everything, on a connection that cannot write."""
