"""The rules that a plugin declares, before it is installed."""

from importlib import import_module

from vnetlint.rulebook.pluginload import declared_rules
from vnetlint.rulebook.rule import Rule


def rules_of(module: str) -> tuple[Rule, ...]:
    """Return the rules in a module or package: what its entry point would add.

    Raises PluginError if one breaks a convention, such as a code that begins as vnetlint's own do.
    """
    return declared_rules(import_module(module))
