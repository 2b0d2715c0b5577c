"""What can happen in a scenario, one file for each verb."""
