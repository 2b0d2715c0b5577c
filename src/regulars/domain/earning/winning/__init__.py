"""What a return does to something that was won, one policy per file."""
