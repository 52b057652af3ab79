"""Makes the `.xsd` files from the `.rng` files, which `build.py` makes from the `.rnc` sources.

    python schemas/xsd.py [--check] [--from DIR] [--to DIR]

Each of `KINDS` becomes two files. `NAME.xsd` is XSD 1.1 and as exact as that can be; `NAME-1.0.xsd` is looser, for the
many tools that know only XSD 1.0, such as `xmllint --schema`. Neither rejects what the `.rng` takes.

RELAX NG says more than XSD can, so this is no translation of one notation into the other. For each element it works out
which attributes and children there can be, how often, and of what type; that much fits into both versions. What is left
are the choices that depend on each other:

- A choice that an attribute settles (`<interface type='…'>`) becomes a type for each value of the attribute, and
  `xs:alternative` picks it. `Restriction` computes these types: what the pattern is once the value is known.
- Any other choice (a netmask or a prefix, not both) becomes an `xs:assert`, see `Tests`.
- Children stand in any order: `xs:all` in XSD 1.1. In 1.0, where `xs:all` takes each child at most once, they become a
  repeated choice as soon as one of them may repeat.
- XSD wants children of one name to have one type, so where RELAX NG tells them apart by what stands around them, their
  contents are joined as a choice, and an assertion keeps apart what was told apart.

Two things are lost on purpose. One file describes one namespace, so elements of another one (`dnsmasq:options`) are
wildcards, in 1.1 with assertions about their names. And the order of children is never checked, as libvirt does not
mind it. Where an element has no content, XSD would forbid even a line break in it; the group `nothing`, a wildcard for
no namespace at all, allows that.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from lxml import etree

RNG = "{http://relaxng.org/ns/structure/1.0}"
DOCUMENTATION = "{http://relaxng.org/ns/compatibility/annotations/1.0}documentation"
SINCE = "{urn:vnetlint:schema}since"
XS = "http://www.w3.org/2001/XMLSchema"
VC = "http://www.w3.org/2007/XMLSchema-versioning"
SCHEMAS = Path(__file__).resolve().parent
NOTICE = " Made from {source} by schemas/xsd.py; edit its sources (*.rnc), not this. "
KINDS = ("domain", "network", "nwfilter")
VERSIONS = ("1.1", "1.0")
MOST_VALUES = 40
"""With more values than these an attribute is no switch between types."""


# -- patterns --------------------------------------------------------------------------------------------------------
# What RELAX NG says, each pattern existing once, so that equal patterns are the same object.


@dataclass(frozen=True)
class Note:
    """What the grammar tells people about something."""

    text: str = ""
    since: str = ""


@dataclass(frozen=True, eq=False)
class Pattern:
    """One pattern. Made by `make` only."""


@dataclass(frozen=True, eq=False)
class Empty(Pattern):
    """Nothing."""


@dataclass(frozen=True, eq=False)
class NotAllowed(Pattern):
    """What nothing satisfies."""


@dataclass(frozen=True, eq=False)
class Text(Pattern):
    """Any text."""


@dataclass(frozen=True, eq=False)
class Data(Pattern):
    """A value of a type with facets, but for some values."""

    type: str
    facets: tuple[tuple[str, str], ...]
    but: Pattern | None


@dataclass(frozen=True, eq=False)
class Value(Pattern):
    """One value."""

    type: str
    value: str
    note: Note


@dataclass(frozen=True, eq=False)
class ListOf(Pattern):
    """Values parted by white space."""

    inner: Pattern


@dataclass(frozen=True)
class Wild:
    """A class of names: all of them or those of one namespace, but for some names and some namespaces."""

    namespace: str | None
    but: tuple[str, ...] = ()
    but_namespaces: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Attribute(Pattern):
    """An attribute."""

    name: str | Wild
    content: Pattern
    note: Note


@dataclass(frozen=True, eq=False)
class Element(Pattern):
    """An element. `path` is unique and names its type: its definition, or `definition.name` within one."""

    name: str | Wild
    body: Pattern
    note: Note
    path: str


@dataclass(frozen=True, eq=False)
class Many(Pattern):
    """All of these, in any order."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, eq=False)
