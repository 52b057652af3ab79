"""RELAX NG in XML syntax to patterns: the whole of the specification's simplification, in one pass over the files.

Two steps. A grammar's definitions are collected, with those of the files that it includes and without those that the
including file overrides. Then the start is compiled; a reference compiles what it refers to, once, and the content of
an element is left for later, which is what lets definitions refer to each other in circles.

Documentation and foreign attributes of elements, attributes and values are kept with them (`Notes`): `vn:since` is the
version of libvirt that introduced it.
"""

from __future__ import annotations

import hashlib
import os.path
from collections.abc import Iterator
from dataclasses import field, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from vnetlint.dataclass import dataclass
from vnetlint.schema.algebra import Algebra
from vnetlint.schema.grammar import Grammar, GrammarError, make_type
from vnetlint.schema.pattern import (
    NO_NOTES,
    AnyName,
    ElementPattern,
    Name,
    NameClass,
    Notes,
    OneName,
    Pattern,
    qualified,
)
from vnetlint.schema.restrictions import check

RNG = "http://relaxng.org/ns/structure/1.0"
_DOCUMENTATION = "{http://relaxng.org/ns/compatibility/annotations/1.0}documentation"
_MAX_FILES = 1000
_PATTERNS = frozenset(
    (
        "element", "attribute", "group", "interleave", "choice", "optional", "zeroOrMore", "oneOrMore", "list", "mixed",
        "ref", "parentRef", "empty", "value", "data", "notAllowed", "externalRef", "grammar", "text",
    )
)  # fmt: skip


@dataclass
class SourceFiles:
    """The files that a grammar was read from, with the hashes of their content."""

    digests: dict[str, str] = field(default_factory=dict)
    roots: dict[str, etree._Element] = field(default_factory=dict)

    def read(self, path: Path, place: _GrammarElement | None = None) -> etree._Element:
        """Return the root of a file, parsed once. Raises GrammarError."""
        name = str(path)
        if name not in self.roots:
            if len(self.roots) > _MAX_FILES:
                raise GrammarError("the grammar includes too many files", name)
            try:
                data = path.read_bytes()
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or str(error)
                if place is not None:
                    raise place.error(f"'{name}' cannot be read: {why}") from None
                raise GrammarError(f"the grammar cannot be read: {why}", name) from None
            parser = etree.XMLParser(
                resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
            )
            try:
                self.roots[name] = etree.fromstring(data, parser)
            except etree.XMLSyntaxError as error:
                raise GrammarError(f"not well formed: {error.msg}", name, error.lineno or 0) from None
            self.digests[name] = _digest(data)
        return self.roots[name]


@dataclass(frozen=True)
class _GrammarElement:
    """An element of a grammar file, with what it inherits from around it."""

    node: etree._Element
    path: Path
    scope: _Scope | None
    """The grammar around it, or None if a file is not a <grammar>."""
    namespace: str = ""
    library: str = ""

    @property
    def tag(self) -> str:
        """The name, if it is one of RELAX NG's."""
        name = self.node.tag
        return name.removeprefix(f"{{{RNG}}}") if isinstance(name, str) and name.startswith(f"{{{RNG}}}") else ""

    def at(self, node: etree._Element) -> _GrammarElement:
        """A child with its own `ns` and `datatypeLibrary`."""
        return replace(
            self,
            node=node,
            namespace=node.get("ns", self.namespace),
            library=node.get("datatypeLibrary", self.library),
        )

    def children(self) -> Iterator[_GrammarElement]:
        """The children in RELAX NG's namespace; foreign ones are ignored."""
        for node in self.node:
            if isinstance(node.tag, str) and node.tag.startswith(f"{{{RNG}}}"):
                yield self.at(node)

    def need(self, attribute: str) -> str:
        """Return a required attribute. Raises GrammarError if it is missing."""
        value = self.node.get(attribute)
        if value is None:
            raise self.error(f"<{self.tag}> needs the attribute '{attribute}'")
        return value.strip()

    def error(self, message: str) -> GrammarError:
        """An error at this place."""
        return GrammarError(message, str(self.path), _line(self.node))


@dataclass
class _Definition:
    bodies: list[_GrammarElement] = field(default_factory=list)
    combine: str = ""
    main: _GrammarElement | None = None
    """The body without `combine`; at most one may lack it."""
    pattern: Pattern | None = None
    open: bool = False


