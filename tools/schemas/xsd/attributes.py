"""The attributes of a type, some of them in groups."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tools.schemas.xsd.grammar import Grammar
from tools.schemas.xsd.markup import documentation, xs
from tools.schemas.xsd.pattern import Pattern, Ref, Wild, is_foreign, make, many, members
from tools.schemas.xsd.uses import AttributeUse, Uses, uses_of
from tools.schemas.xsd.values import SimpleTypes


class Attributes:
    """The attributes of a schema in the making; `groups` holds those that have a definition of their own."""

    def __init__(self, grammar: Grammar, values: SimpleTypes) -> None:
        self.grammar = grammar
        self.groups: dict[str, etree._Element] = {}
        self._values = values

    def of(self, body: Pattern, uses: Uses) -> Iterator[etree._Element]:
        """The attributes of a type, from its pattern and what that uses."""
        grouped: dict[str | Wild, str] = {}
        for part in members(body):
            if isinstance(part, Ref) and self.grammar.attributes_only(part.name):
                names = self._grouped(part.name, body)
                grouped |= dict.fromkeys(names, part.name)
        written: set[str] = set()
        wild = None
        for name, use in uses.attributes.items():
            group = grouped.get(name)
            if isinstance(name, Wild) or is_foreign(name):
                # XSD allows only one wildcard an element.
                wild = xs("anyAttribute", processContents="skip")
            elif group is None:
                yield self.declare(name, use)
            elif group not in written:
                written.add(group)
                yield xs("attributeGroup", ref=self._group(group))
        if wild is not None:
            yield wild

    def _grouped(self, name: str, body: Pattern) -> list[str | Wild]:
        """The attributes of a definition that can be written as a group: those of no other part of the body."""
        mine = uses_of(make(Ref, name), self.grammar).attributes
        others = uses_of(many(part for part in members(body) if part != make(Ref, name)), self.grammar).attributes
        simple = len(mine) > 1 and not any(isinstance(each, Wild) or is_foreign(each) for each in mine)
        return list(mine) if simple and not mine.keys() & others.keys() else []

    def _group(self, name: str) -> str:
        if name not in self.groups:
            self.groups[name] = node = xs("attributeGroup", name=name)
            body = self.grammar.expand(self.grammar.define(name))
            node.extend(self.of(body, uses_of(body, self.grammar)))
        return name

    def declare(self, name: str, use: AttributeUse) -> etree._Element:
        """The declaration of one attribute."""
        node = xs("attribute", name=name, use="required" if use.required else None)
        said = documentation(use.found[0].note)
        if said is not None and len({each.note for each in use.found}) == 1:
            node.append(said)
        self._values.set_type(node, use.content())
        return node
