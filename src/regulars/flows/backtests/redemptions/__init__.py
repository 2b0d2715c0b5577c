"""How members spend in a history that is played, one file each."""
