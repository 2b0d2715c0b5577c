"""The engine room: the embedded PostgreSQL, connections, and the packing of rows into COPY."""