class Choice(Pattern):
    """One of these."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, eq=False)
class Repeat(Pattern):
    """One or more of this."""

    inner: Pattern


@dataclass(frozen=True, eq=False)
class Ref(Pattern):
    """A definition, by its name."""

    name: str


P = TypeVar("P", bound=Pattern)
_made: dict[tuple[object, ...], Pattern] = {}


def make(kind: Callable[..., P], *arguments: object) -> P:
    """Give the only pattern of a kind with these arguments."""
    return _made.setdefault((kind, *arguments), kind(*arguments))  # type: ignore[return-value]


EMPTY = make(Empty)
NOT_ALLOWED = make(NotAllowed)
TEXT = make(Text)


def many(parts: Iterable[Pattern]) -> Pattern:
    """All of these."""
    flat: list[Pattern] = []
    for part in parts:
        flat += part.parts if isinstance(part, Many) else (part,)
    if NOT_ALLOWED in flat:
        return NOT_ALLOWED
    flat = [part for part in flat if part is not EMPTY]
    if not flat:
        return EMPTY
    return flat[0] if len(flat) == 1 else make(Many, tuple(flat))


def choice(parts: Iterable[Pattern]) -> Pattern:
    """One of these. What all of them have in common moves out: (a & x) | (b & x) is x & (a | b)."""
    flat: dict[Pattern, None] = {}
    for part in parts:
        flat |= dict.fromkeys(part.parts if isinstance(part, Choice) else (part,))
    flat.pop(NOT_ALLOWED, None)
    if not flat:
        return NOT_ALLOWED
    if len(flat) == 1:
        return next(iter(flat))
    if EMPTY in flat:
        rest = choice(part for part in flat if part is not EMPTY)
        return make(Choice, (*(rest.parts if isinstance(rest, Choice) else (rest,)), EMPTY))
    alternatives = [members(part) for part in flat]
    common = [part for part in alternatives[0] if all(part in other for other in alternatives[1:])]
    if common:
        own = choice(many(part for part in parts if part not in common) for parts in alternatives)
        return many([*common, own])
    return make(Choice, tuple(flat))


def optional(pattern: Pattern) -> Pattern:
    """Leave the choice between something and nothing."""
    return choice([pattern, EMPTY])


def members(pattern: Pattern) -> tuple[Pattern, ...]:
    """What stands side by side in a pattern."""
    return pattern.parts if isinstance(pattern, Many) else (pattern,)


def alternatives(pattern: Pattern) -> tuple[Pattern, ...]:
    """What a pattern lets one choose between, but for nothing at all."""
    parts = pattern.parts if isinstance(pattern, Choice) else (pattern,)
    return tuple(part for part in parts if part is not EMPTY)


def namespace_of(name: str) -> str:
    """The namespace of a qualified name; empty if it has none."""
    return name[1 : name.index("}")] if name.startswith("{") else ""


def is_foreign(name: str | Wild) -> bool:
    """Whether a name is of a namespace."""
    return isinstance(name, str) and name.startswith("{")


# -- reading ---------------------------------------------------------------------------------------------------------


class XsdError(Exception):
    """A grammar that no XSD can be made of, with the reason."""


class Grammar:
    """The definitions of a `.rng` that needs no other file."""

    def __init__(self, path: Path) -> None:
        self.defines: dict[str, Pattern] = {}
        self.prefixes: dict[str, str] = {}
        self.paths: set[str] = set()
        root = etree.parse(path).getroot()
        self.prefixes = {uri: prefix for prefix, uri in root.nsmap.items() if prefix}
        self.owned = {str(node.get("name")) for node in root.iter(f"{RNG}define")}
        self.start: Pattern = NOT_ALLOWED
        for node in _children(root):
            if node.tag == f"{RNG}start":
                self.start = self._all(node, "start")
            elif node.tag == f"{RNG}define":
                name = str(node.get("name"))
                self.defines[name] = self._all(node, name)
            else:
                raise XsdError(f"{path}: <{_local(node)}> is not for a .rng that needs no other file")
        if self.start is NOT_ALLOWED:
            raise XsdError(f"{path} has no start")
        self._attributes_only: dict[str, bool] = {}
        self._data_only: dict[str, bool] = {}
        self._expanded: dict[tuple[Pattern, bool], Pattern] = {}

    # reading the notation

    def _all(self, node: etree._Element, trail: str) -> Pattern:
        """The patterns below a node, side by side."""
        return many(self._pattern(child, trail, node) for child in _children(node))

    def _pattern(self, node: etree._Element, trail: str, parent: etree._Element | None = None) -> Pattern:
        kind = _local(node)
        if kind in {"element", "attribute"}:
            return self._named(node, trail, parent)
        if kind in {"group", "interleave"}:
            return self._all(node, trail)
        if kind == "choice":
            return choice([self._pattern(child, trail, node) for child in _children(node)])
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
        for child in _children(node):
            if _local(child) == "param":
                facets.append((str(child.get("name")), child.text or ""))
            else:
                but = choice(self._pattern(each, trail) for each in _children(child))
        return make(Data, str(node.get("type")), tuple(facets), but)

    def _named(self, node: etree._Element, trail: str, parent: etree._Element | None) -> Pattern:
        children = _children(node)
        if node.get("name"):
            names: list[str | Wild] = [_qualified(node, str(node.get("name")))]
        else:
            names = _names(children.pop(0))
        note = _note(node)
        if _local(node) == "attribute":
            content = many(self._pattern(child, trail) for child in children) if children else TEXT
            return choice(make(Attribute, name, content, note) for name in names)
        found: list[Pattern] = []
        for name in names:
            owner = parent is not None and _local(parent) == "define" and len(_children(parent)) == 1 == len(names)
            path = trail if owner else self._path(trail, name)
            self.paths.add(path)
            found.append(make(Element, name, many(self._pattern(child, path) for child in children), note, path))
        return choice(found)

    def _path(self, trail: str, name: str | Wild) -> str:
        path = f"{trail}.{name.rpartition('}')[2] if isinstance(name, str) else 'any'}"
        number, unique = 2, path
        while unique in self.paths or unique in self.owned:
            unique, number = f"{path}.{number}", number + 1
        return unique

    # asking about definitions

    def define(self, name: str) -> Pattern:
        """The pattern of a definition."""
        if name not in self.defines:
            raise XsdError(f"{name} is not defined")
        return self.defines[name]

    def attributes_only(self, name: str) -> bool:
        """Whether a definition holds attributes and nothing else."""
        if name not in self._attributes_only:
            self._attributes_only[name] = False
            self._attributes_only[name] = self._only(self.define(name), (Attribute, Empty), self.attributes_only)
        return self._attributes_only[name]

    def data_only(self, name: str) -> bool:
        """Whether a definition is what an attribute may hold."""
        if name not in self._data_only:
            self._data_only[name] = False
            kinds = (Data, Value, Text, ListOf)
            self._data_only[name] = self._only(self.define(name), kinds, self.data_only)
        return self._data_only[name]

    def _only(self, pattern: Pattern, kinds: tuple[type[Pattern], ...], is_ref: Callable[[str], bool]) -> bool:
        if isinstance(pattern, Ref):
            return is_ref(pattern.name)
        if isinstance(pattern, Many | Choice):
            return all(part is EMPTY or self._only(part, kinds, is_ref) for part in pattern.parts)
        return isinstance(pattern, kinds)

    def expand(self, pattern: Pattern, *, deep: bool = False) -> Pattern:
        """A pattern without references, but for those to values and, unless `deep`, to attributes only."""
        key = (pattern, deep)
        if key not in self._expanded:
            self._expanded[key] = self._expand(pattern, deep)
        return self._expanded[key]

    def _expand(self, pattern: Pattern, deep: bool) -> Pattern:
        match pattern:
            case Ref(name) if self.data_only(name) or (not deep and self.attributes_only(name)):
                return pattern
            case Ref(name):
                return self.expand(self.define(name), deep=deep)
            case Many(parts):
                return many(self.expand(part, deep=deep) for part in parts)
            case Choice(parts):
                # What an alternative may have in common with another shows only when all is expanded.
                return choice(self.expand(part, deep=deep) for part in parts)
            case Repeat(inner):
                return make(Repeat, self.expand(inner, deep=deep))
        return pattern


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


def _children(node: etree._Element) -> list[etree._Element]:
    return [child for child in node if isinstance(child.tag, str) and child.tag.startswith(RNG)]


def _note(node: etree._Element) -> Note:
    """The documentation of a node; that of a value stands behind it, as a value holds text only."""
    places = list(node.iterchildren(DOCUMENTATION))
    if _local(node) == "value":
        behind = node.getnext()
        places = [behind] if behind is not None and behind.tag == DOCUMENTATION else []
    text = " ".join(" ".join((place.text or "").split()) for place in places)
    return Note(text, node.get(SINCE) or "")


def _qualified(node: etree._Element, name: str) -> str:
    prefix, colon, local = name.rpartition(":")
    if colon:
        return f"{{{node.nsmap[prefix]}}}{local}"
    holder: etree._Element | None = node
    while holder is not None and _local(node) != "attribute":
        namespace = holder.get("ns")
        if namespace is not None:
            return f"{{{namespace}}}{local}" if namespace else local
        holder = holder.getparent()
    namespace = node.get("ns")
    return f"{{{namespace}}}{local}" if namespace else local


def _names(node: etree._Element) -> list[str | Wild]:
    kind = _local(node)
    if kind == "name":
        return [_qualified(node, (node.text or "").strip())]
    if kind == "choice":
        return [name for child in _children(node) for name in _names(child)]
    without = [
        name for child in _children(node) if _local(child) == "except" for each in _children(child)
        for name in _names(each)
    ]  # fmt: skip
    namespace = (node.get("ns") or "") if kind == "nsName" else None
    but = tuple(name for name in without if isinstance(name, str))
    spaces = tuple(name.namespace for name in without if isinstance(name, Wild) and name.namespace is not None)
    return [Wild(namespace, but, spaces)]


# -- what an element can hold ----------------------------------------------------------------------------------------


@dataclass
class AttributeUse:
    """An attribute of an element: whether it must be there, and all that is said about it."""

    required: bool
    found: list[Attribute]

    def content(self) -> Pattern:
        """What its value may be."""
        return choice(dict.fromkeys(each.content for each in self.found))


@dataclass
class ElementUse:
    """A child: how often, at least and at most (None: no limit), and all that is said about it."""

    least: int
    most: int | None
    found: list[Element]

    def body(self) -> Pattern:
        """What it may hold."""
        return choice(dict.fromkeys(each.body for each in self.found))


@dataclass
class Uses:
    """The attributes and children that a pattern speaks of, whatever depends on what."""

    attributes: dict[str | Wild, AttributeUse] = field(default_factory=dict)
    elements: dict[str | Wild, ElementUse] = field(default_factory=dict)

    def beside(self, other: Uses) -> None:
        """Add what stands beside this."""
        for name, use in other.attributes.items():
            mine = self.attributes.setdefault(name, AttributeUse(False, []))
            mine.required = mine.required or use.required
            mine.found += [each for each in use.found if each not in mine.found]
        for name, child in other.elements.items():
            ours = self.elements.setdefault(name, ElementUse(0, 0, []))
            ours.least += child.least
            ours.most = None if ours.most is None or child.most is None else ours.most + child.most
            ours.found += [each for each in child.found if each not in ours.found]

    @staticmethod
    def either(several: list[Uses]) -> Uses:
        """What there can be if one of several holds."""
        result = Uses()
        for name in dict.fromkeys(name for each in several for name in each.attributes):
            uses = [each.attributes.get(name) for each in several]
            found = dict.fromkeys(it for use in uses if use for it in use.found)
            result.attributes[name] = AttributeUse(all(use and use.required for use in uses), list(found))
        for name in dict.fromkeys(name for each in several for name in each.elements):
            children = [each.elements.get(name) for each in several]
            most: int | None = 0
            for child in children:
                if child is not None:
                    most = None if most is None or child.most is None else max(most, child.most)
            result.elements[name] = ElementUse(
                min(child.least if child else 0 for child in children),
                most,
                list(dict.fromkeys(it for child in children if child for it in child.found)),
            )
        return result


def uses_of(pattern: Pattern, grammar: Grammar) -> Uses:
    """What a pattern speaks of."""
    match pattern:
        case Attribute(name):
            return Uses(attributes={name: AttributeUse(not isinstance(name, Wild), [pattern])})
        case Element(name):
            return Uses(elements={name: ElementUse(1, 1, [pattern])})
        case Many(parts):
            result = Uses()
            for part in parts:
                result.beside(uses_of(part, grammar))
            return result
        case Choice(parts):
            return Uses.either([uses_of(part, grammar) for part in parts])
        case Repeat(inner):
            result = uses_of(inner, grammar)
            for child in result.elements.values():
                child.most = None
            return result
        case Ref(name) if grammar.attributes_only(name):
            return uses_of(grammar.expand(pattern, deep=True), grammar)
    return Uses()


def content_of(pattern: Pattern, grammar: Grammar) -> Pattern:
    """What of a pattern is text and values."""
    match pattern:
        case Many(parts):
            return many(content_of(part, grammar) for part in parts)
        case Choice(parts):
            return choice(content_of(part, grammar) for part in parts)
        case Ref(name):
            return pattern if grammar.data_only(name) else EMPTY
        case Attribute() | Element() | Repeat():
            return EMPTY
    return pattern


# -- one value of an attribute decides -------------------------------------------------------------------------------


def listed_values(pattern: Pattern, grammar: Grammar) -> dict[str, Value] | None:
    """The values of an attribute's content; None if others are possible."""
    match pattern:
        case Value(type_, value):
            return {value.strip() if type_ == "token" else value: pattern}
        case Choice(parts):
            found: dict[str, Value] = {}
            for part in parts:
                inner = listed_values(part, grammar)
                if inner is None:
                    return None
                found |= inner
            return found
        case Ref(name):
            return listed_values(grammar.define(name), grammar)
    return None


