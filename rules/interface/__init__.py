"""Rules about a guest's interface."""
