"""Figures: commands that take a path and print a number as their last line."""
