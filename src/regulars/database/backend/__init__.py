"""Django's PostgreSQL backend on the same server as everything else; the server is chosen at the first connection."""
