"""What the merchant wants of the programme, in numbers, and where it stood evening by evening."""
