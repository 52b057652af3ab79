"""The engine and its two doors: `lint` in lint.py and `fix` in fix.py."""
