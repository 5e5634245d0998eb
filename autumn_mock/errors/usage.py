"""Failures of controls, events, tokens and webhooks."""
