"""How members come in: by a one-time link that is mailed to them."""
