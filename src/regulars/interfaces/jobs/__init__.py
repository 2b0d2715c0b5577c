"""The door of time: what runs when nobody asks."""
