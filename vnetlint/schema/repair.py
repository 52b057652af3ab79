"""Faults to fixes: what was probably meant first, then what makes the document valid whatever was meant.

Of a value that looks like none of those that may stand there nothing is made: first of all a person is asked for one.

libvirt drops what it does not know. To give an unknown thing its right name therefore makes it count, which may change
what works, and so is unsafe; only what says the same in other words is safe.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from vnetlint.finding import Fix, Safety, Span
from vnetlint.mend import apply
from vnetlint.schema import gate, judge
from vnetlint.schema.fault import Fault
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.minimal import UNKNOWN, minimal_element
from vnetlint.schema.names import similar
from vnetlint.schema.namespaces import LIBVIRT, unbound_prefix
from vnetlint.schema.taken import ABSENT
from vnetlint.schema.words import SHOWN
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits
from vnetlint.xml.tree import Node, parse

ALTERNATIVES = 3
_FUSED = re.compile(r"""(?P<value>[^\s=]+)\s+(?P<name>[A-Za-z][\w-]*)\s*=\s*["']?(?P<other>[^\s"'=]+)["']?""")
"""A value that a misplaced quote has joined with the next attribute."""
_SAME = {
    "yes": ("on", "true", "1", "enabled"), "no": ("off", "false", "0", "disabled"),
    "on": ("yes", "true", "1", "enabled"), "off": ("no", "false", "0", "disabled"),
}  # fmt: skip


def repair(fault: Fault, grammar: Grammar, alone: bool) -> tuple[Fix, ...]:
    """Give the fixes of a fault, the best first; those that an edit cannot make are left out.

    Where the fault is `alone` in its document, an edit has to make that valid; elsewhere it is taken at its word.
    """
    fixes = [fix for fix in _fixes(fault, grammar, alone) if fix.edits or fix.safety == "display"]
    if alone:
        fixes = [fix for fix in fixes if not fix.edits or _makes_valid(fault, fix)]
    return tuple(dict.fromkeys(fixes))


def leave_out(fault: Fault) -> tuple[Fix, ...]:
    """Give the fix that takes the faulty thing away: an attribute, with a bad value too, or an element."""
    if fault.attribute is not None:
        fix = _fix(f"Remove '{fault.name}'", edit.remove_attribute(fault.attribute))
    else:
        fix = _fix(f"Remove <{fault.name}>", edit.remove(fault.node))
    return (fix,) if fix.edits else ()


def write_out(fault: Fault, reading: str) -> tuple[Fix, ...]:
    """Give the fix that writes what libvirt reads anyway where the schema rejects a value."""
    if reading == ABSENT:
        return tuple(replace(fix, safety="safe") for fix in leave_out(fault))
    if fault.attribute is None or reading == fault.attribute.value:
        return ()
    fix = _fix(f"Make it '{reading}'", edit.set_attribute(fault.node, fault.name, reading), "safe")
    return (fix,) if fix.edits else ()


def _makes_valid(fault: Fault, fix: Fix) -> bool:
    """Whether the document is valid after a fix. The others of its file do not matter, and reading them takes long."""
    document = fault.node.document
    start, end = document.span
    edits = [replace(each, span=Span(each.span.start - start, each.span.end - start)) for each in fix.edits]
    source = document.source.with_text(apply(document.source.text[start:end], edits))
    return all(gate.is_valid(each) or not judge.faults(each, None) for each in parse(source))


def _fixes(fault: Fault, grammar: Grammar, alone: bool) -> Iterator[Fix]:
    node, attribute = fault.node, fault.attribute
    match fault.kind:
        case "unknown-element":
            yield from _unknown_element(fault)
        case "misplaced-element":
            for parent in _homes(fault)[:ALTERNATIVES]:
                yield _fix(f"Move it into <{parent.name}>", edit.move(node, parent))
            yield _fix(f"Remove <{fault.name}>", edit.remove(node))
        case "duplicate-element":
            same = fault.related is not None and _canonical(fault.related) == _canonical(node)
            yield _fix(f"Remove the second <{fault.name}>", edit.remove(node), "safe" if same else "unsafe")
            if fault.related is not None and not same:
                yield _fix(f"Remove the first <{fault.name}>", edit.remove(fault.related))
        case "missing-element":
            yield from _missing_element(fault, grammar)
        case "unknown-attribute" if attribute is not None:
            if fault.meant and fault.meant not in node.attributes:
                yield _fix(f"Rename it to '{fault.meant}'", edit.rename_attribute(attribute, fault.meant))
            yield _fix(f"Remove '{fault.name}'", edit.remove_attribute(attribute))
        case "missing-attribute":
            yield from _missing_attribute(fault)
        case "bad-value":
            yield from _values(fault, alone)
        case _:
            yield _fix("Remove the text", edit.remove_text(node))


def _unknown_element(fault: Fault) -> Iterator[Fix]:
    node = fault.node
    if (prefix := unbound_prefix(node)) in LIBVIRT:
        declared = edit.set_attribute(node.document.root, f"xmlns:{prefix}", LIBVIRT[prefix])
        yield _fix(f"Declare the prefix '{prefix}'", declared)
    if fault.meant:
        yield _fix(f"Rename it to <{fault.meant}>", edit.rename(node, fault.meant))
    yield _fix(f"Remove <{fault.name}>", edit.remove(node))


def _fix(title: str, edits: Edits, safety: Safety = "unsafe") -> Fix:
    return Fix(title, edits, safety)


def _homes(fault: Fault) -> list[Node]:
    """The elements that a misplaced one may be moved into: where it is missed, else the nearest that allow it."""
    node = fault.node
    found = [fault.related] if fault.related is not None else []
    ancestor = node.parent
    while ancestor is not None:
        found += [each for each in (ancestor, *ancestor.children) if each.name in fault.allowed_in]
        ancestor = ancestor.parent
    inside = {id(each) for each in node.descendants()}
    return [each for each in dict.fromkeys(found) if id(each) not in inside and each is not node.parent]


def _missing_element(fault: Fault, grammar: Grammar) -> Iterator[Fix]:
    stem = PurePosixPath(fault.node.document.source.path).name.partition(".")[0]
    if fault.name == "name" and fault.node.parent is None and stem.isidentifier():
        # People name a file after what it defines.
        yield _fix(f"Name it '{stem}' as its file", edit.insert(fault.node, edit.el("name", text=stem)))
    for name in [fault.name] if fault.name else fault.expected[:ALTERNATIVES]:
        element, whole = minimal_element(grammar, fault.node, name)
        if element is None:
            continue
        edits = edit.insert(fault.node, element)
        if whole:
            yield _fix(f"Add <{name}>", edits)
        else:
            yield Fix(f"Add <{name}> with a value of yours", (), "display", edit.written(element))


def _missing_attribute(fault: Fault) -> Iterator[Fix]:
    if len(fault.expected) == 1:
        (value,) = fault.expected
        yield _fix(f"Add {fault.name}='{value}'", edit.set_attribute(fault.node, fault.name, value))
    else:
        choice = "|".join(fault.expected[:SHOWN]) or UNKNOWN
        yield Fix(f"Add the attribute '{fault.name}'", (), "display", f"{fault.name}='{choice}'")
    yield _fix(f"Remove <{fault.node.name}>", edit.remove(fault.node))


def _values(fault: Fault, alone: bool) -> Iterator[Fix]:
    """What was probably meant: the value in libvirt's spelling, or the allowed ones that look like it."""
    node, attribute = fault.node, fault.attribute
    written = (attribute.value if attribute is not None else node.text).strip()
    likely = [each for each in fault.expected if similar(written, each) or written.lower() in _SAME.get(each, ())]
    if attribute is not None and (fused := _FUSED.fullmatch(written)):
        parted = edit.set_attribute(node, attribute.name, fused["value"])
        parted += edit.set_attribute(node, fused["name"], fused["other"])
        if fused["name"] not in node.attributes:
            yield _fix(f"Part it into '{attribute.name}' and '{fused['name']}'", parted)
    # Without a list of values only a look at the whole document tells whether a spelling is one.
    spelled = _spellings(written) if alone and not fault.expected else ()
    for value in (*likely, *spelled)[:ALTERNATIVES]:
        yield _make_it(fault, value)
    if not likely:
        # What looks like nothing that may stand there a person has to say: the first of a list would be an accident.
        yield _ask_for_value(fault)
        for value in fault.expected[:ALTERNATIVES]:
            yield _make_it(fault, value)
    yield from leave_out(fault)


