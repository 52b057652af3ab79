"""What libvirt says about a fault on which two grammars disagree.

It is asked about the smallest document with the fault, with all that every document needs. It may refuse that for
another reason. So it is asked again about documents of the corpus that it accepts, with the fault inserted.
"""

from __future__ import annotations

import copy
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from benchmarks.manifest import entries
from benchmarks.reducing import PLAIN, Cause, causes, follows, plain, reduced, text_of, without
from tests.oracle.asking import Parser
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.sets import FILES

_GRAFTS = 4
"""In how many documents of the corpus a fault is tried."""
_TRIES = 24
"""How many places of the corpus are tried to find these documents."""
_ALIKE = 3
"""How many faults of one kind at one place are examined for each seed, because others are similar."""
_SHORT = 1500
"""The longest document of the corpus, in characters, that is tried as a whole."""
_MAC = re.compile("[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}")


@dataclass
class Case:
    """A fault with the smallest document that has it, and what libvirt said to it."""

    cause: Cause
    small: etree._Element
    count: int = 1
    verdict: str = ""
    said: str = ""


@dataclass
class Comparison:
    """One kind of document: those that `drawn` allows and `judging` does not."""

    kind: str
    what: str
    drawn: Grammar
    judging: Grammar
    cases: dict[Cause, Case] = field(default_factory=dict)
    alike: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """The number of causes at each place with this seed."""

    def look_at(self, root: etree._Element) -> bool:
        """Record the faults of a document; return whether it has any."""
        if follows(root, self.judging):
            return False
        for cause, number in causes(root, self.judging).items():
            known = self.cases.get(cause)
            if known is not None:
                known.count += 1
            elif self.alike[cause.place] < _ALIKE:
                self.alike[cause.place] += 1
                self.cases[cause] = Case(cause, self.small(root, cause, number))
        return True

    def small(self, root: etree._Element, cause: Cause, number: int) -> etree._Element:
        """The smallest document with a fault; first, everything that does not contain the faulty element is removed."""
        best, at = root, number
        for other in range(len(list(root.iter())) - 1, 0, -1):
            nodes = list(best.iter())
            if other >= len(nodes) or other == at or nodes[other] in nodes[at].iterancestors():
                continue
            tried = without(best, other)
            if follows(tried, self.drawn):
                at -= len(list(nodes[other].iter())) if other < at else 0
                best = tried
        if not self.has(best, cause):
            best = root
        return plain(reduced(best, lambda tried: self.has(tried, cause)), lambda tried: self.has(tried, cause))

    def has_like(self, root: etree._Element, cause: Cause) -> bool:
        """Whether a document is one of those that were drawn, with the same fault at any place."""
        found = {(each.kind, each.path.rpartition("/")[2], *each[2:]) for each in causes(root, self.judging)}
        return (cause.kind, cause.path.rpartition("/")[2], *cause[2:]) in found and follows(root, self.drawn)

    def has(self, root: etree._Element, cause: Cause) -> bool:
        """Whether a document is one of those that were drawn, with the same fault at the same place."""
        return follows(root, self.drawn) and cause in causes(root, self.judging)


class Graft(NamedTuple):
    """A document that libvirt accepts, with a fault inserted."""

    root: etree._Element
    like: bool
    """Whether the value there was of the same kind."""
    twin: etree._Element
    """The same document with a correct value of that kind, or unchanged; if it is refused, the fault is not why."""


