"""Hosted pages in a real browser."""
