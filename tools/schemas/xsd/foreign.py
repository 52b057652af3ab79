"""XPath tests for elements of other namespaces, which a schema for one namespace cannot declare."""

from __future__ import annotations

from collections.abc import Iterator

from tools.schemas.xsd.grammar import Grammar
from tools.schemas.xsd.pattern import Element, Wild, is_foreign, namespace_of
from tools.schemas.xsd.uses import Uses, uses_of
from tools.schemas.xsd.xpath import none_of, prefixed


def foreign_tests(uses: Uses, grammar: Grammar) -> Iterator[str]:
    """Which elements of other namespaces there may be in an element, how often, and what they hold."""
    foreign = {name: use for name, use in uses.elements.items() if isinstance(name, str) and is_foreign(name)}
    for space in dict.fromkeys(namespace_of(name) for name in foreign):
        names = {name: prefixed(name, grammar) for name in foreign if namespace_of(name) == space}
        wild = any(isinstance(name, Wild) and name.covers(space) for name in uses.elements)
        if wild or None in names.values():
            continue
        prefix = grammar.prefixes[space]
        yield f"empty({prefix}:*{none_of([f'self::{name}' for name in names.values()])})"
        for name, step in names.items():
            use = foreign[name]
            if use.most is not None and len(names) > 1:
                yield f"count({step}) <= {use.most}"
            if use.least:
                yield f"count({step}) >= {use.least}"
            if len(use.found) == 1:
                yield from _inside(use.found[0], str(step), grammar)


def _inside(element: Element, path: str, grammar: Grammar) -> Iterator[str]:
    """What the elements of another namespace hold: the names of their children and attributes."""
    body = grammar.expand(element.body, deep=True)
    uses = uses_of(body, grammar)
    names = [name for name in (*uses.attributes, *uses.elements) if isinstance(name, Wild)]
    if names or any(prefixed(str(name), grammar) is None for name in (*uses.attributes, *uses.elements)):
        return
    children = [str(prefixed(str(name), grammar)) for name in uses.elements]
    attributes = [str(prefixed(str(name), grammar)) for name in uses.attributes]
    yield f"empty({path}/*{none_of([f'self::{name}' for name in children])})"
    yield f"empty({path}/@*{none_of([f'self::attribute({name})' for name in attributes])})"
    for name, use in uses.attributes.items():
        if use.required:
            yield f"empty({path}[not(@{prefixed(str(name), grammar)})])"
    for name, child in uses.elements.items():
        below = f"{path}/{prefixed(str(name), grammar)}"
        if len(child.found) == 1 and below.count("/") < 4:
            yield from _inside(child.found[0], below, grammar)
