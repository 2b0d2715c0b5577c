"""What operators are told about what they wrote or asked for."""
