"""What time does to plans: renewals, turns, payments that come due."""
