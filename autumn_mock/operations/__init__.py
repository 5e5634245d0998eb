"""What the API does: one module per namespace, one function per operation, found by its wire name."""
