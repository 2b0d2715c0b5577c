"""The doors: translate, authorise, make one call."""
