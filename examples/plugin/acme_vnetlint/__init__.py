"""Acme's rules for vnetlint: a module each."""

VNETLINT_API = "1.0"
