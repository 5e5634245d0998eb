"""Rules of licences: plans whose seats a customer hands to its entities."""
