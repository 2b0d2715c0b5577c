"""The kinds of gifts, one file each. They know nothing of each other."""
