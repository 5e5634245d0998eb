"""Billing controls: usage limits, spend limits, overage, alerts, auto top-ups."""
