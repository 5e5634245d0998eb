"""Hosted pages: what a person sees on them, and what follows when one is completed."""
