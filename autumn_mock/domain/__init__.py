"""The rules of billing: pure functions and immutable records. See README.md beside this file."""
