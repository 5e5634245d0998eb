"""How a newest-shape reply is stepped down to older API versions: pure functions on dicts."""
