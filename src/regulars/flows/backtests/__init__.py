"""What would have been: the whole history played again in memory, under another rulebook."""