class Judge:
    """Asks libvirt about the cases."""

    def __init__(self, parser: Parser, corpus: Path | None) -> None:
        self.parser = parser
        self.numbers = itertools.count()
        self.places: dict[str, dict[str, list[tuple[etree._Element, etree._Element]]]] = {kind: {} for kind in FILES}
        if corpus is not None:
            self._read(corpus)

    def _read(self, corpus: Path) -> None:
        found: dict[str, dict[str, etree._Element]] = {kind: {} for kind in FILES}
        for entry in entries(corpus):
            if entry.root in found and entry.jing == "valid":
                root = etree.parse(
                    str(entry.path), etree.XMLParser(remove_comments=True, remove_blank_text=True)
                ).getroot()
                found[entry.root].update((text_of(part), part) for part in _samples(root))
        for kind, parts in found.items():
            roots = list(parts.values())
            said = self.parser.ask(kind, [asked(root, next(self.numbers)) for root in roots])
            for root, answer in zip(roots, said, strict=True):
                for node in root.iter() if not answer else ():
                    path = _path(node)
                    self.places[kind].setdefault(path, []).append((root, node))
                    for steps in (1, 2):
                        self.places[kind].setdefault("/".join(path.split("/")[-steps:]), []).append((root, node))

    def judge(self, comparison: Comparison) -> None:
        """Record libvirt's verdict on each case: accepted, refused, or undecided."""
        cases = [case for case in comparison.cases.values() if not case.verdict]
        tried = [[case.small, *_variants(_completed(comparison, case))] for case in cases]
        for case, said in zip(cases, self._ask(comparison.kind, tried), strict=True):
            case.verdict = "accepted" if "" in said else "undecided"
            case.said = said[0]
        # A value may have been accepted only because libvirt does not read it at that place.
        doubtful = [case for case in cases if case.verdict == "undecided" or case.cause.kind == "bad-value"]
        grafts = [list(self._grafts(comparison, case)) for case in doubtful]
        tried = [[root for graft in each for root in (graft.root, graft.twin)] for each in grafts]
        for case, each, said in zip(doubtful, grafts, self._ask(comparison.kind, tried), strict=True):
            answers = list(zip(each, said[::2], said[1::2], strict=True))
            fair = [answer for graft, answer, twin in answers if graft.like and not twin]
            if case.verdict == "accepted":
                if fair and all(fair):
                    case.verdict, case.said = "refused", fair[0]
                continue
            if any(not answer for _, answer, _ in answers):
                case.verdict = "accepted"
            elif fair or _is_about(comparison, case):
                case.verdict = "refused"
            case.said = fair[0] if fair else case.said

    def _ask(self, kind: str, groups: Sequence[Sequence[etree._Element]]) -> list[list[str]]:
        texts = [asked(root, next(self.numbers)) for group in groups for root in group]
        said = iter(self.parser.ask(kind, texts))
        return [[next(said) for _ in group] for group in groups]

    def _grafts(self, comparison: Comparison, case: Case) -> Iterator[Graft]:
        """Documents that libvirt accepts, with the fault of a case inserted."""
        made = 0
        faulty = list(case.small.iter())[causes(case.small, comparison.judging)[case.cause]]
        places = list(_places(case.cause, faulty, self.places[comparison.kind]))
        random.Random(str(case.cause)).shuffle(places)
        places.sort(
            key=lambda each: _marks(each[1].get(case.cause.name, each[1].text or "")) != _marks(case.cause.value)
        )
        for root, node in places[:_TRIES]:
            grafted = copy.deepcopy(root)
            _graft(list(grafted.iter())[list(root.iter()).index(node)], case.cause, faulty)
            if comparison.has_like(grafted, case.cause):
                made += 1
                number = list(root.iter()).index(node)
                twin = _twin(comparison, case.cause, grafted, number)
                like = (":" in node.get(case.cause.name, "")) == (":" in case.cause.value)
                yield Graft(grafted, like, root if twin is None else twin)
                if made == _GRAFTS:
                    return


