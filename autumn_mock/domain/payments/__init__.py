"""Rules of simulated cards: which there are, and what a charge of one comes to."""
