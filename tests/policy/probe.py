"""Policies of one rule, and what they find."""

from typing import Any

from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

EXAMPLE = "<network><name>lan</name></network>"
HEAD = f"""[[rule]]
name = "probe"
code = "PROBE01"
title = "A probe."
why = "It is a test."
what-to-do = "Nothing."
bad = ["{EXAMPLE}"]
good = ["{EXAMPLE}"]
"""
"""A rule without a selector and an assertion."""


def policy(rest: str, head: str = HEAD) -> Source:
    """Return a policy with one rule."""
    return named("site.toml", head + rest)


def found(rest: str, *texts: str, **settings: Any) -> list[Finding]:
    """Return what a rule finds in files."""
    files = [named(f"file{number}.xml", text) for number, text in enumerate(texts)]
    result = lint(files, Settings(rules=frozenset({"probe"}), policies=(policy(rest),), **settings))
    return list(result.findings)


def messages(rest: str, *texts: str, **settings: Any) -> list[str]:
    """Return the messages of what a rule finds in files."""
    return [each.message for each in found(rest, *texts, **settings)]


def guest(inside: str, name: str = "web") -> str:
    """Return a guest with a NIC that has these elements."""
    return f"<domain type='kvm'><name>{name}</name><devices>{inside}</devices></domain>"
