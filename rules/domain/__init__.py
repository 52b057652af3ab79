"""Rules about a guest."""
