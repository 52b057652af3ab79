"""Which rules read which field of the inventory, as their code and that of the project and the host shows."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from vnetlint.host import Inventory
from vnetlint.rulebook.catalogue import builtin

ROOT = Path(__file__).parent.parent
FACTS = ROOT / "vnetlint" / "host" / "facts.py"
PROJECT = sorted((ROOT / "vnetlint" / "project").glob("*.py"))


def readers() -> Mapping[str, tuple[str, ...]]:
    """Return the names of the rules that read each field."""
    calls = _calls()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for rule in builtin():
        path = ROOT.joinpath(*rule.module.split(".")[1:]).with_suffix(".py")
        for field in _fields(_asked(ast.parse(path.read_text("utf-8"))), calls):
            found[field].append(rule.name)
    return {field: tuple(sorted(found[field])) for field in Inventory.model_fields}


def _calls() -> dict[str, set[str]]:
    """What each question asks in turn. A question is written as `networks.of` or `host.link`."""
    owners = {FACTS: "host", **{path: path.stem.replace("__init__", "project") for path in PROJECT}}
    asked: defaultdict[str, set[str]] = defaultdict(set)
    for path, owner in owners.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                asked[f"{owner}.{node.name}"] |= set(_asked(node, owner))
    return dict(asked)


def _asked(tree: ast.AST, owner: str = "") -> Iterator[str]:
    """Yield the last two names of every chain of attributes; `self` is the owner."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            value = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            yield f"{owner if value == 'self' else value}.{node.attr}"


def _fields(asked: Iterable[str], calls: Mapping[str, set[str]]) -> set[str]:
    seen = set(asked)
    waiting = list(seen)
    while waiting:
        fresh = calls.get(waiting.pop(), set()) - seen
        seen |= fresh
        waiting += fresh
    return {field for field in Inventory.model_fields if f"inventory.{field}" in seen}


def parts_read(model: type[BaseModel]) -> dict[str, tuple[str, ...]]:
    """Return who reads each field of a part, rules or reach or both, by the names of attributes in their code."""
    return {
        name: tuple(who for who, files in _CODE.items() if name in _attributes(files)) for name in model.model_fields
    }


_CODE = {
    "rules": (FACTS, *PROJECT, *sorted((ROOT / "rules").glob("*/*.py"))),
    "reach": tuple(sorted((ROOT / "vnetlint" / "reach").rglob("*.py"))),
}
"""The code that reads an inventory, by who it belongs to."""


@cache
def _attributes(files: tuple[Path, ...]) -> frozenset[str]:
    """The names of all attributes that some files ask for."""
    trees = (ast.parse(path.read_text("utf-8")) for path in files)
    return frozenset(node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute))