@dataclass
class _Scope:
    """The definitions of one <grammar>; the start is under the empty name."""

    parent: _Scope | None = None
    definitions: dict[str, _Definition] = field(default_factory=dict)


def compile_grammar(path: Path, files: SourceFiles | None = None) -> Grammar:
    """Return the grammar of a file and the files that it includes. Raises GrammarError."""
    compiler = _Compiler(files if files is not None else SourceFiles())
    try:
        grammar = compiler.compile(Path(path).absolute())
        check(grammar, str(path))
    except RecursionError:
        raise GrammarError("the patterns are nested too deeply", str(path)) from None
    return grammar


class _Compiler:
    def __init__(self, files: SourceFiles) -> None:
        self.files = files
        self.algebra = Algebra()
        self._elements: list[ElementPattern] = []
        self._contents: list[Pattern] = []
        self._pending: list[_GrammarElement] = []
        self._external: list[Path] = []

    def compile(self, path: Path) -> Grammar:
        root = self.files.read(path)
        place = _GrammarElement(root, path, None, root.get("ns", ""), root.get("datatypeLibrary", ""))
        if place.tag not in _PATTERNS:
            raise place.error(f"<{root.tag}> is not a RELAX NG pattern" if root.tag else "not RELAX NG")
        start = self._pattern(place)
        while len(self._contents) < len(self._pending):
            element = self._pending[len(self._contents)]
            self._contents.append(self._group(_without_name(element), element))
        return Grammar(self.algebra, start, self._contents, self._elements)

    # Definitions.

    def _collect(
        self, grammar: _GrammarElement, overridden: frozenset[str], met: set[str], path: tuple[Path, ...]
    ) -> None:
        """Add the definitions of a grammar to its scope, without those that the including file overrides."""
        for child in grammar.children():
            match child.tag:
                case "start" | "define":
                    name = "" if child.tag == "start" else child.need("name")
                    met.add(name)
                    if name not in overridden:
                        self._define(child, name)
                case "div":
                    self._collect(child, overridden, met, path)
                case "include":
                    self._include(child, overridden, met, path)
                case other:
                    raise child.error(f"<{other}> is not allowed in a <grammar>")

    def _include(
        self, include: _GrammarElement, overridden: frozenset[str], met: set[str], path: tuple[Path, ...]
    ) -> None:
        target = _target(include)
        if target in path:
            raise include.error(f"'{target.name}' includes itself")
        root = self.files.read(target, include)
        included = replace(include.at(root), path=target, library=root.get("datatypeLibrary", ""))
        if included.tag != "grammar":
            raise include.error(f"'{target.name}' is not a <grammar>")
        own = set(_defined(include))
        found: set[str] = set()
        self._collect(included, overridden | own, found, (*path, target))
        if missing := sorted(own - found):
            name = missing[0]
            what = f"no definition '{name}'" if name else "no <start>"
            raise include.error(f"'{target.name}' has {what} that could be overridden")
        met |= found
        self._collect(include, overridden, met, path)

    def _define(self, place: _GrammarElement, name: str) -> None:
        assert place.scope is not None
        definition = place.scope.definitions.setdefault(name, _Definition())
        what = f"'{name}'" if name else "the start"
        combine = (place.node.get("combine") or "").strip()
        if combine not in ("", "choice", "interleave"):
            raise place.error(f"definitions combine by 'choice' or 'interleave', not '{combine}'")
        if not combine:
            if definition.main is not None:
                raise place.error(f"{what} is defined twice without 'combine'")
            definition.main = place
        elif definition.combine and definition.combine != combine:
            raise place.error(f"{what} is combined by '{definition.combine}' elsewhere and by '{combine}' here")
        if not name and len(list(place.children())) > 1:
            raise place.error("a <start> holds one pattern")
        definition.combine = definition.combine or combine
        definition.bodies.append(place)

    def _refer(self, place: _GrammarElement, scope: _Scope | None, name: str) -> Pattern:
        definition = None if scope is None else scope.definitions.get(name)
        if definition is None:
            raise place.error(f"'{name}' is not defined" if name else "the grammar has no <start>")
        if definition.pattern is None:
            if definition.open:
                raise place.error(f"'{name}' refers to itself without an element in between")
            definition.open = True
            bodies = [self._group(list(body.children()), body) for body in definition.bodies]
            if definition.combine == "interleave":
                definition.pattern = self.algebra.interleave_all(bodies)
            else:
                definition.pattern = bodies[0] if len(bodies) == 1 else self.algebra.choice(bodies)
            definition.open = False
        return definition.pattern

    # Patterns.

    def _group(self, places: list[_GrammarElement], around: _GrammarElement) -> Pattern:
        if not places:
            raise around.error(f"<{around.tag}> is empty")
        return self.algebra.group_all([self._pattern(place) for place in places])

    def _parts(self, place: _GrammarElement) -> list[_GrammarElement]:
        parts = list(place.children())
        if not parts:
            raise place.error(f"<{place.tag}> is empty")
        return parts

    def _pattern(self, place: _GrammarElement) -> Pattern:
        algebra = self.algebra
        match place.tag:
            case "element":
                names, _ = self._named(place, attribute=False)
                element = algebra.element(names, len(self._pending), _notes(place))
                self._pending.append(place)
                self._elements.append(element)
                return element
            case "attribute":
                names, rest = self._named(place, attribute=True)
                if len(rest) > 1:
                    raise place.error("an <attribute> holds one pattern")
                return algebra.attribute(names, self._pattern(rest[0]) if rest else algebra.text, _notes(place))
            case "empty" | "text" | "notAllowed":
                return {"empty": algebra.empty, "text": algebra.text}.get(place.tag, algebra.not_allowed)
            case "value":
                return self._value(place)
            case "data":
                return self._data(place)
            case "ref" | "parentRef" | "grammar" | "externalRef":
                return self._elsewhere(place)
        if place.tag not in _PATTERNS:
            raise place.error(f"<{place.tag}> is not a pattern")
        return self._compound(place)

    def _compound(self, place: _GrammarElement) -> Pattern:
        """A pattern that is made of others. Several children where one is expected are a group."""
        algebra = self.algebra
        parts = [self._pattern(part) for part in place.children()]
        if not parts:
            raise place.error(f"<{place.tag}> is empty")
        match place.tag:
            case "choice":
                return algebra.choice(parts)
            case "interleave":
                return algebra.interleave_all(parts)
        group = algebra.group_all(parts)
        match place.tag:
            case "optional":
                return algebra.optional(group)
            case "zeroOrMore":
                return algebra.optional(algebra.one_or_more(group))
            case "oneOrMore":
                return algebra.one_or_more(group)
            case "mixed":
                return algebra.interleave_all([group, algebra.text])
            case "list":
                return algebra.list_of(group)
        return group

    def _elsewhere(self, place: _GrammarElement) -> Pattern:
        match place.tag:
            case "ref":
                return self._refer(place, place.scope, place.need("name"))
            case "parentRef":
                if place.scope is None or place.scope.parent is None:
                    raise place.error("there is no grammar around this one for <parentRef>")
                return self._refer(place, place.scope.parent, place.need("name"))
            case "grammar":
                scope = _Scope(place.scope)
                self._collect(replace(place, scope=scope), frozenset(), set(), (place.path,))
                return self._refer(place, scope, "")
        target = _target(place)
        if target in self._external or target == place.path:
            raise place.error(f"'{target.name}' refers to itself")
        root = self.files.read(target, place)
        self._external.append(target)
        pattern = self._pattern(replace(place.at(root), path=target, library=root.get("datatypeLibrary", "")))
        self._external.pop()
        return pattern

    def _value(self, place: _GrammarElement) -> Pattern:
        text = _text(place.node)
        name = place.node.get("type")
        library = place.library if name is not None else ""
        kind = make_type(library, (name or "token").strip(), (), str(place.path), _line(place.node))
        if not kind.allows(text):
            raise place.error(f"'{text}' is not a value of the type {kind.name}")
        return self.algebra.value(kind, text, _notes(place, behind=True))

    def _data(self, place: _GrammarElement) -> Pattern:
        facets: list[tuple[str, str]] = []
        but: Pattern | None = None
        for child in place.children():
            if child.tag == "param" and but is None:
                facets.append((child.need("name"), _text(child.node)))
            elif child.tag == "except" and but is None:
                but = self.algebra.choice([self._pattern(part) for part in self._parts(child)])
            else:
                raise child.error(f"<{child.tag}> is not allowed here in a <data>")
        kind = make_type(place.library, place.need("type"), tuple(facets), str(place.path), _line(place.node))
        return self.algebra.data(kind, but, _notes(place, behind=True))

    # Names.

    def _named(self, place: _GrammarElement, *, attribute: bool) -> tuple[NameClass, list[_GrammarElement]]:
        """The names of an element or attribute, and the patterns behind them."""
        parts = list(place.children())
        written = place.node.get("name")
        if written is None:
            if not parts:
                raise place.error(f"<{place.tag}> has no name")
            return self._names(parts[0]), parts[1:]
        # The name of an attribute is in no namespace unless it has an `ns` of its own.
        namespace = place.node.get("ns", "") if attribute else place.namespace
        return Name(_resolved(place, written, namespace)), parts

    def _names(self, place: _GrammarElement) -> NameClass:
        match place.tag:
            case "name":
                return Name(_resolved(place, place.node.text or "", place.namespace))
            case "anyName" | "nsName":
                excepted = [self._names(part) for child in place.children() for part in self._excepted(child)]
                but = None if not excepted else excepted[0] if len(excepted) == 1 else OneName(tuple(excepted))
                return AnyName(None if place.tag == "anyName" else place.namespace, but)
            case "choice":
                return OneName(tuple(self._names(part) for part in self._parts(place)))
        raise place.error(f"<{place.tag}> is not a name" if place.tag else "a name was expected")

    def _excepted(self, place: _GrammarElement) -> list[_GrammarElement]:
        if place.tag != "except":
            raise place.error(f"<{place.tag}> is not allowed in a name")
        return self._parts(place)


