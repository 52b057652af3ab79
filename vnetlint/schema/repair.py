"""The fixes of faults: first what was probably meant, then what makes the document valid in any case.

The alternatives are ordered rename, move, wrap, unwrap, remove: fixes that keep content come before those that lose it.
Each is tried on a copy before it is offered, and has to leave fewer faults.

libvirt drops what it does not know. Giving an unknown thing its right name makes it count, which may change what works,
so it is `unsafe` where the name is one letter off or only its form is wrong, or where libvirt refuses the element as it
is, else `choice`. Moving what libvirt drops to where it counts is a choice too, and so is removing what somebody wrote.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from vnetlint.finding import Edit, Fix, Safety
from vnetlint.schema.fault import Fault, Form
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.homes import homes_of
from vnetlint.schema.libvirt_tolerates import ABSENT, NO_ELEMENT
from vnetlint.schema.libvirt_verdict import message_of
from vnetlint.schema.minimal import minimal_element
from vnetlint.schema.names import distance
from vnetlint.schema.namespaces import LIBVIRT, unbound_prefix
from vnetlint.schema.query import enumerated, is_optional
from vnetlint.schema.removal import leave_out, removal
from vnetlint.schema.trial import WORK, FaultyDocument, helps, leaves
from vnetlint.schema.valuefixes import missing_attribute, unsafe, values
from vnetlint.xml import edit
from vnetlint.xml.node import Attribute, Node

ALTERNATIVES = 3
"""The most elements that are offered."""
MORE_WORK = 10 * WORK
"""What `WORK` is for a valid document, which is judged faster."""

_NOTE = re.compile(r"[^\W\d_]{2}")


def repair(fault: Fault, among: FaultyDocument) -> tuple[Fix, ...]:
    """Return the fixes of a fault, the best first, without those for which no edit can be made."""
    return _that_help(fault, among, _fixes(fault, among))


def _that_help(fault: Fault, among: FaultyDocument, offered: Iterable[Fix]) -> tuple[Fix, ...]:
    fixes = dict.fromkeys(fix for fix in offered if fix.edits or fix.safety == "display")
    if not among.may_try:
        return tuple(fixes)
    certain = {*_certain(fault, among.grammar)}
    return tuple(
        fix for fix in fixes if not fix.edits or frozenset(fix.edits) in certain or helps(fault.node, fix.edits, among)
    )


def _certain(fault: Fault, grammar: Grammar) -> Iterator[frozenset[Edit]]:
    """Yield the edits that need no trial: the rest was judged as if the removed part were not there, or were right."""
    passed_over = fault.kind in ("unknown-attribute", "unknown-element", "misplaced-element")
    is_alone = not fault.meant and fault.related is None and fault.form is None
    if (passed_over and is_alone) or _may_go(fault, grammar):
        yield from (frozenset(fix.edits) for fix in leave_out(fault))
    if fault.kind == "bad-value" and fault.attribute is not None and _is_listed(fault, grammar):
        yield from (frozenset(edit.set_attribute(fault.node, fault.name, value)) for value in fault.expected)


def _is_listed(fault: Fault, grammar: Grammar) -> bool:
    """Whether an attribute has the same list of values wherever its element is allowed, so that none chooses more."""
    contents = (grammar.content(each) for each in grammar.by_name.get(fault.node.name, ()))
    found = {each for content in contents for each in grammar.algebra.attributes(content, fault.name)}
    return len(found) == 1 and all(enumerated(each.content) for each in found)


def _may_go(fault: Fault, grammar: Grammar) -> bool:
    """Whether a document stays as valid as it is without an attribute or element that has a bad value."""
    if fault.kind != "bad-value":
        return False
    is_attribute = fault.attribute is not None
    holder = fault.node if is_attribute else fault.node.parent
    definitions = grammar.by_name.get(holder.name, ()) if holder is not None else ()
    return bool(definitions) and all(
        is_optional(grammar.content(each), fault.name, is_attribute) for each in definitions
    )


def without(fault: Fault, among: FaultyDocument, count: int) -> tuple[Fix, ...]:
    """Return the fixes that remove something valid that is not wanted, and cause no new fault.

    If trying `count` of them takes too long, they are offered untried, and the engine refuses a bad one.
    """
    ways = [*leave_out(fault, "choice")]
    if fault.attribute is not None:
        ways.append(removal(fault.node, "choice"))
    start, end = fault.node.document.span
    untried, most = (end - start) * count > MORE_WORK, len(among.every)
    return tuple(fix for fix in ways if fix.edits and (untried or leaves(fault.node, fix.edits, among, most)))[:1]


def write_out(fault: Fault, reading: str, among: FaultyDocument) -> tuple[Fix, ...]:
    """Return the fix that replaces a value that the schema rejects by the one that libvirt reads."""
    if reading == NO_ELEMENT:
        return (removal(fault.node, "unsafe"),)
    if reading == ABSENT:
        ways = [*leave_out(fault)]
        if fault.attribute is not None and len(fault.node.attributes) == 1 and not fault.node.children:
            ways.append(removal(fault.node, "unsafe"))
        certain = {*_certain(fault, among.grammar)}
        helpful = (
            fix
            for fix in ways
            if not among.whole or frozenset(fix.edits) in certain or helps(fault.node, fix.edits, among)
        )
        return tuple(helpful)[:1]
    if fault.attribute is None or reading == fault.attribute.value:
        return ()
    fix = Fix(f"Make it '{reading}'", edit.set_attribute(fault.node, fault.name, reading), "safe")
    return (fix,) if fix.edits else ()


def _fixes(fault: Fault, among: FaultyDocument) -> Iterator[Fix]:
    attribute = fault.attribute
    if fault.form is not None:
        yield from _other_form(fault, fault.form)
        return
    match fault.kind:
        case "unknown-element":
            yield from _unknown_element(fault, among.grammar)
        case "misplaced-element":
            yield from _misplaced_element(fault, among)
        case "duplicate-element":
            yield from _duplicate_element(fault)
        case "missing-element":
            yield from _missing_element(fault, among.grammar)
        case "unknown-attribute" if attribute is not None:
            if fault.meant:
                yield _renamed_attribute(fault, attribute, among)
            yield from leave_out(fault, "choice")
        case "missing-attribute":
            yield from missing_attribute(fault, among)
        case "bad-value":
            yield from values(fault, among)
        case _:
            yield from _unexpected_text(fault)


def _renaming(fault: Fault) -> Safety:
    """Unsafe for a typing error of one letter, else choice: a guess would give effect to what libvirt drops today."""
    return "unsafe" if distance(fault.name, fault.meant) <= 1 or message_of(fault) else "choice"


def _renamed_attribute(fault: Fault, attribute: Attribute, among: FaultyDocument) -> Fix:
    """Return the fix that renames an attribute, and with it all others of an element that libvirt refuses as it is.

    Once some are right, libvirt may accept the element, with another meaning: an address without its mask, for example.
    """
    together = among.renamed_in.get(fault.node, ()) if fault.node in among.refused else ()
    if len(together) < 2:
        safety: Safety = "unsafe" if fault.node in among.refused else _renaming(fault)
        return Fix(f"Rename it to '{fault.meant}'", edit.rename_attribute(attribute, fault.meant), safety)
    edits = (each for old, new in together for each in edit.rename_attribute(old, new))
    names = ", ".join(f"'{new}'" for _, new in together)
    return unsafe(f"Rename them to {names}", tuple(edits))


def _other_form(fault: Fault, form: Form) -> Iterator[Fix]:
    """Write an element or a text as an attribute, or an attribute as an element. Its words leave no doubt."""
    node, element = fault.node, form.element
    if form.moved:
        removed = [each for attribute in form.moved for each in edit.remove_attribute(attribute)]
    elif form.on is node:
        removed = [*(edit.close_over_text(node) or edit.remove_text(node))]
    else:
        removed = [*edit.remove(node)]
    if element is None:
        yield unsafe("Write it as an attribute", (*edit.set_attribute(form.on, form.attribute, form.value), *removed))
    elif form.moved:
        yield unsafe("Write it as an element", (*edit.insert(form.on, element), *removed))
    else:
        yield unsafe("Write it as an element", edit.replace_text(node, element))
    if fault.kind == "unexpected-text":
        yield Fix("Remove the text", edit.remove_text(node), "choice")
    else:
        yield from leave_out(fault, "choice")


# -- elements ------------------------------------------------------------------------------------------------------


def _unknown_element(fault: Fault, grammar: Grammar) -> Iterator[Fix]:
    node = fault.node
    if (prefix := unbound_prefix(node)) in LIBVIRT:
        declared = edit.set_attribute(node.document.root, f"xmlns:{prefix}", LIBVIRT[prefix])
        yield unsafe(f"Declare the prefix '{prefix}'", declared)
    if fault.meant:
        yield Fix(f"Rename it to <{fault.meant}>", edit.rename(node, fault.meant), _renaming(fault))
    own_namespace = node.attributes.get("xmlns")
    if own_namespace is not None and node.name in grammar.by_name:
        yield unsafe("Remove 'xmlns'", edit.remove_attribute(own_namespace))
    if _has_fitting(node, grammar):
        yield _unwrapping(node, "choice")
    yield removal(node, "choice")


def _misplaced_element(fault: Fault, among: FaultyDocument) -> Iterator[Fix]:
    node = fault.node
    homes = homes_of(fault)
    for home, safety in homes:
        going = {node}
        if fault.related is None:
            going |= {*among.strays_beside.with_(node, (node.parent, home.name)), *among.strays_of.with_(node, home)}
        strays = _outermost(going - {home, *home.ancestors()})
        edits = edit.move_all(strays, home)
        if len(strays) > 1 and among.may_try and not helps(node, edits, among, len(strays)):
            # There is no room for all of them, and a person has to choose.
            strays, edits = [node], edit.move(node, home)
        yield Fix(f"Move {_counted(strays)} into <{home.name}>", edits, safety if message_of(fault) else "choice")
    wrappers = [] if homes else _wrappers(fault, among.grammar)
    for name in wrappers[:ALTERNATIVES]:
        if not among.strays_beside.is_first(node, (node.parent, name)):
            continue
        strays = among.strays_beside.with_(node, (node.parent, name))
        edits = edit.wrap_all(strays, edit.el(name))
        sure = len(wrappers) == 1 and message_of(fault) is not None
        yield Fix(f"Put {_counted(strays)} into a new <{name}>", edits, "unsafe" if sure else "choice")
    if _has_fitting(node, among.grammar):
        yield _unwrapping(node, "choice")
    yield removal(node, "choice")


def _has_fitting(node: Node, grammar: Grammar) -> bool:
    """Whether the parent of an element allows one of its children."""
    around = node.parent.name if node.parent is not None else ""
    return any(around in grammar.parents_of(grammar.by_name.get(each.name, ())) for each in node.children)


def _unwrapping(node: Node, safety: Safety) -> Fix:
    return Fix(f"Remove <{node.name}> and keep what is in it", edit.unwrap(node), safety)


def _outermost(nodes: Iterable[Node]) -> list[Node]:
    """Return nodes in document order, without those inside another of them."""
    found: list[Node] = []
    for node in sorted(nodes, key=lambda each: each.start):
        if not found or node.start >= found[-1].end:
            found.append(node)
    return found


def _counted(strays: Sequence[Node]) -> str:
    if len(strays) == 1:
        return "it"
    return f"the {len(strays)} elements that belong there"


def _wrappers(fault: Fault, grammar: Grammar) -> list[str]:
    """Return the names of the elements that could be put between a misplaced element and its parent."""
    parent = fault.node.parent
    if parent is None:
        return []
    return [
        name
        for name in fault.allowed_in
        if name != parent.name and parent.name in grammar.parents_of(grammar.by_name.get(name, ()))
    ]


def _duplicate_element(fault: Fault) -> Iterator[Fix]:
    """Keep one of two elements. libvirt reads the first, but it merges two protocols of a filter's rule."""
    node, first = fault.node, fault.related
    if first is None or _canonical(first) == _canonical(node):
        yield unsafe(f"Remove the second <{fault.name}>", edit.remove(node))
        return
    if node.document.root.name == "filter" and node.parent is not None and node.parent.name == "rule":
        yield from _parted_or_merged(node.parent, first, node)
    else:
        yield Fix(f"Remove the second <{fault.name}>", edit.remove(node), "choice")
        yield Fix(f"Remove the first <{fault.name}>", edit.remove(first), "choice")


