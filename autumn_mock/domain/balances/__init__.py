"""Rows of balances: what counts, who draws on what, in which order, and what is shown."""