def _line(node: etree._Element) -> int:
    line = node.sourceline
    return line if isinstance(line, int) else 0


def _text(node: etree._Element) -> str:
    return "".join(text for text in node.itertext(with_tail=False) if isinstance(text, str))


def _without_name(place: _GrammarElement) -> list[_GrammarElement]:
    parts = list(place.children())
    return parts if place.node.get("name") is not None else parts[1:]


def _resolved(place: _GrammarElement, written: str, namespace: str) -> str:
    prefix, colon, local = written.strip().rpartition(":")
    if not local:
        raise place.error("the name is empty")
    if not colon:
        return qualified(namespace, local)
    bound = "http://www.w3.org/XML/1998/namespace" if prefix == "xml" else place.node.nsmap.get(prefix)
    if bound is None:
        raise place.error(f"the prefix '{prefix}' is not declared")
    return qualified(bound, local)


def _defined(place: _GrammarElement) -> Iterator[str]:
    for child in place.children():
        if child.tag == "div":
            yield from _defined(child)
        elif child.tag == "start":
            yield ""
        elif child.tag == "define":
            yield child.need("name")
        else:
            raise child.error(f"<{child.tag}> is not allowed in an <include>")


def _target(place: _GrammarElement) -> Path:
    href = place.need("href")
    parts = urlsplit(href)
    if parts.scheme not in ("", "file") or parts.netloc not in ("", "localhost"):
        raise place.error(f"'{href}' is not a local file; nothing is fetched")
    if parts.fragment:
        raise place.error(f"'{href}' is a part of a file; only whole files are read")
    base = place.node.base
    folder = place.path.parent
    if base and not urlsplit(base).scheme and Path(base) != place.path:
        folder = (folder / unquote(base)).parent if not base.endswith("/") else folder / unquote(base)
    return Path(_normal(folder / unquote(parts.path)))


def _normal(path: Path) -> str:
    return os.path.normpath(path)


def _notes(place: _GrammarElement, *, behind: bool = False) -> Notes:
    """The documentation and the foreign attributes of a definition; that of a value may follow it."""
    texts = [_text(child) for child in place.node.iterchildren(_DOCUMENTATION)]
    if behind:
        for sibling in place.node.itersiblings():
            if sibling.tag != _DOCUMENTATION:
                break
            texts.append(_text(sibling))
    foreign = tuple(sorted((str(name), str(value)) for name, value in place.node.items() if str(name).startswith("{")))
    documentation = "\n".join(" ".join(text.split()) for text in texts if text.strip())
    return Notes(documentation, foreign) if documentation or foreign else NO_NOTES


def _digest(data: bytes) -> str:
    """The hash by which the content of a file is recognised."""
    return hashlib.sha256(data).hexdigest()
