"""How operators come in: e-mail and password, or a one-time link."""