def _ask_for_value(fault: Fault) -> Fix:
    value = "|".join(fault.expected[:SHOWN]) or UNKNOWN
    if fault.attribute is not None:
        what, snippet = f"'{fault.name}'", f"{fault.name}='{value}'"
    else:
        what, snippet = f"<{fault.name}>", f"<{fault.name}>{value}</{fault.name}>"
    return Fix(f"Give {what} {'one of its values' if fault.expected else 'a value'}", (), "display", snippet)


def _make_it(fault: Fault, value: str) -> Fix:
    node, attribute = fault.node, fault.attribute
    edits = edit.set_attribute(node, attribute.name, value) if attribute else edit.set_text(node, value)
    return _fix(f"Make it '{value}'", edits)


def _spellings(written: str) -> Iterator[str]:
    """The value as libvirt might read it: without stray marks around it, in small letters, with colons."""
    bare = written.strip(" \t!?.,;:'\"")
    yield from dict.fromkeys((bare, bare.lower(), bare.replace("-", ":"), "".join(bare.split())))


def _canonical(node: Node) -> object:
    """An element's meaning: two that are equal say the same."""
    attributes = sorted((each.name, each.value) for each in node.attributes.values())
    return node.name, attributes, node.text.strip(), [_canonical(child) for child in node.children]
