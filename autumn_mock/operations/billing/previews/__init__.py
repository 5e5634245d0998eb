"""What changes would do, told without doing them: the previews of billing operations."""
