"""The fixes of faults: first what was probably meant, then what makes the document valid in any case.

The alternatives are ordered rename, move, wrap, unwrap, remove: fixes that keep content come before those that lose it.
Each is tried on a copy before it is offered, and has to leave fewer faults.

libvirt drops what it does not know. Giving an unknown thing its right name makes it count, which may change what works,
so it is `unsafe` where the name is one letter off or only its form is wrong, or where libvirt refuses the element as it
is, else `choice`. Moving what libvirt drops to where it counts is a choice too, and so is removing what somebody wrote.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import Generic, TypeVar

from vnetlint.dataclass import dataclass
from vnetlint.finding import Edit, Fix, Safety, Span
from vnetlint.lazy import cached_property
from vnetlint.schema.derive import SeenOutcomes, count_faults, matches
from vnetlint.schema.fault import Fault, Form
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.libvirt_tolerates import ABSENT, NO_ELEMENT
from vnetlint.schema.libvirt_verdict import message_of
from vnetlint.schema.minimal import UNKNOWN, minimal_element
from vnetlint.schema.names import distance, similar
from vnetlint.schema.namespaces import LIBVIRT, unbound_prefix
from vnetlint.schema.query import enumerated, is_optional
from vnetlint.schema.shapes import listed
from vnetlint.schema.words import SHOWN, written_in
from vnetlint.xml import edit, wellformed
from vnetlint.xml.edit import Edits
from vnetlint.xml.node import Node
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse

ALTERNATIVES = 3
HOMES = 5
"""How many places are tried for a misplaced element."""
TOGETHER = 20
"""How many misplaced elements one fix moves. Of more, the others move in later rounds, once they have a place."""
WORK = 60_000
"""Characters of a document, times its faults, above which fixes are offered untried."""

MORE_WORK = 10 * WORK
"""The same for a valid document, which is judged faster."""

_FUSED = re.compile(r"""(?P<value>[^\s=]+)\s+(?P<name>[A-Za-z][\w-]*)\s*=\s*["']?(?P<other>[^\s"'=]+)["']?""")
"""A value that a misplaced quote joins with the next attribute."""
_SUBNET = re.compile(r"(?P<address>[0-9A-Fa-f.:]+)/(?P<prefix>[0-9]{1,3})")
"""An address with its prefix, as other tools want it in one."""
_STAND_IN = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
"""A bare word in capitals: `NICDRIVER` stands for a value that a person or a program puts there."""
_NOTE = re.compile(r"[^\W\d_]{2}")
_SAME = {
    "yes": ("on", "true", "1", "enabled"), "no": ("off", "false", "0", "disabled"),
    "on": ("yes", "true", "1", "enabled"), "off": ("no", "false", "0", "disabled"),
    "accept": ("allow", "permit", "pass"), "drop": ("deny", "block"), "in": ("ingress", "inbound", "incoming"),
    "out": ("egress", "outbound", "outgoing"), "inout": ("both", "any"), "nat": ("masquerade",), "route": ("routed",),
}  # fmt: skip
"""Other words for values."""
_NOTHING_WHEN_EMPTY = frozenset(
    ("nat", "dns", "dhcp", "bandwidth", "vlan", "metadata", "cputune", "memtune", "blkiotune", "numatune", "iotune")
)
"""Elements that have no meaning without content, and are removed with the last of it."""


@dataclass(frozen=True)
class FaultyDocument:
    """All faults of a document, and the grammar that found them."""

    every: tuple[Fault, ...]
    grammar: Grammar
    whole: bool
    """Whether the grammar is that of the whole document, so that a changed document can be judged by it."""
    unsaid: int = 0
    """How many more faults there are that are not reported."""
    tried: dict[frozenset[Edit], bool] = field(default_factory=dict)
    """Whether edits have been found to help: faults of one kind often share a fix."""
    seen: SeenOutcomes = field(default_factory=dict)
    """What is wrong in the elements of the copies that fixes have been tried on: most are in each copy."""

    @cached_property
    def may_try(self) -> bool:
        """Whether fixes are tried on a copy: not on one of a part of the document, and not if that takes too long."""
        if not self.whole or not self.every:
            return self.whole
        start, end = self.every[0].node.document.span
        return (end - start) * len(self.every) <= WORK

    @cached_property
    def refused(self) -> frozenset[Node]:
        """The elements that libvirt refuses for one of their faults, so that none of these has been without effect."""
        return frozenset(each.node for each in self.every if message_of(each))

    @cached_property
    def homes(self) -> dict[Node, Node]:
        """The place of each misplaced element that has only one. If there are several, a person has to choose."""
        strays = (each for each in self.every if self.whole and each.kind == "misplaced-element" and not each.related)
        found = ((each.node, next(iter(_homes(each)), None)) for each in strays)
        return {node: first[0] for node, first in found if first is not None and first[1] == "unsafe"}

    @cached_property
    def strays_of(self) -> "Groups[Node]":
        """The misplaced elements that have only one place, by that place."""
        return Groups((home, node) for node, home in self.homes.items())

    @cached_property
    def strays_beside(self) -> "Groups[tuple[Node | None, str]]":
        """The misplaced elements of one parent that belong in an element of a name, by that parent and name."""
        strays = (each for each in self.every if self.whole and each.kind == "misplaced-element")
        return Groups(((each.node.parent, home), each.node) for each in strays for home in each.allowed_in)


_Key = TypeVar("_Key")


class Groups(Generic[_Key]):
    """Misplaced elements that go to one place together, at most `TOGETHER` at a time."""

    def __init__(self, members: Iterable[tuple[_Key, Node]]) -> None:
        every: dict[_Key, dict[Node, int]] = {}
        self._parts: dict[tuple[_Key, int], list[Node]] = {}
        for key, node in members:
            numbers = every.setdefault(key, {})
            number = numbers.setdefault(node, len(numbers))
            part = self._parts.setdefault((key, number // TOGETHER), [])
            if number % TOGETHER == len(part):
                part.append(node)
        self._numbers = every

    def with_(self, node: Node, key: _Key) -> list[Node]:
        """Return an element with those that go with it to the place that `key` means."""
        number = self._numbers.get(key, {}).get(node)
        return [node] if number is None else self._parts[key, number // TOGETHER]

    def is_first(self, node: Node, key: _Key) -> bool:
        """Whether an element is among those that go to their place first."""
        return self._numbers.get(key, {}).get(node, 0) < TOGETHER


def repair(fault: Fault, among: FaultyDocument) -> tuple[Fix, ...]:
    """Return the fixes of a fault, the best first, without those for which no edit can be made."""
    return _that_help(fault, among, _fixes(fault, among))


def _that_help(fault: Fault, among: FaultyDocument, offered: Iterable[Fix]) -> tuple[Fix, ...]:
    fixes = dict.fromkeys(fix for fix in offered if fix.edits or fix.safety == "display")
    if not among.may_try:
        return tuple(fixes)
    certain = {*_certain(fault, among.grammar)}
    return tuple(
        fix for fix in fixes if not fix.edits or frozenset(fix.edits) in certain or _helps(fault.node, fix.edits, among)
    )


def _certain(fault: Fault, grammar: Grammar) -> Iterator[frozenset[Edit]]:
    """Yield the edits that need no trial: the rest was judged as if the removed part were not there, or were right."""
    passed_over = fault.kind in ("unknown-attribute", "unknown-element", "misplaced-element")
    if (passed_over and not fault.meant and fault.related is None) or _may_go(fault, grammar):
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


def leave_out(fault: Fault, safety: Safety = "unsafe") -> tuple[Fix, ...]:
    """Return the fixes that remove the faulty attribute or element."""
    if fault.attribute is not None:
        fix = Fix(f"Remove '{fault.name}'", edit.remove_attribute(fault.attribute), safety)
    else:
        fix = _removal(fault.node, safety)
    return (fix,) if fix.edits else ()


def without(fault: Fault, among: FaultyDocument, count: int) -> tuple[Fix, ...]:
    """Return the fixes that remove something valid that is not wanted, and cause no new fault.

    If trying `count` of them takes too long, they are offered untried, and the engine refuses a bad one.
    """
    ways = [*leave_out(fault, "choice")]
    if fault.attribute is not None:
        ways.append(_removal(fault.node, "choice"))
    start, end = fault.node.document.span
    untried, most = (end - start) * count > MORE_WORK, len(among.every)
    return tuple(fix for fix in ways if fix.edits and (untried or _leaves(fault.node, fix.edits, among, most)))[:1]


def write_out(fault: Fault, reading: str, among: FaultyDocument) -> tuple[Fix, ...]:
    """Return the fix that replaces a value that the schema rejects by the one that libvirt reads."""
    if reading == NO_ELEMENT:
        return (_removal(fault.node, "unsafe"),)
    if reading == ABSENT:
        ways = [*leave_out(fault)]
        if fault.attribute is not None and len(fault.node.attributes) == 1 and not fault.node.children:
            ways.append(_removal(fault.node, "unsafe"))
        certain = {*_certain(fault, among.grammar)}
        helpful = (
            fix
            for fix in ways
            if not among.whole or frozenset(fix.edits) in certain or _helps(fault.node, fix.edits, among)
        )
        return tuple(helpful)[:1]
    if fault.attribute is None or reading == fault.attribute.value:
        return ()
    fix = Fix(f"Make it '{reading}'", edit.set_attribute(fault.node, fault.name, reading), "safe")
    return (fix,) if fix.edits else ()


def _helps(node: Node, edits: Sequence[Edit], among: FaultyDocument, least: int = 1) -> bool:
    """Whether edits remove at least so many faults from a document."""
    key = frozenset(edits)
    if key not in among.tried:
        among.tried[key] = _leaves(node, edits, among, len(among.every) + among.unsaid - least)
    return among.tried[key]


def _leaves(node: Node, edits: Sequence[Edit], among: FaultyDocument, most: int) -> bool:
    """Whether at most so many faults are left after edits. Only the document's part of the file is read."""
    document = node.document
    source, (start, end) = document.source, document.span
    if any(each.path != source.path or not start <= each.span.start <= each.span.end <= end for each in edits):
        return False
    moved = [replace(each, span=Span(each.span.start - start, each.span.end - start)) for each in edits]
    before = source.text[start:end]
    after = apply(before, moved)
    if len(source.readings) > 1:
        # A fault that is fixed in one rendering may not be visible in the first.
        return True
    documents = parse(source.with_text(after))
    if len(documents) != 1 or wellformed.check(documents[0]) is not None:
        return False
    root = documents[0].root
    return count_faults(root, among.grammar, among.seen) <= most if most else matches(root, among.grammar)


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
                edits = edit.rename_attribute(attribute, fault.meant)
                safety = "unsafe" if fault.node in among.refused else _renaming(fault)
                yield Fix(f"Rename it to '{fault.meant}'", edits, safety)
            yield from leave_out(fault, "choice")
        case "missing-attribute":
            yield from _missing_attribute(fault)
        case "bad-value":
            yield from _values(fault)
        case _:
            yield from _unexpected_text(fault)


