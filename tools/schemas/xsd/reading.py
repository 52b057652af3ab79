"""Reads the patterns of a `.rng` that needs no other file."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from tools.schemas.notation import DOCUMENTATION, SINCE, local, patterns, tag
from tools.schemas.xsd.pattern import (
    EMPTY,
    NOT_ALLOWED,
    TEXT,
    Attribute,
    Data,
    Element,
    ListOf,
    Note,
    Pattern,
    Ref,
    Repeat,
    Value,
    Wild,
    choice,
    make,
    many,
    optional,
)


class XsdError(Exception):
    """A grammar that no XSD can be made of, with the reason."""


class Reader:
    """The definitions of a grammar, by name."""

    def __init__(self, path: Path) -> None:
        self.defines: dict[str, Pattern] = {}
        self.paths: set[str] = set()
        """The names of the types of elements."""
        root = etree.parse(path).getroot()
        self.prefixes = {uri: prefix for prefix, uri in root.nsmap.items() if prefix}
        self.defined = {str(node.get("name")) for node in root.iter(tag("define"))}
        self.start: Pattern = NOT_ALLOWED
        for node in patterns(root):
            if local(node) == "start":
                self.start = self._all(node, "start")
            elif local(node) == "define":
                name = str(node.get("name"))
                self.defines[name] = self._all(node, name)
            else:
                raise XsdError(f"{path}: <{local(node)}> is not for a .rng that needs no other file")
        if self.start is NOT_ALLOWED:
            raise XsdError(f"{path} has no start")

    def _all(self, node: etree._Element, trail: str) -> Pattern:
        """The patterns below a node, side by side."""
        return many(self._pattern(child, trail, node) for child in patterns(node))

    def _pattern(self, node: etree._Element, trail: str, parent: etree._Element | None = None) -> Pattern:
        kind = local(node)
        if kind in {"element", "attribute"}:
            return self._named(node, trail, parent)
        if kind in {"group", "interleave"}:
            return self._all(node, trail)
        if kind == "choice":
            return choice([self._pattern(child, trail, node) for child in patterns(node)])
        if kind == "ref":
            return make(Ref, str(node.get("name")))
        return self._small(node, kind, trail)

    def _small(self, node: etree._Element, kind: str, trail: str) -> Pattern:
        simple = {"text": TEXT, "empty": EMPTY, "notAllowed": NOT_ALLOWED}
        if kind in simple:
            return simple[kind]
        if kind == "data":
            return self._data(node, trail)
        if kind == "value":
            note = _note(node)
            return make(Value, node.get("type") or "token", node.text or "", note)
        inner = self._all(node, trail)
        if kind == "optional":
            return optional(inner)
        if kind == "oneOrMore":
            return make(Repeat, inner)
        if kind == "zeroOrMore":
            return optional(make(Repeat, inner))
        if kind == "mixed":
            return many([TEXT, inner])
        if kind == "list":
            return make(ListOf, inner)
        raise XsdError(f"<{kind}> is not known")

    def _data(self, node: etree._Element, trail: str) -> Pattern:
        facets, but = [], None
        for child in patterns(node):
            if local(child) == "param":
                facets.append((str(child.get("name")), child.text or ""))
            else:
                but = choice(self._pattern(each, trail) for each in patterns(child))
        return make(Data, str(node.get("type")), tuple(facets), but)

    def _named(self, node: etree._Element, trail: str, parent: etree._Element | None) -> Pattern:
        children = patterns(node)
        if node.get("name"):
            names: list[str | Wild] = [_qualified(node, str(node.get("name")))]
        else:
            names = _names(children.pop(0))
        note = _note(node)
        if local(node) == "attribute":
            content = many(self._pattern(child, trail) for child in children) if children else TEXT
            return choice(make(Attribute, name, content, note) for name in names)
        found: list[Pattern] = []
        for name in names:
            owner = parent is not None and local(parent) == "define" and len(patterns(parent)) == 1 == len(names)
            path = trail if owner else self._path(trail, name)
            self.paths.add(path)
            found.append(make(Element, name, many(self._pattern(child, path) for child in children), note, path))
        return choice(found)

    def _path(self, trail: str, name: str | Wild) -> str:
        path = f"{trail}.{name.rpartition('}')[2] if isinstance(name, str) else 'any'}"
        number, unique = 2, path
        while unique in self.paths or unique in self.defined:
            unique, number = f"{path}.{number}", number + 1
        return unique


def _note(node: etree._Element) -> Note:
    """The documentation of a node; that of a value follows it, because a value holds only text."""
    places = list(node.iterchildren(DOCUMENTATION))
    if local(node) == "value":
        behind = node.getnext()
        places = [behind] if behind is not None and behind.tag == DOCUMENTATION else []
    text = " ".join(" ".join((place.text or "").split()) for place in places)
    return Note(text, node.get(SINCE) or "")


def _qualified(node: etree._Element, name: str) -> str:
    prefix, colon, rest = name.rpartition(":")
    if colon:
        return f"{{{node.nsmap[prefix]}}}{rest}"
    holder: etree._Element | None = node
    while holder is not None and local(node) != "attribute":
        namespace = holder.get("ns")
        if namespace is not None:
            return f"{{{namespace}}}{rest}" if namespace else rest
        holder = holder.getparent()
    namespace = node.get("ns")
    return f"{{{namespace}}}{rest}" if namespace else rest


def _names(node: etree._Element) -> list[str | Wild]:
    kind = local(node)
    if kind == "name":
        return [_qualified(node, (node.text or "").strip())]
    if kind == "choice":
        return [name for child in patterns(node) for name in _names(child)]
    without = [
        name for child in patterns(node) if local(child) == "except" for each in patterns(child)
        for name in _names(each)
    ]  # fmt: skip
    namespace = (node.get("ns") or "") if kind == "nsName" else None
    but = tuple(name for name in without if isinstance(name, str))
    spaces = tuple(name.namespace for name in without if isinstance(name, Wild) and name.namespace is not None)
    return [Wild(namespace, but, spaces)]
