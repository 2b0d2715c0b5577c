"""Points that a member sends to another member."""
