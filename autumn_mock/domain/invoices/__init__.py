"""Rules of invoices: how they read, what may become of them, what they come to."""
