"""The first page: how the programme is doing."""
