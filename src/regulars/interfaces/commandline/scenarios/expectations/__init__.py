"""What a scenario can expect, one file for each word below `then`."""
