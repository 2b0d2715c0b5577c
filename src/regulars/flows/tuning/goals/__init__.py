"""What can be aimed at, one file each: a figure of a candidate, and where it shall be."""
