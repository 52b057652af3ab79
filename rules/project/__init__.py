"""Rules about several files together, or files and the host."""
