"""What plans of customers cost, when they begin, change, renew and end."""
