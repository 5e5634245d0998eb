"""The routes and body forms of billing before 2.0."""
