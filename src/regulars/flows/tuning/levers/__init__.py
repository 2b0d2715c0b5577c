"""What can be turned, one file each."""
