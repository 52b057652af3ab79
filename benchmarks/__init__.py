"""Benchmarks: commands that take a path and print their figures as the last line."""
