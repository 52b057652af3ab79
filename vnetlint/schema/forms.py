"""Names and values in the wrong form: an attribute written as an element or as text, or an element as an attribute.

`<forward><mode>nat</mode></forward>`, `<forward>nat</forward>` and `<network name='lan'>` have the right words at the
right place. What seems to be missing there is then the same fault.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from vnetlint.schema.attributes import GUESSES
from vnetlint.schema.context import Context
from vnetlint.schema.fault import Fault, Form
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.minimal import minimal_element
from vnetlint.schema.pattern import WILD, AttributePattern, ElementPattern, Pattern
from vnetlint.schema.query import enumerated
from vnetlint.xml import edit
from vnetlint.xml.node import Attribute, Node
from vnetlint.xml.template import is_opaque

_TELLING = ("name", "type", "address", "addr", "average")
"""Attributes that an element is mainly about: the value of `bridge='br0'` is the name of a bridge."""

_Slot = tuple[Node, str]
"""An element, and the name of an attribute or child that it may have once."""

_Lacking = Mapping[Node, Sequence[str]]
"""The names of the attributes or children that elements have to have and do not."""


def in_other_form(faults: list[Fault], grammar: Grammar) -> list[Fault]:
    """Return the faults, each with the form that is allowed if it has one, without those that it settles."""
    if all(fault.kind in ("bad-value", "missing-attribute", "missing-element") for fault in faults):
        return faults
    lacking = defaultdict[Node, list[str]](list)
    unknown = defaultdict[Node, list[Attribute]](list)
    for fault in faults:
        if fault.kind in ("missing-attribute", "missing-element"):
            lacking[fault.node] += [fault.name] if fault.name else fault.expected
        elif fault.kind == "unknown-attribute" and fault.attribute is not None and not fault.meant:
            unknown[fault.node].append(fault.attribute)
    forms = _Forms(grammar, lacking, unknown)
    found: list[Fault] = []
    filled: set[_Slot] = set()
    gone: set[Node | Attribute] = set()
    for fault in faults:
        form = None if fault.attribute in gone else forms.of(fault)
        if form is None or (slot := (form.on, form.name)) in filled:
            found.append(fault)
            continue
        filled.add(slot)
        gone.update(form.moved)
        if form.on is not fault.node:
            gone.add(fault.node)
        found.append(replace(fault, form=form, meant="", related=None))
    return [each for each in found if each.form or not _is_settled(each, filled, gone)] if filled else found


def _is_settled(fault: Fault, filled: set[_Slot], gone: set[Node | Attribute]) -> bool:
    """Whether what is missing is there in another form, or the fault is of what goes with that form."""
    if fault.node in gone or fault.attribute in gone:
        return True
    names = [fault.name] if fault.name else fault.expected
    is_missing = fault.kind in ("missing-attribute", "missing-element")
    return is_missing and any((fault.node, name) in filled for name in names)


class _Forms:
    """The right forms of what is wrong in a document."""

    def __init__(self, grammar: Grammar, lacking: _Lacking, unknown: Mapping[Node, Sequence[Attribute]]) -> None:
        self._grammar = grammar
        self._allows = grammar.algebra.allows
        self._context = Context(grammar)
        self._lacking = lacking
        self._unknown = unknown
        self._children: dict[tuple[ElementPattern, ...], Mapping[str, Sequence[str]]] = {}

    def of(self, fault: Fault) -> Form | None:
        """Return the right form of a fault, if only its form is wrong."""
        node = fault.node
        match fault.kind:
            case "unknown-element" | "misplaced-element":
                return self._as_attribute_of_parent(node) or self._as_own_attribute(node)
            case "unexpected-text":
                return self._as_own_attribute(node) or self._as_missing_child(node)
            case "unknown-attribute" if not fault.meant and fault.attribute is not None:
                value = fault.attribute.value.strip()
                if value and not _is_unmovable(value):
                    element = self._as_element(node, fault.name, value) or self._as_likely_child(
                        node, fault.name, value
                    )
                    return replace(element, moved=(fault.attribute,)) if element else self._in_child(fault.attribute)
        return None

    def _as_attribute_of_parent(self, node: Node) -> Form | None:
        value, parent = _lone_text(node), node.parent
        if not value or parent is None or node.attributes or node.name in parent.attributes:
            return None
        contents = self._context.contents(parent)
        if self._is_allowed(contents, node.name, value):
            return Form(parent, None, node.name, value)
        # As <hostname> is a 'name', and <mac-address> a 'mac'.
        within = {each for content in contents for each in content.attributes if each in node.name}
        likely = [each for each in within - parent.attributes.keys() if self._is_allowed(contents, each, value)]
        return Form(parent, None, likely[0], value) if len(likely) == 1 else None

    def _as_own_attribute(self, node: Node) -> Form | None:
        value = _lone_text(node)
        if not value:
            return None
        contents = self._context.contents(node)
        needed = [each for each in self._lacking.get(node, ()) if self._is_allowed(contents, each, value)]
        names = needed or sorted(self._holders(contents, value) - node.attributes.keys())
        return Form(node, None, names[0], value) if len(names) == 1 else None

    def _as_element(self, node: Node, name: str, value: str) -> Form | None:
        element = self._with_value(node, name, value) if node.child(name) is None else None
        return Form(node, element) if element is not None else None

    def _as_missing_child(self, node: Node) -> Form | None:
        value = _lone_text(node)
        missing = self._lacking.get(node, ()) if value else ()
        found = [element for name in missing if (element := self._with_value(node, name, value)) is not None]
        return Form(node, found[0]) if len(found) == 1 else None

    def _as_likely_child(self, node: Node, name: str, value: str) -> Form | None:
        """Return the missing child whose name contains that of an attribute: <hostname> for 'name'."""
        found = [
            element
            for each in self._lacking.get(node, ())
            if name in each and (element := self._with_value(node, each, value)) is not None
        ]
        return Form(node, found[0]) if len(found) == 1 else None

    def _with_value(self, node: Node, name: str, value: str) -> edit.Element | None:
        """Return a child with a value: as its text, as the attribute that it has to have, or as a likely one."""
        contents = self._child(node, name)
        if any(not content.attributes and self._may_be(content, value) for content in contents):
            return edit.el(name, text=value)
        needed = self._needs(node, name)
        holders = self._holders(contents, value)
        if len(needed) == 1 and self._is_allowed(contents, min(needed), value):
            holders = needed
        return edit.el(name, dict.fromkeys(holders, value)) if len(holders) == 1 and needed <= holders else None

    def _needs(self, node: Node, name: str) -> set[str]:
        """Return the names of the attributes that a child has to have."""
        least, _ = minimal_element(self._grammar, node, name)
        return {each for each, _ in least.attributes} if least is not None else set()

    def _in_child(self, attribute: Attribute) -> Form | None:
        """Return the one child that may have an attribute; of several, the one that is missing.

        It gets all attributes of the element that are unknown there and fit.
        """
        node = attribute.node
        likely = [each for each in self._children_with(node).get(attribute.name, ()) if node.child(each) is None]
        fitting = [each for each in likely if self._fits(node, each, attribute)]
        found = [each for each in fitting if each in self._lacking.get(node, ())] or fitting
        if len(found) != 1:
            return None
        (child,) = found
        moved = tuple(each for each in self._unknown[node][:GUESSES] if self._fits(node, child, each))
        is_whole = self._needs(node, child) <= {each.name for each in moved}
        return Form(node, edit.el(child, {each.name: each.value for each in moved}), moved=moved) if is_whole else None

    def _fits(self, node: Node, child: str, attribute: Attribute) -> bool:
        value = attribute.value.strip()
        return not _is_unmovable(value) and self._is_allowed(self._child(node, child), attribute.name, value)

    def _child(self, node: Node, name: str) -> Sequence[Pattern]:
        return self._context.child_contents(node, name)

    def _children_with(self, node: Node) -> Mapping[str, Sequence[str]]:
        """Return the children that an element may have, by the names of their attributes."""
        definitions = self._context.of(node)
        if definitions not in self._children:
            table = defaultdict[str, dict[str, None]](dict)
            names = {name for content in self._context.contents(node) for name in content.elements}
            for child in sorted(names - {WILD}):
                for content in self._context.child_contents(node, child):
                    for name in content.attributes:
                        table[name][child] = None
            self._children[definitions] = {name: tuple(children) for name, children in table.items()}
        return self._children[definitions]

    def _is_allowed(self, contents: Sequence[Pattern], name: str, value: str) -> bool:
        """Whether one of some contents allows an attribute with a value."""
        return any(self._may_be(each.content, value) for content in contents for each in self._named(content, name))

    def _holders(self, contents: Sequence[Pattern], value: str) -> set[str]:
        """Return the attributes that a value is likely to be of: those that list it or say what an element is about."""
        return {
            name
            for content in contents
            for name in content.attributes
            for each in self._named(content, name)
            if _is_likely(name, each.content) and self._may_be(each.content, value)
        }

    def _named(self, content: Pattern, name: str) -> Sequence[AttributePattern]:
        return self._grammar.algebra.attributes(content, name) if name in content.attributes else ()

    def _may_be(self, content: Pattern, value: str) -> bool:
        """Whether a content allows a value. What a placeholder stands for is not known."""
        return self._allows(content, None if is_opaque(value) else value)


def _is_likely(name: str, content: Pattern) -> bool:
    return name in _TELLING or enumerated(content)


def _lone_text(node: Node) -> str:
    """Return the text of an element that has nothing else in it, if it may be a value."""
    text = "" if node.children else node.text.strip()
    return "" if "\n" in text or _is_unmovable(text) else text


def _is_unmovable(value: str) -> bool:
    """Whether a value has a placeholder that would not be the same between other marks."""
    return is_opaque(value) and any(mark in value for mark in "'\"&<")