class Restriction:
    """What patterns become once it is known whether an attribute is there and which values it has."""

    def __init__(self, grammar: Grammar, name: str, values: frozenset[str] | None, *, keep: bool = True) -> None:
        """`values` is None if the attribute is absent. Without `keep` it is left out of the result."""
        self.grammar = grammar
        self.name = name
        self.values = values
        self.keep = keep

    def holds(self, pattern: Pattern) -> bool:
        """Whether a pattern speaks of the attribute."""
        match pattern:
            case Attribute(name):
                return name == self.name
            case Many(parts) | Choice(parts):
                return any(self.holds(part) for part in parts)
            case Ref(name):
                return self.grammar.attributes_only(name) and self.holds(self.grammar.expand(pattern, deep=True))
        return False

    def __call__(self, pattern: Pattern) -> Pattern:
        """Give the rest of a pattern."""
        if not self.holds(pattern):
            return pattern
        match pattern:
            case Attribute():
                return self._attribute(pattern)
            case Many(parts):
                return many(self(part) for part in parts)
            case Choice(parts):
                if self.values is None:
                    return choice(self(part) for part in parts)
                # The attribute is there, so what does not speak of it is not what was chosen.
                return choice(self(part) for part in parts if self.holds(part))
            case Ref():
                return self(self.grammar.expand(pattern, deep=True))
        return pattern

    def _attribute(self, attribute: Attribute) -> Pattern:
        if self.values is None:
            return NOT_ALLOWED
        listed = listed_values(attribute.content, self.grammar) or {}
        kept = [listed[value] for value in listed if value in self.values]
        if not kept:
            return NOT_ALLOWED
        return make(Attribute, attribute.name, choice(kept), attribute.note) if self.keep else EMPTY


