"""Schema faults as problems, each under the rule that it belongs to.

Loading the matcher takes longer than linting a valid file, so nothing imports this before a document has been rejected.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from vnetlint.finding import Fix, Problem, Related
from vnetlint.interruption import pause
from vnetlint.schema import judge
from vnetlint.schema.derive import explain
from vnetlint.schema.fault import Fault
from vnetlint.schema.libvirt_tolerates import has_default, tolerated_as
from vnetlint.schema.libvirt_verdict import message_of, refused_later
from vnetlint.schema.padded import is_refused, padded
from vnetlint.schema.repair import repair, without, write_out
from vnetlint.schema.trial import FaultyDocument
from vnetlint.schema.valuefixes import trimmed
from vnetlint.schema.words import message, span_of, subject_of, taken
from vnetlint.version import Version, show_version
from vnetlint.xml.node import Document, Node
from vnetlint.xml.template import FILLER, holds_stand_in

_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]+")
"""A name in capitals is a placeholder: no element of libvirt has one."""

_IN_CAPITALS = ("flags", "state")
"""Attributes of filter rules whose values are words in capitals, so that an invalid one is not a placeholder."""

_NEVER_WORDS = ("address", "number", "UUID")
"""What datatypes allow no words, in the words of their descriptions."""
_KINDS = frozenset(
    ("addr", "address", "cpus", "end", "gateway", "gw", "id", "ip", "ipaddr", "ipv4", "ipv6", "mac", "mask", "mem",
     "memory", "metric", "mtu", "netmask", "network", "num", "number", "port", "prefix", "ram", "size", "start",
     "subnet", "tag", "uuid", "vcpus", "vlan")
)  # fmt: skip
"""Words for what stands where no word may."""
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_SEVERAL_WORDS = re.compile(r"[a-z][a-z0-9]*+(?:(?:_[A-Za-z0-9]++)++|(?:[A-Z][a-z0-9]++)++)")

RuleProblem = tuple[str, Problem]
"""The name of a rule, and a problem that it reports."""


def of_document(document: Document, folder: Path | None) -> tuple[RuleProblem, ...]:
    """Return what the schema rejects in a document. Raises GrammarError."""
    return of_faults(document, judge.faults(document, folder), folder)


def of_faults(document: Document, faults: Iterable[Fault], folder: Path | None) -> tuple[RuleProblem, ...]:
    """Return the faults of a document as problems. Raises GrammarError."""
    every = tuple(faults)
    kept = tuple(fault for fault in every if not _is_left_out(fault))
    if not kept:
        return ()
    grammar = judge.grammar_of(document.root.name, folder)
    return _named(FaultyDocument(kept, grammar, whole=True, unsaid=len(every) - len(kept)))


def of_padded(document: Document, folder: Path | None) -> tuple[RuleProblem, ...]:
    """Return the values that the schema allows and libvirt refuses for the blanks around them. Raises GrammarError."""
    found = padded(document.root, judge.grammar_of(document.root.name, folder))
    return tuple(("schema-bad-value", _padded(fault)) for fault in found)


def _padded(fault: Fault) -> Problem:
    refused = is_refused(fault)
    return Problem(
        path=fault.node.document.source.path,
        span=span_of(fault),
        element=fault.node.path,
        message=message(fault),
        fixes=trimmed(fault),
        severity="error" if refused else "warning",
        when="define" if refused else "never",
        libvirt_message=message_of(fault) if refused else None,
    )


def _is_left_out(fault: Fault) -> bool:
    """Whether a placeholder is the element's name, or `...` stands for what seems to be missing."""
    if any(FILLER in each.name or _CAPITALS.fullmatch(each.name) for each in (fault.node, *fault.node.ancestors())):
        return True
    if fault.kind == "bad-value" and _is_blank_form(fault.node.document.root):
        return not (fault.attribute.value if fault.attribute is not None else fault.node.text)
    if fault.kind == "misplaced-element":
        return fault.node.parent is not None and fault.node.parent.has_elision
    if fault.kind == "missing-element" and fault.node.parent is None and _calls_itself_template(fault.node):
        return True
    return fault.kind in ("missing-element", "missing-attribute") and fault.node.has_elision


def _calls_itself_template(root: Node) -> bool:
    """Whether a file's name means that a program completes it."""
    return "template" in PurePosixPath(root.document.source.path).name.lower()


def _is_blank_form(root: Node) -> bool:
    """Whether a guest has neither a name nor memory, so that it is a part of a file that a program completes."""
    return all(child is not None and not child.text.strip() for child in map(root.child, ("name", "memory")))


