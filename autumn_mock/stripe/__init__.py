"""The simulated payment provider: customers, cards, charges, checkout pages."""
