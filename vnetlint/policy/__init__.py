"""Policies: rules that a site writes as data, in TOML files."""
