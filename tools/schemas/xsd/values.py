"""Simple types: what an attribute, or an element without attributes and children, may hold."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from tools.schemas.xsd.grammar import Grammar
from tools.schemas.xsd.markup import documentation, xs
from tools.schemas.xsd.names import TypeNames
from tools.schemas.xsd.pattern import (
    EMPTY,
    NOT_ALLOWED,
    Choice,
    Data,
    Empty,
    ListOf,
    Many,
    Pattern,
    Ref,
    Repeat,
    Text,
    Value,
    choice,
)
from tools.schemas.xsd.reading import XsdError
from tools.schemas.xsd.uses import listed_values
from tools.schemas.xsd.xpath import sequence


class SimpleTypes:
    """The simple types of a schema in the making; `named` holds those with a name."""

    def __init__(self, grammar: Grammar, names: TypeNames, *, exact: bool) -> None:
        self.grammar = grammar
        self.exact = exact
        self.named: dict[str, etree._Element] = {}
        self._names = names

    def base(self, name: str, content: Pattern) -> str:
        """The name of the type of text beside attributes, which has to have one; `name` is that of its element."""
        known = self._reference(content)
        if known is not None:
            return known
        unique = self._names.unique(f"{name}.text", content)
        self.named[unique] = inline = self.simple(content)
        inline.set("name", unique)
        return unique

    def set_type(self, node: etree._Element, content: Pattern) -> None:
        """Set the type of an element or attribute to that of its value."""
        known = self._reference(content)
        if known is not None:
            node.set("type", known)
        else:
            node.append(self.simple(content))

    def _reference(self, content: Pattern) -> str | None:
        """The name of the type of a value, where it has one."""
        match content:
            case Text():
                return "xs:string"
            case Data(type_, facets, but) if not facets and but is None:
                return f"xs:{type_}"
            case Ref(name):
                if name not in self.named:
                    # Added before its content is made, because that may refer to it.
                    self.named[name] = xs("simpleType")
                    self._names.claim(name, content)
                    self.named[name] = named = self.simple(self.grammar.define(name))
                    named.set("name", name)
                return name
        return None

    def simple(self, content: Pattern) -> etree._Element:
        """The type of a value, without a name."""
        match content:
            case Value():
                return self._enumeration([content])
            case Data(type_, facets, but):
                return self._restriction(type_, facets, but)
            case Choice():
                return self._union(content)
            case ListOf(inner):
                return self._list(inner)
            case Empty():
                return xs("simpleType", xs("restriction", xs("length", value=0), base="xs:token"))
        known = self._reference(content)
        if known is None:
            raise XsdError(f"no value: {content}")
        return xs("simpleType", xs("restriction", base=known))

    def _enumeration(self, values: list[Value]) -> etree._Element:
        once = {value.value: value for value in values}.values()
        listed = [xs("enumeration", documentation(value.note), value=value.value) for value in once]
        return xs("simpleType", xs("restriction", *listed, base=f"xs:{values[0].type}"))

    def _restriction(self, type_: str, facets: tuple[tuple[str, str], ...], but: Pattern | None) -> etree._Element:
        # Several patterns in one step would mean one or the other.
        steps: list[list[tuple[str, str]]] = [[]]
        for name, value in facets:
            if name == "pattern" and any(each == "pattern" for each, _ in steps[-1]):
                steps.append([])
            steps[-1].append((name, value))
        node: etree._Element | None = None
        for step in steps:
            inner = xs("restriction", node, base=None if node is not None else f"xs:{type_}")
            inner.extend(xs(name, value=value) for name, value in step)
            node = xs("simpleType", inner)
        assert node is not None
        excluded = listed_values(but, self.grammar) if but is not None else None
        if self.exact and excluded and type_ in {"string", "token"}:
            node[0].append(xs("assertion", test=f"not($value = {sequence(excluded)})"))
        return node

    def _union(self, content: Choice) -> etree._Element:
        enumerations: dict[str, list[Value]] = {}
        references: list[str] = []
        inline: list[etree._Element] = []
        for part in content.parts:
            if isinstance(part, Value):
                enumerations.setdefault(part.type, []).append(part)
                continue
            known = self._reference(part)
            if known is not None:
                references.append(known)
            else:
                inline.append(self.simple(part))
        inline[:0] = [self._enumeration(values) for values in enumerations.values()]
        if len(inline) == 1 and not references:
            return inline[0]
        return xs("simpleType", xs("union", *inline, memberTypes=" ".join(references) or None))

    def _list(self, inner: Pattern) -> etree._Element:
        item = choice(dict.fromkeys(_items(inner)))
        if item is NOT_ALLOWED:
            return self.simple(EMPTY)
        node = xs("list")
        known = self._reference(item)
        if known is not None:
            node.set("itemType", known)
        else:
            node.append(self.simple(item))
        return xs("simpleType", node)


def _items(pattern: Pattern) -> Iterator[Pattern]:
    """What the values of a list may be, whatever their number and order."""
    match pattern:
        case Many(parts) | Choice(parts):
            for part in parts:
                yield from _items(part)
        case Repeat(inner):
            yield from _items(inner)
        case Empty():
            return
        case _:
            yield pattern
