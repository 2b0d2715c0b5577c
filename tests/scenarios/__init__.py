"""Stories about programmes that a marketer can read, played on the real database."""