@dataclass
class Case:
    """A type that an element has for some values of an attribute, or without it (None)."""

    values: list[str] | None
    body: Pattern


@dataclass
class Switch:
    """An attribute that decides about an element's type."""

    attribute: str
    cases: list[Case]
    everything: Attribute
    may_be_absent: bool


def switch_of(body: Pattern, grammar: Grammar) -> Switch | None:
    """The attribute that best tells apart what an element may hold, if there is one."""
    deep = grammar.expand(body, deep=True)
    uses = uses_of(deep, grammar)
    if any(isinstance(name, Wild) for name in uses.attributes):
        return None
    best: Switch | None = None
    for name, use in uses.attributes.items():
        if not isinstance(name, str) or is_foreign(name) or not _is_switch(name, uses, deep, grammar):
            continue
        switch = _cases(name, use, body, grammar)
        if switch is not None and (best is None or len(switch.cases) > len(best.cases)):
            best = switch
    return best


def _is_switch(name: str, uses: Uses, deep: Pattern, grammar: Grammar) -> bool:
    use = uses.attributes[name]
    contents = {each.content for each in use.found}
    values = listed_values(use.content(), grammar)
    if values is None or len(values) > MOST_VALUES:
        return False
    if len(contents) > 1:
        return True
    # It has but one meaning, yet what stands beside it may depend on whether it is there.
    unclear = any(len({each.body for each in child.found}) > 1 for child in uses.elements.values())
    return unclear and not use.required and _is_chosen(name, deep)


def _is_chosen(name: str, pattern: Pattern) -> bool:
    match pattern:
        case Many(parts):
            return any(_is_chosen(name, part) for part in parts)
        case Choice():
            return any(
                isinstance(member, Attribute) and member.name == name
                for part in alternatives(pattern) if isinstance(part, Many) for member in part.parts
            )  # fmt: skip
    return False


def _cases(name: str, use: AttributeUse, body: Pattern, grammar: Grammar) -> Switch | None:
    values = listed_values(use.content(), grammar) or {}
    by_rest: dict[Pattern, list[str]] = {}
    for value in values:
        rest = Restriction(grammar, name, frozenset((value,)), keep=False)(body)
        if rest is not NOT_ALLOWED:
            by_rest.setdefault(rest, []).append(value)
    cases = [Case(group, Restriction(grammar, name, frozenset(group))(body)) for group in by_rest.values()]
    absent = Restriction(grammar, name, None)(body)
    if absent is not NOT_ALLOWED:
        cases.append(Case(None, absent))
    if len({*by_rest, absent} - {NOT_ALLOWED}) < 2:
        return None
    everything = make(Attribute, name, use.content(), use.found[0].note)
    return Switch(name, cases, everything, absent is not NOT_ALLOWED)


# -- assertions ------------------------------------------------------------------------------------------------------


