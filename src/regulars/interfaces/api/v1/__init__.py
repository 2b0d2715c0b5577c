"""Version 1, one file per noun: parse, authorise, one call, shape the answer."""