def _unsafe(title: str, edits: Edits) -> Fix:
    return Fix(title, edits, "unsafe")


def _renaming(fault: Fault) -> Safety:
    """Unsafe for a typing error of one letter, else choice: a guess would give effect to what libvirt drops today."""
    return "unsafe" if distance(fault.name, fault.meant) <= 1 or message_of(fault) else "choice"


def _other_form(fault: Fault, form: Form) -> Iterator[Fix]:
    """Write an element or a text as an attribute, or an attribute as an element. Its words leave no doubt."""
    node, element = fault.node, form.element
    if fault.attribute is not None:
        removed = edit.remove_attribute(fault.attribute)
    elif form.on is node:
        removed = edit.close_over_text(node) or edit.remove_text(node)
    else:
        removed = edit.remove(node)
    if element is not None:
        yield _unsafe("Write it as an element", (*edit.insert(form.on, element), *removed))
    else:
        yield _unsafe("Write it as an attribute", (*edit.set_attribute(form.on, form.attribute, form.value), *removed))
    if fault.kind == "unexpected-text":
        yield Fix("Remove the text", edit.remove_text(node), "choice")
    else:
        yield from leave_out(fault, "choice")


# -- elements ------------------------------------------------------------------------------------------------------


def _unknown_element(fault: Fault, grammar: Grammar) -> Iterator[Fix]:
    node = fault.node
    if (prefix := unbound_prefix(node)) in LIBVIRT:
        declared = edit.set_attribute(node.document.root, f"xmlns:{prefix}", LIBVIRT[prefix])
        yield _unsafe(f"Declare the prefix '{prefix}'", declared)
    if fault.meant:
        yield Fix(f"Rename it to <{fault.meant}>", edit.rename(node, fault.meant), _renaming(fault))
    own_namespace = node.attributes.get("xmlns")
    if own_namespace is not None and node.name in grammar.by_name:
        yield _unsafe("Remove 'xmlns'", edit.remove_attribute(own_namespace))
    if _has_fitting(node, grammar):
        yield _unwrapping(node, "choice")
    yield _removal(node, "choice")


