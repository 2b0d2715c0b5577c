"""Money that members pay in and spend later: what comes into an account, and what goes out of it."""
