"""Features and plans: what they may be, how they are shown, how they change."""