def _parted_or_merged(rule: Node, first: Node, second: Node) -> Iterator[Fix]:
    """Split a rule with a protocol given twice into two, or merge them as libvirt does: the second's attributes win.

    Only `match` is always that of the second, even if it is not set there.
    """
    name = second.name
    own = edit.el("rule", _written_on(rule), edit.el(name, _written_on(second)))
    parted = (*edit.remove(second), *edit.insert_after(rule, own))
    yield Fix(f"Move the second <{name}> to a rule of its own", parted, "choice")
    kept = {key: value for key, value in _written_on(first).items() if key != "match" and key not in second.attributes}
    merged = [each for key, value in kept.items() for each in edit.set_attribute(second, key, value)]
    title = f"Merge the two <{name}>, as libvirt reads them" if kept else f"Remove the first <{name}>"
    yield Fix(title, (*edit.remove(first), *merged), "choice")
    yield Fix(f"Remove the second <{name}>", edit.remove(second), "choice")
    if kept:
        yield Fix(f"Remove the first <{name}>", edit.remove(first), "choice")


def _written_on(node: Node) -> dict[str, str]:
    return {name: attribute.value for name, attribute in node.attributes.items()}


def _missing_element(fault: Fault, grammar: Grammar) -> Iterator[Fix]:
    stem = PurePosixPath(fault.node.document.source.path).name.partition(".")[0]
    if fault.name == "name" and fault.node.parent is None and stem.isidentifier():
        # People name a file after what it defines.
        yield Fix(f"Name it '{stem}' as its file", edit.insert(fault.node, edit.el("name", text=stem)), "choice")
    for name in [fault.name] if fault.name else fault.expected[:ALTERNATIVES]:
        element, whole = minimal_element(grammar, fault.node, name)
        if element is None:
            continue
        edits = edit.insert(fault.node, element)
        if whole and name != "name":
            yield unsafe(f"Add <{name}>", edits)
        else:
            yield Fix(f"Add <{name}> with a value of yours", (), "display", edit.written(element))


def _unexpected_text(fault: Fault) -> Iterator[Fix]:
    """A text that reads as a note becomes a comment; stray characters are removed."""
    source = fault.node.document.source
    is_note = _NOTE.search(source.excerpt(fault.span)) is not None
    if is_note:
        yield unsafe("Make it a comment", edit.comment_out_text(fault.node))
    # Letters and digits may be a value in the wrong place; other characters are left over.
    is_value = any(char.isalnum() for char in source.excerpt(fault.span))
    yield Fix("Remove the text", edit.remove_text(fault.node), "choice" if is_value else "unsafe")


def _canonical(node: Node) -> object:
    """The meaning of an element, for comparison."""
    attributes = sorted((each.name, each.value) for each in node.attributes.values())
    return node.name, attributes, node.text.strip(), [_canonical(child) for child in node.children]