def is_stand_in(fault: Fault) -> bool:
    """Return whether a value that its datatype does not allow is a word that a script replaces."""
    if fault.kind != "bad-value" or fault.name in _IN_CAPITALS:
        return False
    value = _value(fault)
    likely = {each.casefold() for each in fault.expected}
    return holds_stand_in(value) and value.strip().casefold() not in likely


def standing_names(faults: Iterable[Fault]) -> frozenset[str]:
    """Return the values, such as `node_ip` and `vmMac`, that a script replaces: some stand where no word may.

    No slip makes a name of several words of an address or a number. But the name of a host may stand for its address,
    so one of the words has to say what it is.
    """
    named = {value: fault for fault in faults if _SEVERAL_WORDS.fullmatch(value := _value(fault).strip())}
    is_told = any(
        not _KINDS.isdisjoint(map(str.lower, _WORD.findall(value)))
        for value, fault in named.items()
        if any(each in fault.wanted for each in _NEVER_WORDS)
    )
    return frozenset(named) if is_told else frozenset()


def _value(fault: Fault) -> str:
    """Return a value that its datatype does not allow; nothing for other faults."""
    if fault.kind != "bad-value":
        return ""
    return fault.attribute.value if fault.attribute is not None else fault.node.text


def of_metadata(document: Document, schemas: Mapping[str, Path]) -> tuple[RuleProblem, ...]:
    """Return what a site's own schemas reject in `<metadata>`. Raises GrammarError."""
    found: list[RuleProblem] = []
    for metadata in document.root.all("metadata"):
        for child in metadata.children:
            schema = schemas.get(_namespace(child))
            if schema is None:
                continue
            if schema.suffix == ".xsd":
                found += _by_xsd(child, schema)
            else:
                grammar = judge.grammar_at(schema)
                found += _named(FaultyDocument(tuple(explain(child, grammar)), grammar, whole=False))
    return tuple(found)


def newer_than(document: Document, target: Version) -> tuple[Problem, ...]:
    """Return what a version of libvirt does not know yet of a document."""
    wrong = judge.faults(document)
    found = judge.newer(document, target, wrong)
    among = FaultyDocument(wrong, judge.grammar_of(document.root.name), whole=True)
    return tuple(_newer(fault, since, target, without(fault, among, len(found))) for fault, since in found)


def _named(faults: FaultyDocument) -> tuple[RuleProblem, ...]:
    return tuple((f"schema-{fault.kind}", _problem(fault, faults)) for fault in faults.every)


def _problem(fault: Fault, among: FaultyDocument) -> Problem:
    pause()
    node = fault.node
    path = node.document.source.path
    first = fault.related if fault.kind == "duplicate-element" else None
    related = (Related("the first is here", path, first.open_span),) if first else ()
    reading = tolerated_as(fault)
    if reading is not None:
        words, fixes = taken(fault, reading), write_out(fault, reading, among)
        return Problem(path, span_of(fault), node.path, words, fixes, severity="info")
    if has_default(fault):
        return Problem(path, span_of(fault), node.path, message(fault), repair(fault, among), severity="info")
    refused = message_of(fault)
    moment, later = refused_later(fault) or (None, None)
    return Problem(
        path=path,
        span=span_of(fault),
        element=node.path,
        message=message(fault),
        fixes=repair(fault, among),
        related=related,
        severity="error" if refused or moment or not among.whole else None,
        when="define" if refused else moment,
        libvirt_message=refused or later,
    )


def _newer(fault: Fault, since: str, target: Version, removal: tuple[Fix, ...]) -> Problem:
    node = fault.node
    words = f"{subject_of(fault)} requires libvirt {since}, but the target is {show_version(target)}"
    fixes = removal or (Fix(f"Set the target to libvirt {since}", (), "display", f'target-libvirt = "{since}"'),)
    return Problem(node.document.source.path, span_of(fault), node.path, words, fixes)


def _by_xsd(node: Node, schema: Path) -> list[RuleProblem]:
    """Return the span of the element that an XSD fault names by its path."""
    from vnetlint.schema import xsd

    source = node.document.source
    faults = xsd.validate(schema, source.text[node.start : node.end])
    return [("schema-bad-value", Problem(source.path, node.open_span, node.path, fault.message)) for fault in faults]


def _namespace(node: Node) -> str:
    prefix = node.name.partition(":")[0] if ":" in node.name else ""
    declaration = f"xmlns:{prefix}" if prefix else "xmlns"
    at: Node | None = node
    while at is not None:
        if (bound := at.get(declaration)) is not None:
            return bound
        at = at.parent
    return ""
