"""Rules about several hosts at once, which their facts show."""