class Tests:
    """What XPath says about the choices of one element that nothing else keeps apart.

    Only names, numbers and listed values are looked at. Whatever cannot be said is left out, so that a test is never
    stricter than the pattern.
    """

    DEEPEST = 2

    def __init__(self, body: Pattern, grammar: Grammar, depth: int = 0) -> None:
        self.grammar = grammar
        self.body = grammar.expand(body, deep=True)
        self.uses = uses_of(self.body, grammar)
        self.depth = depth

    def assertions(self) -> list[str]:
        """The tests of the element, each for itself."""
        found: dict[str, None] = {}
        unclear = self._repeated(members(self.body))
        for part in members(self.body):
            # That something must be there is said where it is declared.
            if not (isinstance(part, Attribute | Element) and not self._is_unclear(part)):
                tests = self._tests(part, unclear)
                if not isinstance(part, Repeat) or self._is_unclear(part.inner):
                    found |= dict.fromkeys(tests)
        required = {self._step(use.found[0]) for use in self.uses.attributes.values() if use.required}
        return [test for test in found if test not in required]

    def _tests(self, pattern: Pattern, unclear: frozenset[str]) -> list[str]:
        """What must hold all together where a pattern was chosen; none if nothing can be said."""
        match pattern:
            case Attribute() | Element():
                return self._one(pattern, unclear)
            case Repeat(inner):
                return self._again(inner, unclear)
            case Many(parts):
                hidden = unclear | self._repeated(parts)
                return [test for part in parts for test in self._tests(part, hidden)]
            case Choice():
                return self._chosen(pattern, unclear)
        return []

    def _one(self, pattern: Attribute | Element, unclear: frozenset[str]) -> list[str]:
        step = self._step(pattern)
        if step is None or step in unclear:
            return []
        if isinstance(pattern, Attribute):
            if not self._is_unclear(pattern):
                return [step]
            values = listed_values(pattern.content, self.grammar)
            declared = listed_values(self.uses.attributes[pattern.name].content(), self.grammar)
            if not values or (declared is not None and values.keys() == declared.keys()):
                return [step]
            return [f"normalize-space({step}) = {_sequence(values)}"]
        inner = self._content(pattern)
        test = f"{step}[{inner}]" if inner else step
        use = self.uses.elements[pattern.name]
        return [test] if use.most == 1 else [test, f"count({step}) = 1"]

    def _again(self, inner: Pattern, unclear: frozenset[str]) -> list[str]:
        kinds = alternatives(inner)
        if EMPTY in members(inner) or any(not isinstance(kind, Element) for kind in kinds):
            return []
        steps = [self._step(kind) for kind in kinds if isinstance(kind, Element)]
        if None in steps or unclear & set(steps):
            return []
        return [_any(str(step) for step in steps)]

    def _chosen(self, pattern: Choice, unclear: frozenset[str]) -> list[str]:
        parts = alternatives(pattern)
        names = self._names(pattern)
        if names is None:
            return []
        everything = [name for name in names if name not in unclear]
        if len(names) == 1 < len(parts) and all(isinstance(part, Attribute) for part in parts):
            return [] if EMPTY in pattern.parts else everything
        one_each = [self._plain_step(part) for part in parts]
        if len(parts) > 1 and None not in one_each and not unclear & set(names) and len(names) == len(parts):
            listed = ", ".join(str(step) for step in one_each)
            return [f"count(({listed})) {'<=' if EMPTY in pattern.parts else '='} 1"]
        tests: list[list[str]] = []
        for part in parts:
            own = self._names(part) or ()
            others = [name for name in everything if name not in own]
            tests.append([*self._tests(part, unclear), *([f"not({_any(others)})"] if others else [])])
        if [] in tests or (EMPTY in pattern.parts and not everything):
            return []
        tests = [test for test in tests if not any(set(other) < set(test) for other in tests)]
        if EMPTY in pattern.parts:
            if len(tests) == 1 and tests[0] == [_any(everything)]:
                return []
            if len(tests) == 1 and len(tests[0]) == 1 and tests[0][0] in everything:
                everything.remove(tests[0][0])
                tests.append([f"not({_any(everything)})"])
            elif not any(len(test) == 1 and test[0].startswith("not(") for test in tests):
                tests.insert(0, [f"not({_any(everything)})"])
        joined = dict.fromkeys(_all_of(test) for test in tests)
        return [_any(joined) if len(joined) == 1 else _any(_wrapped(test, " and ") for test in joined)]

    def _plain_step(self, pattern: Pattern) -> str | None:
        """The step to what is there once if a pattern was chosen, if its declaration says all about it."""
        inner = pattern.inner if isinstance(pattern, Repeat) else pattern
        if not isinstance(inner, Attribute | Element) or self._is_unclear(inner):
            return None
        step = self._step(inner)
        if step is None or isinstance(inner, Attribute):
            return step
        most = self.uses.elements[inner.name].most
        return step if most == 1 else f"{step}[1]" if isinstance(pattern, Repeat) else None

    def _names(self, pattern: Pattern) -> tuple[str, ...] | None:
        """The steps to all that a pattern speaks of; None if these are not names alone."""
        uses = uses_of(pattern, self.grammar)
        if content_of(pattern, self.grammar) not in (EMPTY, NOT_ALLOWED):
            return None
        steps: list[str] = []
        found: list[Attribute | Element] = [use.found[0] for use in uses.attributes.values()]
        for each in [*found, *(use.found[0] for use in uses.elements.values())]:
            step = self._step(each)
            if step is None:
                return None
            steps.append(step)
        return tuple(steps)

    def _step(self, pattern: Attribute | Element) -> str | None:
        if isinstance(pattern.name, Wild):
            return None
        name = _prefixed(pattern.name, self.grammar)
        if name is None:
            return None
        return f"@{name}" if isinstance(pattern, Attribute) else name

    def _is_unclear(self, pattern: Pattern) -> bool:
        """Whether the declared type takes more than the pattern does, as it stands for others too."""
        if isinstance(pattern, Attribute):
            return len({each.content for each in self.uses.attributes[pattern.name].found}) > 1
        if isinstance(pattern, Element):
            return len({each.body for each in self.uses.elements[pattern.name].found}) > 1
        return False

    def _content(self, element: Element) -> str:
        """What tells an element from others of its name, as seen from it."""
        if not self._is_unclear(element) or self.depth == self.DEEPEST or is_foreign(element.name):
            return ""
        together = self.uses.elements[element.name].body()
        inner = Tests(together, self.grammar, self.depth + 1)
        own = self.grammar.expand(element.body, deep=True)
        mine, all_names = inner._names(own), inner._names(inner.body)
        if mine is None or all_names is None:
            return ""
        tests = inner._tests(own, inner._repeated(members(own)))
        others = [name for name in all_names if name not in mine]
        if others:
            tests.append(f"not({_any(others)})")
        return _all_of(tests)

    def _repeated(self, parts: tuple[Pattern, ...]) -> frozenset[str]:
        """What several of these speak of, so that nothing can be said about its number."""
        seen: set[str] = set()
        twice: set[str] = set()
        for part in parts:
            steps = self._names(part) or ()
            twice |= seen & set(steps)
            seen |= set(steps)
        return frozenset(twice)


