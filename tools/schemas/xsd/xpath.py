"""Pieces of XPath: tests joined, values listed, names with their prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tools.schemas.xsd.grammar import Grammar
from tools.schemas.xsd.pattern import is_foreign, namespace_of


def any_of(tests: Iterable[str]) -> str:
    """A test that holds if one of several does."""
    return " or ".join(tests)


def all_of(tests: Iterable[str]) -> str:
    """A test that holds if all of several do."""
    listed = list(dict.fromkeys(tests))
    return listed[0] if len(listed) == 1 else " and ".join(wrapped(test, " or ") for test in listed)


def wrapped(test: str, joint: str) -> str:
    """A test in parentheses where it holds the joint outside of any."""
    depth, bare = 0, ""
    for letter in re.sub(r"'[^']*'", lambda match: "'" * len(match[0]), test):
        depth += (letter in "([") - (letter in ")]")
        bare += " " if depth and letter != " " else letter if not depth else "_"
    return f"({test})" if joint in bare else test


def sequence(values: Iterable[str]) -> str:
    """Values as a literal: one, or several in parentheses."""
    listed = ["'" + value.replace("'", "''") + "'" for value in values]
    return listed[0] if len(listed) == 1 else f"({', '.join(listed)})"


def prefixed(name: str, grammar: Grammar) -> str | None:
    """A name as XPath has it; None if its namespace has no prefix."""
    if not is_foreign(name):
        return name
    prefix = grammar.prefixes.get(namespace_of(name))
    return f"{prefix}:{name.rpartition('}')[2]}" if prefix else None


def none_of(tests: list[str]) -> str:
    """A predicate that leaves what none of the tests holds for."""
    return f"[not({any_of(tests)})]" if tests else ""
