"""The engine. Its two entry points are `lint` in lint.py and `fix` in fix.py."""
