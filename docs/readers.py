"""Which rules read which field of the inventory, as their code and that of the project's index tell."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from vnetlint.host import Host
from vnetlint.rulebook.catalogue import builtin

ROOT = Path(__file__).parent.parent
INDEX = (ROOT / "vnetlint" / "host.py", *sorted((ROOT / "vnetlint" / "project").glob("*.py")))


def readers() -> Mapping[str, tuple[str, ...]]:
    """Return the names of the rules that read each field."""
    calls = _functions()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for rule in builtin():
        path = ROOT.joinpath(*rule.module.split(".")[1:]).with_suffix(".py")
        for field in _fields(_named(ast.parse(path.read_text("utf-8"))), calls):
            found[field].append(rule.name)
    return {field: tuple(sorted(found[field])) for field in Host.model_fields}


def _functions() -> dict[str, set[str]]:
    """What each method of the inventory and the index asks these two for, by name."""
    asked: defaultdict[str, set[str]] = defaultdict(set)
    for path in INDEX:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                asked[node.name] |= _named(node, of_host=path.name == "host.py")
    return dict(asked)


def _named(tree: ast.AST, of_host: bool = False) -> set[str]:
    """The attributes of `host`, written `host.x`, and of `project`, written `.x`; `self` is either."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if owner == "host" or (owner == "self" and of_host):
                found.add(f"host.{node.attr}")
            elif owner in ("project", "self"):
                found.add(f".{node.attr}")
    return found


def _fields(named: Iterable[str], calls: Mapping[str, set[str]]) -> set[str]:
    waiting, seen = list(named), set(named)
    while waiting:
        fresh = calls.get(waiting.pop().rpartition(".")[2], set()) - seen
        seen |= fresh
        waiting += fresh
    return {field for field in Host.model_fields if f"host.{field}" in seen}
