"""The engine room: the embedded PostgreSQL, connections, who sees what, and the packing of rows."""