def _any(tests: Iterable[str]) -> str:
    return " or ".join(tests)


def _all_of(tests: Iterable[str]) -> str:
    listed = list(dict.fromkeys(tests))
    return listed[0] if len(listed) == 1 else " and ".join(_wrapped(test, " or ") for test in listed)


def _wrapped(test: str, joint: str) -> str:
    """A test in parentheses where it holds the joint outside of any."""
    depth, bare = 0, ""
    for letter in re.sub(r"'[^']*'", lambda match: "'" * len(match[0]), test):
        depth += (letter in "([") - (letter in ")]")
        bare += " " if depth and letter != " " else letter if not depth else "_"
    return f"({test})" if joint in bare else test


def _sequence(values: Iterable[str]) -> str:
    listed = ["'" + value.replace("'", "''") + "'" for value in values]
    return listed[0] if len(listed) == 1 else f"({', '.join(listed)})"


def _prefixed(name: str, grammar: Grammar) -> str | None:
    """A name as XPath has it; None if its namespace has no prefix."""
    if not is_foreign(name):
        return name
    prefix = grammar.prefixes.get(namespace_of(name))
    return f"{prefix}:{name.rpartition('}')[2]}" if prefix else None


def foreign_tests(element: Element, path: str, grammar: Grammar) -> Iterator[str]:
    """What the elements of another namespace hold: the names of their children and attributes."""
    body = grammar.expand(element.body, deep=True)
    uses = uses_of(body, grammar)
    names = [name for name in (*uses.attributes, *uses.elements) if isinstance(name, Wild)]
    if names or any(_prefixed(str(name), grammar) is None for name in (*uses.attributes, *uses.elements)):
        return
    children = [str(_prefixed(str(name), grammar)) for name in uses.elements]
    attributes = [str(_prefixed(str(name), grammar)) for name in uses.attributes]
    yield f"empty({path}/*{_none_of([f'self::{name}' for name in children])})"
    yield f"empty({path}/@*{_none_of([f'self::attribute({name})' for name in attributes])})"
    for name, use in uses.attributes.items():
        if use.required:
            yield f"empty({path}[not(@{_prefixed(str(name), grammar)})])"
    for name, child in uses.elements.items():
        below = f"{path}/{_prefixed(str(name), grammar)}"
        if len(child.found) == 1 and below.count("/") < 4:
            yield from foreign_tests(child.found[0], below, grammar)


def _none_of(tests: list[str]) -> str:
    return f"[not({_any(tests)})]" if tests else ""


# -- writing ---------------------------------------------------------------------------------------------------------


def xs(_tag: str, /, *children: etree._Element | None, **attributes: str | int | None) -> etree._Element:
    """One element of XML Schema; what is None is left out."""
    node = etree.Element(f"{{{XS}}}{_tag}")
    for key, value in attributes.items():
        if value is not None:
            node.set(key.rstrip("_"), str(value))
    node.extend(child for child in children if child is not None)
    return node


def documentation(note: Note) -> etree._Element | None:
    """What a note tells people, with the release that brought the thing."""
    text = note.text
    if note.since:
        text += f"{' ' if text else ''}Since libvirt {note.since}."
    if not text:
        return None
    inner = xs("documentation")
    inner.text = text
    return xs("annotation", inner)


