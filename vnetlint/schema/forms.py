"""Names and values in the wrong form: an attribute written as an element or as text, or an element as an attribute.

`<forward><mode>nat</mode></forward>`, `<forward>nat</forward>` and `<network name='lan'>` have the right words at the
right place. What seems to be missing there is then the same fault.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from vnetlint.schema.fault import Fault, Form
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.minimal import minimal_element
from vnetlint.schema.pattern import AttributePattern, ElementPattern, Pattern
from vnetlint.schema.query import enumerated
from vnetlint.xml import edit
from vnetlint.xml.node import Node
from vnetlint.xml.template import is_opaque

_TELLING = ("name", "type", "address")
"""Attributes that say what an element is about: the value of `bridge='br0'` is the name of a bridge."""

_Slot = tuple[Node, str]
"""An element, and the name of an attribute or child that it may have once."""

_Lacking = Mapping[Node, Sequence[str]]
"""The names of the attributes that elements have to have and do not."""


def in_other_form(faults: list[Fault], grammar: Grammar) -> list[Fault]:
    """Return the faults, each with the form that is allowed if it has one, without those that it settles."""
    lacking = defaultdict[Node, list[str]](list)
    for fault in faults:
        if fault.kind == "missing-attribute":
            lacking[fault.node].append(fault.name)
    found: list[Fault] = []
    filled: set[_Slot] = set()
    gone: set[Node] = set()
    for fault in faults:
        form = _form(fault, grammar, lacking)
        if form is None or (slot := _slot(form)) in filled:
            found.append(fault)
            continue
        filled.add(slot)
        if form.on is not fault.node:
            gone.add(fault.node)
        found.append(replace(fault, form=form, meant="", related=None))
    return [each for each in found if each.form or not _is_settled(each, filled, gone)] if filled else found


def _slot(form: Form) -> _Slot:
    return form.on, form.attribute or (form.element.name if form.element else "")


def _is_settled(fault: Fault, filled: set[_Slot], gone: set[Node]) -> bool:
    """Whether what is missing is there in another form, or the fault is of an element that is to be an attribute."""
    is_missing = fault.kind in ("missing-attribute", "missing-element")
    return fault.node in gone or (is_missing and (fault.node, fault.name) in filled)


def _form(fault: Fault, grammar: Grammar, lacking: _Lacking) -> Form | None:
    match fault.kind:
        case "unknown-element" | "misplaced-element":
            return _as_attribute_of_parent(fault.node, grammar) or _as_own_attribute(fault.node, grammar, lacking)
        case "unexpected-text":
            return _as_own_attribute(fault.node, grammar, lacking)
        case "unknown-attribute":
            return _as_element(fault, grammar)
    return None


def _as_attribute_of_parent(node: Node, grammar: Grammar) -> Form | None:
    value, parent = _lone_text(node), node.parent
    if not value or parent is None or node.attributes or node.name in parent.attributes:
        return None
    contents = [grammar.content(each) for each in grammar.by_name.get(parent.name, ())]
    return Form(parent, None, node.name, value) if _is_allowed(grammar, contents, node.name, value) else None


def _as_own_attribute(node: Node, grammar: Grammar, lacking: _Lacking) -> Form | None:
    value = _lone_text(node)
    if not value:
        return None
    contents = [grammar.content(each) for each in _definitions(grammar, node.name, node.parent)]
    needed = [each for each in lacking.get(node, ()) if _is_allowed(grammar, contents, each, value)]
    holders = {each for content in contents for each in _holders(grammar, content, value)} - node.attributes.keys()
    names = needed or holders
    return Form(node, None, next(iter(names)), value) if len(names) == 1 else None


def _as_element(fault: Fault, grammar: Grammar) -> Form | None:
    node, name = fault.node, fault.name
    value = fault.attribute.value.strip() if fault.attribute is not None else ""
    if _is_unmovable(value):
        return None
    definitions = _definitions(grammar, name, node)
    if not value or not definitions or node.child(name) is not None:
        return None
    contents = [grammar.content(each) for each in definitions]
    if any(not content.attributes and _may_be(grammar, content, value) for content in contents):
        return Form(node, edit.el(name, text=value))
    holders = {each for content in contents for each in _holders(grammar, content, value)}
    least, _ = minimal_element(grammar, node, name)
    needed = {each for each, _ in least.attributes} if least is not None else set()
    return Form(node, edit.el(name, dict.fromkeys(holders, value))) if len(holders) == 1 and needed <= holders else None


def _lone_text(node: Node) -> str:
    """Return the text of an element that has nothing else in it, if it may be a value."""
    text = "" if node.children else node.text.strip()
    return "" if "\n" in text or _is_unmovable(text) else text


def _definitions(grammar: Grammar, name: str, parent: Node | None) -> list[ElementPattern]:
    """Return the definitions of a name that are allowed in an element."""
    around = "" if parent is None else parent.name
    return [each for each in grammar.by_name.get(name, ()) if around in grammar.parents_of([each])]


def _is_allowed(grammar: Grammar, contents: Sequence[Pattern], name: str, value: str) -> bool:
    """Whether one of some contents allows an attribute with a value."""
    found = (each for content in contents for each in _attributes(grammar, content, name))
    return any(_may_be(grammar, each.content, value) for each in found)


def _attributes(grammar: Grammar, content: Pattern, name: str) -> list[AttributePattern]:
    return grammar.algebra.attributes(content, name) if name in content.attributes else []


def _holders(grammar: Grammar, content: Pattern, value: str) -> Iterator[str]:
    """Yield the attributes that a value is likely to be of: those that list it, and those that say what it is about."""
    for name in content.attributes:
        for each in _attributes(grammar, content, name):
            if _is_likely(name, each.content) and _may_be(grammar, each.content, value):
                yield name


def _is_likely(name: str, content: Pattern) -> bool:
    return name in _TELLING or enumerated(content)


def _may_be(grammar: Grammar, content: Pattern, value: str) -> bool:
    """Whether a content allows a value. What a placeholder stands for is not known."""
    return grammar.algebra.allows(content, None if is_opaque(value) else value)


def _is_unmovable(value: str) -> bool:
    """Whether a value has a placeholder that would not be the same between other marks."""
    return is_opaque(value) and any(mark in value for mark in "'\"&<")
