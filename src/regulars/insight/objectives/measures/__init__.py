"""One figure of a programme per file: what it says, in which unit, which side is good, and how it is read."""
