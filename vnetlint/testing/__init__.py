"""Tests for the rules of a plugin: their pages are checked as vnetlint's own are.

`rules_of` returns the rules of a module, `check_page` runs the examples on the page of one.
"""

from vnetlint.testing.pages import check_page
from vnetlint.testing.plugin import rules_of

__all__ = ["check_page", "rules_of"]
