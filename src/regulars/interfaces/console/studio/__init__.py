"""Where one rule or one campaign of a draft is edited: read from the draft, typed, looked at, tried, and saved."""
