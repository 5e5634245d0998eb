"""Failures of attaching and changing plans."""