def _misplaced_element(fault: Fault, among: FaultyDocument) -> Iterator[Fix]:
    node = fault.node
    homes = _homes(fault)
    for home, safety in homes:
        going = {node}
        if fault.related is None:
            going |= {*among.strays_beside.with_(node, (node.parent, home.name)), *among.strays_of.with_(node, home)}
        strays = _outermost(going - {home, *home.ancestors()})
        edits = edit.move_all(strays, home)
        if len(strays) > 1 and among.may_try and not _helps(node, edits, among, len(strays)):
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
    yield _removal(node, "choice")


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


def _homes(fault: Fault) -> list[tuple[Node, Safety]]:
    """Return where a misplaced element may go: where it is missing, else the nearest places that allow it.

    If there are several, a person has to choose.
    """
    node = fault.node
    if fault.related is not None and fault.related is not node.parent:
        return [(fault.related, "unsafe")]
    inside = set(node.descendants())
    found: list[tuple[Node, Safety]] = []
    ancestor = node.parent
    while ancestor is not None and len(found) < HOMES:
        beside = (each for name in fault.allowed_in for each in ancestor.all(name))
        allowed = chain([ancestor] if ancestor.name in fault.allowed_in else (), beside)
        passed = inside | {node.parent, *(home for home, _ in found)}
        near = list(islice((each for each in allowed if each not in passed), HOMES))
        near.sort(key=lambda each: each.start)
        found += [(each, "unsafe" if len(near) == 1 and not found else "choice") for each in near]
        ancestor = ancestor.parent
    return found[:HOMES]


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
        yield _unsafe(f"Remove the second <{fault.name}>", edit.remove(node))
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


