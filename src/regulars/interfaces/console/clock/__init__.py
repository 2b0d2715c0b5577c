"""The clock of a sandbox programme."""
