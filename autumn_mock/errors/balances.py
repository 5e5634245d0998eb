"""Failures of balances, checks, tracks and locks."""
