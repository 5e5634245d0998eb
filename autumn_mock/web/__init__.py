"""The HTTP layer (Flask lives here alone). No rule of billing."""