def _samples(root: etree._Element) -> Iterator[etree._Element]:
    """Parts of a document with one device or setting each, and all that it needs; short documents also as a whole."""
    if len(text_of(root)) < _SHORT or root.tag != "domain":
        yield root
    for child in root if root.tag == "domain" else ():
        for device in child if child.tag == "devices" else (child,):
            part = etree.Element(root.tag, {str(name): str(value) for name, value in root.attrib.items()})
            etree.SubElement(part, "name").text = "a"
            if child.tag == "devices":
                etree.SubElement(part, "devices").append(copy.deepcopy(device))
            elif child.tag != "name":
                part.append(copy.deepcopy(child))
            kind = root.find("os/type")
            if child.tag != "os" and kind is not None:
                etree.SubElement(part, "os").append(copy.deepcopy(kind))
            yield part


def _is_about(comparison: Comparison, case: Case) -> bool:
    """Whether libvirt names the fault when it refuses; not enough for what only our grammars allow."""
    cause = case.cause
    if comparison.what != "rejected":
        return False
    if cause.value.strip():
        return cause.value.strip() in case.said
    names = [name for name in (cause.name, cause.path.rpartition("/")[2]) if name]
    return any(re.search(rf"\b{re.escape(name)}\b", case.said) for name in names)


def _twin(comparison: Comparison, cause: Cause, root: etree._Element, number: int) -> etree._Element | None:
    for other in PLAIN if cause.kind == "bad-value" else ():
        if (":" in other) == (":" in cause.value):
            tried = copy.deepcopy(root)
            node = list(tried.iter())[number]
            if cause.name in node.attrib:
                node.set(cause.name, other)
            else:
                node.text = other
            if not comparison.has_like(tried, cause):
                return tried
    return None


def _places(
    cause: Cause, faulty: etree._Element, places: Mapping[str, Sequence[tuple[etree._Element, etree._Element]]]
) -> Iterator[tuple[etree._Element, etree._Element]]:
    """The documents and elements into which a fault can be put."""
    is_about_node = "attribute" in cause.kind or cause.kind in ("bad-value", "missing-element", "unexpected-text")
    path = cause.path if is_about_node else cause.path.rpartition("/")[0]
    # If no document has the exact place, a similar one will do: a <source> in a <mirror> is like that of its <disk>.
    steps = path.split("/")
    for root, node in next((found for at in (0, -2, -1) if (found := places.get("/".join(steps[at:])))), ()):
        if (
            cause.kind == "bad-value"
            and cause.name in faulty.attrib
            and cause.name not in node.attrib
            and path not in places
        ):
            continue
        if cause.kind == "missing-attribute" and cause.name not in node.attrib:
            continue
        if cause.kind == "missing-element" and (not cause.name or node.find(cause.name) is None):
            continue
        if cause.kind == "bad-value" and cause.name not in faulty.attrib and len(node):
            continue
        yield root, node


def _graft(node: etree._Element, cause: Cause, faulty: etree._Element) -> None:
    """Insert a fault into an element."""
    match cause.kind:
        case "unknown-attribute" | "bad-value" if cause.name in faulty.attrib:
            node.set(cause.name, faulty.get(cause.name, ""))
        case "bad-value" | "unexpected-text":
            node.text = faulty.text
        case "missing-attribute":
            del node.attrib[cause.name]
        case "missing-element":
            for child in node.findall(cause.name):
                node.remove(child)
        case _:
            for child in node.findall(faulty.tag) if cause.kind != "duplicate-element" else ():
                node.remove(child)
            node.append(copy.deepcopy(faulty))


def _marks(value: str) -> frozenset[str]:
    """The form of a value: its punctuation."""
    return frozenset(char for char in value if not char.isalnum())


def _path(node: etree._Element) -> str:
    return "/".join([*reversed([str(above.tag) for above in node.iterancestors()]), str(node.tag)])


