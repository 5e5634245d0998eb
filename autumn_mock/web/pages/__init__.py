"""Hosted pages: what a person sees in a browser. Plain HTML forms; no script is needed, no other host asked."""
