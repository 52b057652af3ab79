"""What is offered at a place of a text: elements, attributes, values, names, end tags, rules and whole snippets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from vnetlint.complete.allowed import AllowedAttribute, AllowedValues, Chooser, Contents, RequiredContent
from vnetlint.complete.draft import Hole, Suggest, drafter_of, local, value_hole
from vnetlint.complete.names import Asking, NamingPlace, Suggestion, suggestions
from vnetlint.complete.pieces import InsertPiece, attribute_pieces, element_pieces, escape, indented
from vnetlint.complete.place import TypedKind, TypedPlace, place_of
from vnetlint.complete.snippets import NETWORKS, NICS, Snippet, pieces_of
from vnetlint.complete.usual import usual_first, usual_values
from vnetlint.finding import Span
from vnetlint.project import Project
from vnetlint.schema import judge
from vnetlint.schema.expect import PlaceReader
from vnetlint.schema.pattern import NO_NOTES, ElementPattern, Notes, Pattern
from vnetlint.schema.sets import FILES
from vnetlint.schema.versions import SINCE
from vnetlint.version import Version, parse_version
from vnetlint.xml.node import Document, Node
from vnetlint.xml.source import Source
from vnetlint.xml.style import Style
from vnetlint.xml.tree import parse

OfferKind = Literal["element", "attribute", "value", "name", "close", "rule", "snippet"]

_IGNORE = re.compile(r"<!--\s*vnetlint:\s*ignore(?:-file)?\[([^\]]*)$")
_FORM = re.compile(r"<!--\s*(?:v[\w]*:?|vnetlint:\s*[\w-]*)?$")
_MARKED = re.compile(r"<!--\s*vnetlint:\s*[\w.-]*$")


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to insert in place of what is typed."""

    label: str
    kind: OfferKind
    pieces: tuple[InsertPiece, ...]
    filter_text: str
    """What the typed text is compared with."""
    detail: str = ""
    documentation: str = ""
    since: str = ""
    extra: tuple[Span, tuple[InsertPiece, ...]] | None = None
    """A further edit, behind the first: what the value requires."""
    is_newer: bool = False
    """Whether the libvirt that the files are for does not have it."""


@dataclass(frozen=True, slots=True)
class Offers:
    """All that is offered at a place, the best first."""

    place: TypedKind
    typed: Span
    """What an offer replaces."""
    items: tuple[Offer, ...]
    is_incomplete: bool = False
    """Whether more would be offered for a longer prefix."""


@dataclass(frozen=True)
class Knowledge:
    """What is known besides the text."""

    project: Callable[[], Project] | None = None
    """Returns the project; it is called only where names are offered."""
    target: Version | None = None
    """The libvirt that the files are for."""
    rules: Callable[[], Mapping[str, str]] = dict
    """Returns the rules by name, with the first line of their pages, in the order in which they are offered."""


def offers_at(source: Source, offset: int, knowledge: Knowledge = Knowledge()) -> Offers | None:
    """Return what may be inserted at an offset of a text; None if nothing can be, or if the XML is not libvirt's."""
    for reading in source.readings:
        place = place_of(reading, offset)
        if place is not None:
            return _Desk(reading, place, knowledge).offers()
    return None


