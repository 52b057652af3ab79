"""Rules about a network filter."""
