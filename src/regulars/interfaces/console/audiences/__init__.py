<<<<<<< HEAD
"""Audiences: who they are, how lists are filled, how conditions are changed."""
=======
"""Audiences: who is in them, how that changed, who asks for them, and lists from files."""
>>>>>>> main