class Writer:
    """One schema in the making."""

    def __init__(self, grammar: Grammar, version: str) -> None:
        self.grammar = grammar
        self.exact = version == "1.1"
        self.types: dict[str, etree._Element] = {}
        self.groups: dict[str, etree._Element] = {}
        self.values: dict[str, etree._Element] = {}
        self._owners: dict[str, object] = {}
        self._names: dict[object, str] = {}
        self._needs_nothing = False

    def document(self, source: str) -> bytes:
        """Give the schema as a file."""
        roots = []
        for element in alternatives(self.grammar.expand(self.grammar.start)):
            if not isinstance(element, Element) or isinstance(element.name, Wild) or is_foreign(element.name):
                raise XsdError(f"{source}: the root is no element with a name without namespace")
            roots.append(self.element([element]))
        prefixes = {"xs": XS}
        if self.exact:
            prefixes |= {prefix: uri for uri, prefix in self.grammar.prefixes.items()} | {"vc": VC}
        root = etree.Element(f"{{{XS}}}schema", nsmap=prefixes)
        if self.exact:
            root.set(f"{{{VC}}}minVersion", "1.1")
        nothing = xs(
            "group", xs("sequence", xs("any", namespace="", minOccurs=0, processContents="skip")), name="nothing"
        )
        told = "No element; only white space and comments. (A type without content would refuse a line break.)"
        nothing.insert(0, documentation(Note(told)))  # type: ignore[arg-type]
        root.extend(roots)
        root.extend(self.types.values())
        root.extend(self.groups[name] for name in sorted(self.groups))
        root.extend([nothing] if self._needs_nothing else [])
        root.extend(self.values[name] for name in sorted(self.values))
        used = {prefix for prefix in prefixes if any(f"{prefix}:" in test.get("test", "") for test in root.iter())}
        etree.cleanup_namespaces(root, keep_ns_prefixes=[*used, "xs"])
        root.addprevious(etree.Comment(NOTICE.format(source=source)))
        etree.indent(root)
        return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, pretty_print=True)

    # elements

    def element(self, found: list[Element], least: int = 1, most: int | None = 1, context: str = "") -> etree._Element:
        """The declaration of an element; several patterns of one name are joined."""
        first = found[0]
        bodies = list(dict.fromkeys(each.body for each in found))
        node = xs("element", name=str(first.name), **_occurs(least, most))
        if len(bodies) == 1:
            body, name = first.body, first.path
        else:
            body, name = choice(self.grammar.expand(body) for body in bodies), f"{context}.{first.name}"
        if isinstance(body, Ref) and not self.grammar.data_only(body.name):
            # The content has a name of its own, and others may have it too.
            name, body = body.name, self.grammar.define(body.name)
        note = first.note
        simple = self._simple_only(body)
        if simple is not None:
            self._typed(node, simple)
        else:
            switch = switch_of(self.grammar.expand(body), self.grammar) if self.exact else None
            if switch is not None:
                node.extend(self._alternatives(switch, body, name))
            else:
                own = name == first.path
                node.set("type", self.type(name, body, note if own else Note()))
                note = Note() if own else note
        said = documentation(note)
        if said is not None:
            node.insert(0, said)
        return node

    def _simple_only(self, body: Pattern) -> Pattern | None:
        """The values of an element that has nothing else."""
        expanded = self.grammar.expand(body)
        uses = uses_of(expanded, self.grammar)
        content = content_of(expanded, self.grammar)
        return None if uses.attributes or uses.elements or content in (EMPTY, NOT_ALLOWED) else content

    def _alternatives(self, switch: Switch, body: Pattern, name: str) -> Iterator[etree._Element]:
        for case in switch.cases:
            if case.values is None:
                test, suffix = f"not(@{switch.attribute})", f"without-{switch.attribute}"
            else:
                test = " or ".join(f"xs:token(@{switch.attribute}) = {_sequence([value])}" for value in case.values)
                suffix = "-or-".join(re.sub(r"[^\w.\-]", "_", value) for value in case.values)
            own = self._definition(switch, case, body)
            if own is not None and self._owners.get(own, case.body) is not case.body:
                own = None
            yield xs("alternative", test=test, type=self.type(own or f"{name}.{suffix}", case.body, Note()))
        yield xs("alternative", type=self._other(switch, f"{name}.other"))

    def _definition(self, switch: Switch, case: Case, body: Pattern) -> str | None:
        """The one definition that a case leaves of those that the grammar has to choose from."""
        restricted = Restriction(self.grammar, switch.attribute, frozenset(case.values) if case.values else None)
        while isinstance(body, Ref) and isinstance(self.grammar.define(body.name), Ref | Choice):
            body = self.grammar.define(body.name)
        if not isinstance(body, Choice):
            return None
        left = [part for part in body.parts if restricted(self.grammar.expand(part, deep=True)) is not NOT_ALLOWED]
        if case.values is not None:
            left = [part for part in left if restricted.holds(self.grammar.expand(part, deep=True))]
        return left[0].name if len(left) == 1 and isinstance(left[0], Ref) else None

    def _other(self, switch: Switch, name: str) -> str:
        """The type for values that there are not: whatever the element holds, the attribute is what is wrong."""
        key = ("other", name.removesuffix(".other") if self._is_known(name) else "", switch.everything)
        if key not in self._names:
            unique = self._names[key] = self._unique(name, key)
            self.types[unique] = node = xs("complexType", name=unique, mixed="true")
            told = f"No such element: its attribute {switch.attribute} has none of the values that are known."
            wild = xs("any", minOccurs=0, maxOccurs="unbounded", processContents="skip")
            attribute = self._attribute(switch.attribute, AttributeUse(True, [switch.everything]))
            said = documentation(Note(told))
            node.extend(it for it in (said, xs("sequence", wild), attribute) if it is not None)
            node.append(xs("anyAttribute", processContents="skip"))
        return self._names[key]

    def _is_known(self, name: str) -> bool:
        """Whether a name, but for what this module added to it, is one of the grammar's."""
        return name.removesuffix(".other") in self.grammar.paths | self.grammar.owned

    def _unique(self, name: str, key: object) -> str:
        unique, number = name, 2
        while self._owners.setdefault(unique, key) is not key:
            unique, number = f"{name}.{number}", number + 1
        return unique

    # complex types

    def type(self, name: str, body: Pattern, note: Note) -> str:
        """The name of the type of an element with attributes or children; written if it is new.

        A definition's type is its own, even where another is alike. Any other type goes by what it describes only:
        joined contents of an element that holds itself would have a longer name each time.
        """
        key = (name, body) if self._is_known(name) else body
        if key not in self._names:
            unique = self._names[key] = self._unique(name, body)
            # Before its content, as that may refer to it.
            self.types[unique] = node = xs("complexType", name=unique)
            said = documentation(note)
            if said is not None:
                node.append(said)
            self._fill(node, unique, self.grammar.expand(body))
        return self._names[key]

    def _fill(self, node: etree._Element, name: str, body: Pattern) -> None:
        uses = uses_of(body, self.grammar)
        content = content_of(body, self.grammar)
        has_text = content not in (EMPTY, NOT_ALLOWED)
        holder = node
        if has_text and not uses.elements:
            base, inline = self._base(name, content)
            if inline is not None:
                self.values[base] = inline
            holder = xs("extension", base=base)
            node.append(xs("simpleContent", holder))
        else:
            if has_text:
                node.set("mixed", "true")
            node.append(self._children(uses, name))
        for each in self._attributes(body, uses):
            holder.append(each)
        if self.exact:
            for test in self._assertions(body, uses):
                holder.append(xs("assert", test=test))

    def _base(self, name: str, content: Pattern) -> tuple[str, etree._Element | None]:
        """The type of the text of an element with attributes, which must have a name."""
        known = self._reference(content)
        if known is not None:
            return known, None
        unique = self._unique(f"{name}.text", content)
        inline = self.simple(content)
        inline.set("name", unique)
        return unique, inline

    def _assertions(self, body: Pattern, uses: Uses) -> Iterator[str]:
        yield from Tests(body, self.grammar).assertions()
        foreign = {name: use for name, use in uses.elements.items() if isinstance(name, str) and is_foreign(name)}
        for space in dict.fromkeys(namespace_of(name) for name in foreign):
            names = {name: _prefixed(name, self.grammar) for name in foreign if namespace_of(name) == space}
            wild = any(isinstance(name, Wild) and _covers(name, space) for name in uses.elements)
            if wild or None in names.values():
                continue
            prefix = self.grammar.prefixes[space]
            yield f"empty({prefix}:*{_none_of([f'self::{name}' for name in names.values()])})"
            for name, step in names.items():
                use = foreign[name]
                if use.most is not None and len(names) > 1:
                    yield f"count({step}) <= {use.most}"
                if use.least:
                    yield f"count({step}) >= {use.least}"
                if len(use.found) == 1:
                    yield from foreign_tests(use.found[0], str(step), self.grammar)

    def _children(self, uses: Uses, context: str) -> etree._Element:
        own = {name: use for name, use in uses.elements.items() if isinstance(name, str) and not is_foreign(name)}
        wild = self._wildcards(uses)
        if not own and not wild:
            self._needs_nothing = True
            return xs("group", ref="nothing")
        if not self.exact and any(it.get("namespace") in ("##local", None) for it in wild):
            # In XSD 1.0 a wildcard must not take what is declared beside it, so it stands for that too.
            own = {}
        elements = [self.element(use.found, use.least, use.most, context) for use in own.values()]
        children = [*elements, *wild]
        if len(children) == 1:
            return xs("sequence", *children)
        if self.exact:
            return xs("all", *children)
        if not wild and all(use.most == 1 for use in own.values()):
            return xs("all", *children)
        least = min(1, sum(use.least for use in own.values()))
        for child in children:
            for key in ("minOccurs", "maxOccurs"):
                child.attrib.pop(key, "")
        return xs("choice", *children, **_occurs(least, None))

    def _wildcards(self, uses: Uses) -> list[etree._Element]:
        """The wildcards for other namespaces, and for names that the grammar leaves open."""
        limits: dict[Wild, tuple[int, int | None]] = {}
        for name, use in uses.elements.items():
            if isinstance(name, Wild) or is_foreign(name):
                wild = name if isinstance(name, Wild) else Wild(namespace_of(name))
                least, most = limits.get(wild, (0, 0))
                total = None if most is None or use.most is None else most + use.most
                limits[wild] = (least + use.least, total)
        open_ = [wild for wild in limits if wild.namespace is None]
        found: list[etree._Element] = []
        for wild, (least, most) in limits.items():
            if wild not in open_ and any(_covers(other, wild.namespace or "") for other in open_):
                continue
            found += self._wildcard(wild, least, most)
        return found

    def _wildcard(self, wild: Wild, least: int, most: int | None) -> Iterator[etree._Element]:
        without = " ".join(name for name in wild.but if not is_foreign(name)) or None if self.exact else None
        if wild.namespace is not None:
            lax = "lax" if wild.namespace else "skip"
            space = wild.namespace or "##local"
            yield xs("any", namespace=space, notQName=without, processContents=lax, **_occurs(least, most))
            return
        # Elements of other namespaces may be declared by somebody; those of none are not what is declared here.
        yield xs("any", namespace="##other", processContents="lax", **_occurs(0, most))
        if "" not in wild.but_namespaces:
            yield xs("any", namespace="##local", notQName=without, processContents="skip", **_occurs(0, most))

    # attributes

    def _attributes(self, body: Pattern, uses: Uses) -> Iterator[etree._Element]:
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
                # One wildcard an element is all that XSD allows.
                wild = xs("anyAttribute", processContents="skip")
            elif group is None:
                yield self._attribute(name, use)
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
            node.extend(self._attributes(body, uses_of(body, self.grammar)))
        return name

    def _attribute(self, name: str, use: AttributeUse) -> etree._Element:
        node = xs("attribute", name=name, use="required" if use.required else None)
        said = documentation(use.found[0].note)
        if said is not None and len({each.note for each in use.found}) == 1:
            node.append(said)
        self._typed(node, use.content())
        return node

    # values

    def _typed(self, node: etree._Element, content: Pattern) -> None:
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
                if name not in self.values:
                    # Before its content, as that may refer to it.
                    self.values[name] = xs("simpleType")
                    self._owners.setdefault(name, content)
                    self.values[name] = named = self.simple(self.grammar.define(name))
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
            node[0].append(xs("assertion", test=f"not($value = {_sequence(excluded)})"))
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


