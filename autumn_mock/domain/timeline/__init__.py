"""What happened while time passed, told to whoever moved the clock."""
