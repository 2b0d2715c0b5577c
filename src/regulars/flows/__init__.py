"""The corridor: one verb per file; the only place where several rooms change together."""