def asked(root: etree._Element, number: int) -> str:
    """A document as libvirt is asked about it: with its own name and all that every document needs."""
    root = copy.deepcopy(root)
    if root.tag == "filter":
        if root.get("name", "").isalnum():
            root.set("name", f"asked{number}")
    else:
        name = root.find("name")
        if name is not None and not (name.text or "").isspace():
            name.text = f"asked{number}"
    if (uuid := root.find("uuid")) is not None and re.fullmatch("[0-9a-fA-F-]*", uuid.text or ""):
        root.remove(uuid)
    for node in root.iter("ip", "route"):
        values = [str(value) for each in (node, *node.iter("range", "host")) for value in each.attrib.values()]
        if any(value.count(":") > 1 for value in (each for each in values if not _MAC.fullmatch(each))):
            node.set("family", "ipv6") if "family" not in node.attrib else None
            if "prefix" not in node.attrib and "netmask" not in node.attrib:
                node.set("prefix", "64")
        if node.tag == "ip" and "address" not in node.attrib:
            node.set("address", "2001:db8::1" if node.get("family") == "ipv6" else "192.0.2.1")
    if root.tag == "domain":
        if root.find("memory") is None and root.find("cpu/numa") is None:
            etree.SubElement(root, "memory").text = "65536"
        if root.find("os/type") is None and root.find("bootloader") is None:
            system = root.find("os")
            etree.SubElement(etree.SubElement(root, "os") if system is None else system, "type").text = "hvm"
    return text_of(root)


def _completed(comparison: Comparison, case: Case) -> etree._Element:
    """The smallest document with what libvirt usually requires, as long as the fault stays."""
    best = case.small
    for step in _COMPLETIONS:
        for number in range(len(list(best.iter()))):
            tried = copy.deepcopy(best)
            if step(list(tried.iter())[number]) and comparison.has(tried, case.cause):
                best = tried
    return best


def _child(node: etree._Element, name: str, text: str = "", **attributes: str) -> bool:
    if node.find(name) is not None:
        return False
    etree.SubElement(node, name, attributes).text = text or None
    return True


def _has_source(node: etree._Element) -> bool:
    """Disks, bridges and character devices have a source."""
    kind = node.get("type", "")
    if node.tag == "disk" and kind in ("file", ""):
        node.set("type", "file")
        return _child(node, "source", file="/a")
    if node.tag == "interface" and kind == "bridge":
        return _child(node, "source", bridge="a")
    return False


def _has_path(node: etree._Element) -> bool:
    parent = node.getparent()
    if node.tag != "source" or parent is None or "path" in node.attrib:
        return False
    if parent.get("type") not in ("file", "dev", "pipe", "unix"):
        return False
    node.set("path", "/a")
    return True


def _needs_source(node: etree._Element) -> bool:
    is_open = node.get("type") in ("file", "dev", "pipe", "unix", "tcp", "udp")
    if node.tag not in ("serial", "parallel", "console", "channel", "redirdev", "smartcard", "backend") or not is_open:
        return False
    return _child(node, "source", mode="bind", path="/a", host="a", service="1")


def _of_container(node: etree._Element) -> bool:
    system = node.find("type") if node.tag == "os" else None
    return system is not None and system.text == "exe" and _child(node, "init", "/a")


def _of_group(node: etree._Element) -> bool:
    return node.tag == "throttlegroup" and _child(node, "group_name", "a")


def _of_memory(node: etree._Element) -> bool:
    return node.tag == "memory" and "model" in node.attrib and _child(node, "source") and _child(node[-1], "path", "/a")


def _of_disk(node: etree._Element) -> bool:
    if node.tag != "target" or not node.get("dev", "").startswith("vd"):
        return False
    node.set("bus", "virtio")
    return True


_COMPLETIONS = (_has_source, _needs_source, _has_path, _of_container, _of_group, _of_memory, _of_disk)


def _variants(root: etree._Element) -> Iterator[etree._Element]:
    """The document, also for other hypervisors, because some refuse what others accept."""
    yield root
    if root.tag == "domain":
        for hypervisor, system in (("kvm", "hvm"), ("test", "hvm"), ("lxc", "exe"), ("xen", "xen")):
            other = copy.deepcopy(root)
            other.set("type", hypervisor)
            kind = other.find("os/type")
            if kind is not None:
                kind.text = system
            yield other
