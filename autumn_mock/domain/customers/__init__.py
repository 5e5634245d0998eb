"""Customers and their entities: making, claiming and showing them."""