def _removal(node: Node, safety: Safety) -> Fix:
    """Return the fix that removes an element, and the parents that have no meaning without it."""
    outer = node
    while (parent := outer.parent) is not None and _says_nothing_without(parent, outer):
        outer = parent
    if outer is node:
        return Fix(f"Remove <{node.name}>", edit.remove(node), safety)
    return Fix(f"Remove <{node.name}> with the <{outer.name}> around it", edit.remove(outer), safety)


def _says_nothing_without(parent: Node, child: Node) -> bool:
    source = parent.document.source
    around = source.text[parent.open_end : child.start] + source.text[child.end : parent.close_start]
    lone = parent.parent is not None and not parent.attributes and not around.strip()
    return lone and parent.name in _NOTHING_WHEN_EMPTY


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
            yield _unsafe(f"Add <{name}>", edits)
        else:
            yield Fix(f"Add <{name}> with a value of yours", (), "display", edit.written(element))


def _unexpected_text(fault: Fault) -> Iterator[Fix]:
    """A text that reads as a note becomes a comment; stray characters are removed."""
    source = fault.node.document.source
    is_note = _NOTE.search(source.excerpt(fault.span)) is not None
    if is_note:
        yield _unsafe("Make it a comment", edit.comment_out_text(fault.node))
    yield Fix("Remove the text", edit.remove_text(fault.node), "choice" if is_note else "unsafe")


def _canonical(node: Node) -> object:
    """The meaning of an element, for comparison."""
    attributes = sorted((each.name, each.value) for each in node.attributes.values())
    return node.name, attributes, node.text.strip(), [_canonical(child) for child in node.children]


# -- attributes and values -----------------------------------------------------------------------------------------