class _Desk:
    """Answers for one place."""

    def __init__(self, source: Source, place: TypedPlace, knowledge: Knowledge) -> None:
        self.source = source
        self.place = place
        self.knowledge = knowledge
        self.typed = place.typed
        self.is_incomplete = False

    def offers(self) -> Offers | None:
        if self.place.kind == "comment":
            items = list(self._rules())
        elif self.document is None:
            items = list(self._top())
        else:
            items = list(self._inside(self.document))
        target = self.knowledge.target
        if target is not None:
            items = [
                replace(each, is_newer=True) if each.since and parse_version(each.since) > target else each
                for each in items
            ]
            items.sort(key=lambda each: each.is_newer)
        return Offers(self.place.kind, self.typed, tuple(items), self.is_incomplete) if items else None

    @cached_property
    def text(self) -> Source:
        """The text without what is typed."""
        text = self.source.with_text(self.place.text)
        if self.source.template is None:
            # A text without placeholders has none when something is left out; looking for them takes long.
            text.__dict__["template"] = None
            return text
        is_tag = self.place.kind in ("attribute", "value")
        at = Span(self.place.at if is_tag else max(self.place.at - 1, 0), self.place.at + 1)
        shown = text.excerpt(at)
        return next((each for each in text.readings if each.masked[at.start : at.end] == shown), text)

    @cached_property
    def documents(self) -> list[Document]:
        return parse(self.text)

    @cached_property
    def document(self) -> Document | None:
        """The document whose root is around the place."""
        at = self.place.at
        for each in self.documents:
            root = each.root
            if root.start <= at and (at < root.end or not root.closed or self.place.kind in ("attribute", "value")):
                if self.place.kind not in ("attribute", "value") and root.start == at:
                    continue
                if at < root.end or each is self.documents[-1]:
                    return each
        return None

    @cached_property
    def style(self) -> Style:
        return Style(self.source.text[:_STYLED])

    @cached_property
    def around(self) -> NamingPlace:
        root = self.document.root if self.document is not None else None
        return NamingPlace(self.source.path, root, self.knowledge.project)

    @cached_property
    def chooser(self) -> Chooser:
        assert self.document is not None
        grammar = judge.grammar_of(self.document.root.name)
        grammar.forget()
        return Chooser(PlaceReader(self.document.root, grammar))

    # -- at the top ------------------------------------------------------------------------------------------------

    def _top(self) -> Iterator[Offer]:
        if self.place.kind not in ("content", "element") or any(each.root.name not in FILES for each in self.documents):
            return
        yield from self._snippets(NETWORKS)
        for name, summary in (("network", "A virtual network."), ("domain", "A guest."), ("filter", "A filter.")):
            grammar = judge.grammar_of(name)
            for element in grammar.algebra.starts(grammar.start, name)[:1]:
                draft = drafter_of(grammar).element(element, name, "")
                pieces = element_pieces(draft, self.style.quote, self.style.unit)
                yield self._element(name, "element", pieces, summary, element.notes)

    def _snippets(self, snippets: Iterable[Snippet]) -> Iterator[Offer]:
        for each in snippets:
            pieces = pieces_of(each, self.around, self.style.quote, self.style.unit)
            yield replace(self._element(each.label, "snippet", pieces, each.summary, NO_NOTES), since=each.since)

    def _element(
        self,
        label: str,
        kind: OfferKind,
        pieces: tuple[InsertPiece, ...],
        documentation: str,
        notes: Notes,
        detail: str = "",
    ) -> Offer:
        opener = "<" if self.source.text[self.typed.start : self.typed.end].startswith("<") else ""
        return Offer(label, kind, ("<", *pieces), opener + label, detail, documentation, notes.get(SINCE) or "")

    # -- inside of a document --------------------------------------------------------------------------------------

    def _inside(self, document: Document) -> Iterator[Offer]:
        kind, at = self.place.kind, self.place.at
        if document.root.name not in FILES:
            return
        if kind in ("attribute", "value"):
            node = next((each for each in document.root.descendants() if each.start == at), None)
            if node is not None:
                yield from self._attributes(node) if kind == "attribute" else self._values(node)
            return
        parent = _innermost(document.root, at)
        if kind == "close":
            yield from self._close(parent)
        elif kind == "content" and (values := self.chooser.text(parent)) is not None:
            yield from self._text(parent, values)
        else:
            yield from self._elements(parent)

    def _elements(self, parent: Node) -> Iterator[Offer]:
        suggest = self._suggested(parent)
        offers: list[Offer] = []
        for each in usual_first(parent.name, self.chooser.elements(parent, self.place.at)):
            notes = each.definition.notes
            detail = "required" if each.is_required else ""
            if self.place.kind == "rename":
                since = notes.get(SINCE) or ""
                offers.append(Offer(each.name, "element", (each.name,), each.name, detail, notes.documentation, since))
                continue
            draft = drafter_of(self.chooser.grammar).element(each.definition, each.name, parent.name).filled(suggest)
            pieces = element_pieces(draft, self.style.quote, self.style.unit)
            offers.append(self._element(each.name, "element", pieces, notes.documentation, notes, detail))
        closing = list(self._close(parent)) if not parent.closed and self.place.kind != "rename" else []
        yield from offers[:_BEFORE_CLOSE]
        yield from closing
        yield from offers[_BEFORE_CLOSE:]
        if self.place.kind != "rename" and parent.name == "devices" and any(one.label == "interface" for one in offers):
            yield from self._snippets(NICS)

    def _close(self, parent: Node) -> Iterator[Offer]:
        open_one = next((each for each in (parent, *parent.ancestors()) if not each.closed), parent)
        tag = f"</{open_one.name}>"
        starts = self.source.text[self.typed.start : self.typed.end].startswith("<")
        yield Offer(tag, "close", (tag,), tag if starts else open_one.name)

    def _text(self, parent: Node, values: AllowedValues) -> Iterator[Offer]:
        self.typed = self._whole_text()
        path = _path(parent)
        yield from self._valued(values, path, Asking(self.around, parent.parent, parent, self._prefix()), "")

    def _whole_text(self) -> Span:
        """The text between two tags around the cursor, without the blanks around it."""
        text = self.source.text
        start = text.rfind(">", 0, self.typed.start) + 1
        end = text.find("<", self.typed.end)
        end = len(text) if end < 0 else end
        inner = text[start:end]
        if "\n" in inner.strip() or not inner.strip():
            return self.typed
        begin = start + len(inner) - len(inner.lstrip())
        return Span(min(begin, self.typed.start), max(begin + len(inner.strip()), self.typed.end))

    def _prefix(self) -> str:
        return self.source.text[self.typed.start : self.place.typed.start] + self.place.prefix

    # -- inside of a tag -------------------------------------------------------------------------------------------

    def _attributes(self, node: Node) -> Iterator[Offer]:
        for each in self.chooser.attributes(node):
            extra = None
            pieces: tuple[InsertPiece, ...] = (each.name,)
            if not self.place.has_value:
                pieces, children = self._attribute(node, each)
                extra = self._extra(node, ((), children))
            since = each.notes.get(SINCE) or ""
            detail = "required" if each.is_required else ""
            yield Offer(each.name, "attribute", pieces, each.name, detail, each.notes.documentation, since, extra)

    def _attribute(
        self, node: Node, allowed: AllowedAttribute
    ) -> tuple[tuple[InsertPiece, ...], tuple[ElementPattern, ...]]:
        """Return the pieces of an attribute and what it requires, and the elements that its default requires."""
        contents = tuple(content for content, _ in allowed.contents)
        pairs = ((allowed.name, contents), *allowed.requires)
        holes = [(name, self._hole(node, name, patterns)) for name, patterns in pairs]
        pieces = [piece for name, hole in holes for piece in attribute_pieces(name, hole, self.style.quote)]
        if isinstance(pieces[0], str):
            pieces[0] = pieces[0].lstrip()
        default = holes[0][1].values[0]
        fitting = (children for content, children in allowed.contents if self._allows((content,), default))
        return tuple(pieces), next(fitting, allowed.contents[0][1])

    def _extra(self, node: Node, requires: RequiredContent) -> tuple[Span, tuple[InsertPiece, ...]] | None:
        """Return the edit that inserts what an element requires: attributes, and elements behind its start tag."""
        end, (attributes, children) = self.place.tag_end, requires
        if end is None or not (attributes or children):
            return None
        tail = self.source.excerpt(end)
        pieces = [piece for name, contents in attributes for piece in self._pieces(node, name, contents)]
        if not children:
            return end, (*pieces, tail)
        suggest, style, drafter = self._suggested(node), self.style, drafter_of(self.chooser.grammar)
        before = self.source.text[self.source.text.rfind("\n", 0, self.place.at) + 1 : self.place.at]
        indent = "\n" + before[: len(before) - len(before.lstrip())]
        pieces.append(">")
        for each in children:
            draft = drafter.element(each, local(each), node.name).filled(suggest)
            pieces.append(f"{indent}{style.unit}<")
            pieces += indented(element_pieces(draft, style.quote, style.unit), indent + style.unit)
        return end, (*pieces, f"{indent}</{node.name}>" if tail == "/>" else "")

    def _pieces(self, node: Node, name: str, contents: Contents) -> tuple[InsertPiece, ...]:
        return tuple(attribute_pieces(name, self._hole(node, name, contents), self.style.quote))

    def _hole(self, node: Node, name: str, contents: Contents) -> Hole:
        path = f"{_path(node)}@{name}"
        asking = Asking(self.around, node.parent, node, "")
        return value_hole(contents, path).filled(lambda path, contents: self._fitting(asking, path, contents))

    def _values(self, node: Node) -> Iterator[Offer]:
        values = self.chooser.values(node, self.place.attribute)
        path = f"{_path(node)}@{self.place.attribute}"
        asking = Asking(self.around, node.parent, node, self.place.prefix)
        required = {each.value: each.requires for each in values.values}
        for offer in self._valued(values, path, asking, self.place.quote or self.style.quote):
            yield replace(offer, extra=self._extra(node, required.get(offer.label, ((), ()))))

    def _valued(self, values: AllowedValues, path: str, asking: Asking, quote: str) -> Iterator[Offer]:
        seen: set[str] = set()
        for found in suggestions(asking, path):
            if self._allows(values.contents, found.value):
                self.is_incomplete |= found.is_one_of_many
                seen.add(found.value)
                yield self._value("name", found.value, found.detail, quote, NO_NOTES)
        listed = {each.value: each for each in values.values if each.value not in seen}
        for value in usual_values(path, list(listed)):
            yield self._value("value", value, "", quote, listed[value].notes)

    def _value(self, kind: OfferKind, value: str, detail: str, quote: str, notes: Notes) -> Offer:
        written = escape(value, quote)
        if self.place.kind == "value":
            written = ("" if self.place.quote else quote) + written + ("" if self.place.is_closed else quote)
        return Offer(value, kind, (written,), value, detail, notes.documentation, notes.get(SINCE) or "")

    # -- names -----------------------------------------------------------------------------------------------------

    def _suggested(self, parent: Node | None) -> Suggest:
        asking = Asking(self.around, parent, None, "")
        return lambda path, contents: self._fitting(asking, path, contents)

    def _fitting(self, asking: Asking, path: str, contents: Iterable[Pattern]) -> str:
        contents = tuple(contents)
        fitting = (each for each in suggestions(asking, path) if self._allows(contents, each.value))
        found: Suggestion | None = next(fitting, None)
        return found.value if found else ""

    def _allows(self, contents: Iterable[Pattern], value: str) -> bool:
        if self.document is None:
            return True
        return any(self.chooser.algebra.allows(each, value) for each in contents)

    # -- comments --------------------------------------------------------------------------------------------------

    def _rules(self) -> Iterator[Offer]:
        prefix, rules = self.place.prefix, self.knowledge.rules
        if inside := _IGNORE.search(prefix):
            named = {each.strip() for each in inside[1].split(",")[:-1]}
            yield from (
                Offer(name, "rule", (name, *self._comment_end()), name, "", summary)
                for name, summary in rules().items() if name not in named
            )  # fmt: skip
        elif _FORM.search(prefix):
            marked = "" if _MARKED.search(prefix) else "vnetlint: "
            for verb, what in (("ignore", "the next element"), ("ignore-file", "the file")):
                pieces: tuple[InsertPiece, ...] = (f"{marked}{verb}[", Hole(("rule",)), "] ", Hole(("reason",)))
                label = f"{marked}{verb}[rule] reason"
                yield Offer(label, "rule", pieces, f"{marked}{verb}", "", f"Accept findings of a rule for {what}.")

    def _comment_end(self) -> Iterator[InsertPiece]:
        """What is missing behind a rule's name: the bracket, a reason and the end of the comment."""
        line = re.split(r"[\r\n]", self.source.text[self.typed.end :], maxsplit=1)[0]
        if "]" in line:
            return
        yield "] "
        yield Hole(("reason",))
        if "-->" not in line:
            yield " -->"


_STYLED = 8000
"""How much of a text is looked at for its style."""

_BEFORE_CLOSE = 3
"""How many elements come before the end tag of an element that has none yet."""


def _innermost(root: Node, at: int) -> Node:
    """The innermost element whose content holds a place."""
    node = root
    while True:
        inner = next((each for each in node.children if each.open_end <= at <= each.close_start and _opens(each)), None)
        if inner is None:
            return node
        node = inner


def _opens(node: Node) -> bool:
    return not node.is_empty_tag and not node.document.source.text[node.start : node.open_end].endswith("/>")


def _path(node: Node) -> str:
    return f"{node.parent.name}/{node.name}" if node.parent is not None else node.name
