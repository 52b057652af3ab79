"""Which rules report nothing without an inventory, and the keys that they need: the code of `hostneeds.py`.

A rule needs what the inventory under its Bad example has, if the example is not reported without it.
"""

import json

from readers import readers

from vnetlint.engine.lint import lint
from vnetlint.files.read import opened
from vnetlint.inputkey import FileKey
from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.rule import Rule
from vnetlint.settings import Settings

HEAD = '''\
"""The rules that report nothing without an inventory, with the keys that they need. Made by `make docs`."""

from collections.abc import Mapping

NEEDS: Mapping[str, tuple[str, ...]] = {
'''


def needs() -> str:
    """Return the module's text."""
    read_by = readers()
    lines: list[str] = []
    for rule in sorted(builtin(), key=lambda each: each.name):
        keys = [key for key in _keys(rule) if rule.name in read_by.get(key, ())]
        if keys and not _reports_without(rule):
            listed = ", ".join(f'"{key}"' for key in keys)
            lines.append(f'    "{rule.name}": ({listed}{"," if len(keys) == 1 else ""}),\n')
    return HEAD + "".join(lines) + "}\n"


def _keys(rule: Rule) -> list[str]:
    inventories = (json.loads(block.text) for block in rule.page.blocks("Bad") if block.language == "json")
    return sorted({key for each in inventories for key in each if key not in ("version", "name")})


def _reports_without(rule: Rule) -> bool:
    blocks = (block for block in rule.page.blocks("Bad") if block.language == "xml")
    inputs = [
        opened(FileKey(block.file or f"{number}.xml"), block.text.encode()) for number, block in enumerate(blocks)
    ]
    return any(each.rule == rule.name for each in lint(inputs, Settings(frozenset({rule.name}))).findings)
