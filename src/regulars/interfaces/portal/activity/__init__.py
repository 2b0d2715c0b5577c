"""What happened to a member's points, and why."""
