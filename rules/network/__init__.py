"""Rules about a network's own XML."""