def _missing_attribute(fault: Fault) -> Iterator[Fix]:
    if len(fault.expected) == 1 and not fault.alternatives:
        (value,) = fault.expected
        yield Fix(f"Add {fault.name}='{value}'", edit.set_attribute(fault.node, fault.name, value), "choice")
    else:
        names = listed(f"'{each}'" for each in (fault.name, *fault.alternatives))
        yield Fix(f"Add the attribute {names}", (), "display", f"{fault.name}='{_choice(fault)}'")
    yield _removal(fault.node, "choice")


def _values(fault: Fault) -> Iterator[Fix]:
    """The value in libvirt's spelling, or the allowed values that are similar."""
    node, attribute = fault.node, fault.attribute
    written = written_in(fault).strip()
    if _STAND_IN.fullmatch(written) and len(written) > 2 and not any(_same(written, each) for each in fault.expected):
        yield _ask_for_value(fault)
        return
    plain = _visible(written)
    likely = [each for each in fault.expected if similar(plain, each) or plain.lower() in _SAME.get(each, ())]
    likely = likely[:ALTERNATIVES]
    if attribute is not None and (fused := _FUSED.fullmatch(written)):
        parted = edit.set_attribute(node, attribute.name, fused["value"])
        parted += edit.set_attribute(node, fused["name"], fused["other"])
        if fused["name"] not in node.attributes:
            yield _unsafe(f"Split it into '{attribute.name}' and '{fused['name']}'", parted)
    if attribute is not None and (subnet := _SUBNET.fullmatch(written)):
        parted = edit.set_attribute(node, attribute.name, subnet["address"])
        if not {"prefix", "netmask"} & node.attributes.keys():
            parted += edit.set_attribute(node, "prefix", subnet["prefix"])
            yield _unsafe("Split it into an address and a prefix", parted)
    tied = len(likely) > 1 and distance(plain, likely[0]) == distance(plain, likely[1])
    for value in likely:
        yield _make_it(fault, value, "choice" if tied or value != likely[0] else "unsafe")
    for value in _spellings(plain) if not fault.expected else ():
        yield _make_it(fault, value, "unsafe")
    if not likely:
        # No value of a list is more likely than another, so a person has to choose.
        yield _ask_for_value(fault)
        for value in fault.expected[:ALTERNATIVES]:
            yield _make_it(fault, value, "choice")
    yield from leave_out(fault, "choice")
    if attribute is not None and len(node.attributes) == 1:
        yield _removal(node, "choice")


def _same(written: str, value: str) -> bool:
    return written.lower() == value.lower() or written.lower() in _SAME.get(value, ())


def _ask_for_value(fault: Fault) -> Fix:
    value = _choice(fault)
    if fault.attribute is not None:
        what, snippet = f"'{fault.name}'", f"{fault.name}='{value}'"
    else:
        what, snippet = f"<{fault.name}>", f"<{fault.name}>{value}</{fault.name}>"
    return Fix(f"Give {what} {'one of its values' if fault.expected else 'a value'}", (), "display", snippet)


def _choice(fault: Fault) -> str:
    return "|".join(fault.expected[:SHOWN]) or UNKNOWN


def _make_it(fault: Fault, value: str, safety: Safety) -> Fix:
    node, attribute = fault.node, fault.attribute
    edits = edit.set_attribute(node, attribute.name, value) if attribute else edit.set_text(node, value)
    return Fix(f"Make it '{value}'", edits, safety)


def trimmed(fault: Fault) -> tuple[Fix, ...]:
    """Return the fix that removes the blanks around a value."""
    fix = _make_it(fault, written_in(fault).strip(), "unsafe")
    return (fix,) if fix.edits else ()


def _visible(written: str) -> str:
    """Return a value without invisible characters."""
    return "".join(each for each in written if each == " " or unicodedata.category(each)[0] not in "CZ").strip()


def _spellings(written: str) -> Iterator[str]:
    """Yield the value as libvirt might read it: without stray marks around it, in small letters, with colons."""
    bare = written.strip(" \t!?.,;:'\"")
    yield from dict.fromkeys((bare, bare.lower(), bare.replace("-", ":"), "".join(bare.split())))