def _covers(wild: Wild, namespace: str) -> bool:
    if wild.namespace is not None:
        return wild.namespace == namespace
    return namespace not in wild.but_namespaces


def _occurs(least: int, most: int | None) -> dict[str, str | int | None]:
    return {
        "minOccurs": None if least == 1 else least,
        "maxOccurs": "unbounded" if most is None else None if most == 1 else most,
    }


# -- the command -----------------------------------------------------------------------------------------------------


def build(sources: Path = SCHEMAS) -> dict[str, bytes]:
    """The text of every `.xsd`, by file name."""
    result = {}
    for source in (sources / f"{kind}.rng" for kind in KINDS):
        for version in VERSIONS:
            name = f"{source.stem}.xsd" if version == "1.1" else f"{source.stem}-{version}.xsd"
            result[name] = Writer(Grammar(source), version).document(source.name)
    return result


def main(arguments: list[str] | None = None) -> int:
    """Write the schemas, or with `--check` say which of them are stale."""
    parser = argparse.ArgumentParser(prog="python schemas/xsd.py", description="Make .xsd from .rng.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a file is stale")
    parser.add_argument("--from", dest="sources", type=Path, default=SCHEMAS, help="the folder with the .rng files")
    parser.add_argument("--to", dest="target", type=Path, default=None, help="the folder for the .xsd files")
    options = parser.parse_args(arguments)
    target = options.target or options.sources
    try:
        made = build(options.sources)
    except (XsdError, OSError, etree.XMLSyntaxError) as error:
        print(f"schemas: {error}", file=sys.stderr)
        return 2
    there = {path.name: path.read_bytes() for path in target.glob("*.xsd")}
    stale = [name for name, text in made.items() if there.get(name) != text]
    for name in stale:
        print(f"{name}: {'stale' if options.check else 'written'}")
        if not options.check:
            (target / name).write_bytes(made[name])
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
