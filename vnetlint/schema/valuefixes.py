"""The fixes of missing attributes and of values: what was probably meant, or what a person has to say."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from vnetlint.finding import Fix, Safety
from vnetlint.schema.fault import Fault
from vnetlint.schema.libvirt_verdict import message_of
from vnetlint.schema.minimal import UNKNOWN
from vnetlint.schema.names import distance, similar
from vnetlint.schema.removal import leave_out, removal
from vnetlint.schema.shapes import listed
from vnetlint.schema.trial import WORK, FaultyDocument, helps
from vnetlint.schema.words import SHOWN, written_in
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits
from vnetlint.xml.node import Attribute, Node

_MOST_ELEMENTS = 8
"""The most values of a list that each become an element."""
_OFFERED = 3
"""The most values that are offered."""

_FUSED = re.compile(r"""(?P<value>[^\s=]+)\s+(?P<name>[A-Za-z][\w-]*)\s*=\s*["']?(?P<other>[^\s"'=]+)["']?""")
"""A value that a misplaced quote joins with the next attribute."""
_SUBNET = re.compile(r"(?P<address>[0-9A-Fa-f.:]+)/(?:(?P<prefix>[0-9]{1,3})|(?P<netmask>[0-9.]+))")
"""An address with its prefix or mask, as other tools want it in one."""
_BOUNDS = re.compile(r"(?P<start>[0-9A-Fa-f.:]+?)\s*(?:-|–|\.{2,3}|,|\bto\b|\s)\s*(?P<end>[0-9A-Fa-f.:]+)")
"""The first and last of a range, as other tools want it in one."""
_SEVERAL = re.compile(r"\s*[,;]\s*|\s+")
_OTHER_MASK = {"netmask": "prefix", "prefix": "netmask"}
_QUANTITY = re.compile(r"(?P<number>[0-9]+)\s*(?P<unit>[kKMGTPE](?:iB|B)?)")
"""A size with its unit, as other tools want it in one."""
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}[.:-]?){2}[0-9A-Fa-f]{4}")
"""A MAC address as devices and other tools write it."""
_NUMERIC = re.compile(r"(?=[^0-9]*[0-9])[0-9A-Fa-fOoIl.:,-]+")
_NUMBER = re.compile(r"(?:(?i:vlan|id)[-_ ]?)?(?P<number>[0-9]+)(?:\s*(?:s|sec|seconds))?")
_AGAIN = re.compile(r"([.:,-])\1+")
_GAP = re.compile(r":{3,}")
_LOOK_ALIKE = str.maketrans("OoIl", "0011")
_STAND_IN = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
"""A bare word in capitals: `NICDRIVER` stands for a value that a person or a program puts there."""
_SAME = {
    "yes": ("on", "true", "1", "enabled"), "no": ("off", "false", "0", "disabled"),
    "on": ("yes", "true", "1", "enabled"), "off": ("no", "false", "0", "disabled"),
    "accept": ("allow", "permit", "pass"), "drop": ("deny", "block"), "in": ("ingress", "inbound", "incoming"),
    "out": ("egress", "outbound", "outgoing"), "inout": ("both", "any"), "nat": ("masquerade", "snat"),
    "route": ("routed", "routing"), "openvswitch": ("ovs",), "direct": ("macvtap", "macvlan"), "hostdev": ("sriov",),
    "network": ("nat",), "up": ("enabled", "on", "yes"), "down": ("disabled", "off", "no"),
    "user": ("slirp",), "vhost": ("vhost-net",),
    "virtio": ("virtio-net", "virtio_net", "virtio-net-pci"),
}  # fmt: skip
"""Other words for values."""
_NO_FORWARD = ("isolated", "internal", "host-only", "hostonly")
"""Words for the mode of a network that has no <forward>."""


def unsafe(title: str, edits: Edits) -> Fix:
    """Return a fix that probably is what was meant, and may change what works."""
    return Fix(title, edits, "unsafe")


def missing_attribute(fault: Fault, among: FaultyDocument) -> Iterator[Fix]:
    """Yield the fixes of a missing attribute: its value if only one is valid here, else a person has to say it."""
    if (value := _only_value(fault, among)) is not None:
        edits = edit.set_attribute(fault.node, fault.name, value)
        yield Fix(f"Add {fault.name}='{value}'", edits, _safety(fault))
    else:
        others = among.unmeant_in.get(fault.node, ())
        if fault.name and len(others) == 1:
            # Such as 'dev' for the bridge of an interface, which could also be of another type.
            title = f"Rename '{others[0].name}' to '{fault.name}'"
            yield Fix(title, edit.rename_attribute(others[0], fault.name), "choice")
        names = listed(f"'{each}'" for each in (fault.name, *fault.alternatives))
        yield Fix(f"Add the attribute {names}", (), "display", f"{fault.name}='{_choice(fault)}'")
    yield removal(fault.node, "choice")


def _only_value(fault: Fault, among: FaultyDocument) -> str | None:
    """Return the one value of several with which the rest of the element is valid, such as the type of a NIC."""
    start, end = fault.node.document.span
    trials = len(fault.expected) * len(among.every)
    if len(fault.expected) == 1 and not fault.alternatives:
        return fault.expected[0]
    if not among.whole or fault.alternatives or (end - start) * trials > WORK:
        return None
    edits = {value: edit.set_attribute(fault.node, fault.name, value) for value in fault.expected}
    found = [value for value, made in edits.items() if helps(fault.node, made, among)]
    return found[0] if len(found) == 1 else None


def _safety(fault: Fault) -> Safety:
    """Unsafe where libvirt refuses the element as it is, else choice: the value may change what works without it."""
    return "unsafe" if message_of(fault) else "choice"


def values(fault: Fault, among: FaultyDocument) -> Iterator[Fix]:
    """The value in libvirt's spelling, or the allowed values that are similar."""
    node, attribute = fault.node, fault.attribute
    written = written_in(fault).strip()
    if _STAND_IN.fullmatch(written) and len(written) > 2 and not any(_same(written, each) for each in fault.expected):
        yield _ask_for_value(fault)
        return
    plain = _visible(written)
    likely = [each for each in fault.expected if similar(plain, each) or plain.lower() in _SAME.get(each, ())]
    likely = likely[:_OFFERED]
    means_none = node.name == "forward" and fault.name == "mode" and written.lower() in _NO_FORWARD
    if means_none:
        yield removal(node, "unsafe")
    yield from _of_attribute(fault, attribute, written) if attribute is not None else _of_text(fault, written)
    tied = len(likely) > 1 and distance(plain, likely[0]) == distance(plain, likely[1])
    for value in likely:
        yield _make_it(fault, value, "choice" if tied or value != likely[0] else "unsafe")
    for value in _spellings(plain) if not fault.expected else ():
        yield _make_it(fault, value, "unsafe")
    if not likely:
        if attribute is not None and (only := _only_value(fault, among)) is not None:
            yield _make_it(fault, only, _safety(fault))
        # No value of a list is more likely than another, so a person has to choose.
        yield _ask_for_value(fault)
        for value in fault.expected[:_OFFERED]:
            yield _make_it(fault, value, "choice")
    yield from leave_out(fault, "choice")
    if attribute is not None and len(node.attributes) == 1 and not means_none:
        yield removal(node, "choice")


def _of_attribute(fault: Fault, attribute: Attribute, written: str) -> Iterator[Fix]:
    """Split a value that is two, or give it to the attribute that is meant."""
    node = fault.node
    if (fused := _FUSED.fullmatch(written)) and fused["name"] not in node.attributes:
        parted = _set(node, {attribute.name: fused["value"], fused["name"]: fused["other"]})
        yield unsafe(f"Split it into '{attribute.name}' and '{fused['name']}'", parted)
    if (subnet := _SUBNET.fullmatch(written)) and not {"prefix", "netmask"} & node.attributes.keys():
        mask = "prefix" if subnet["prefix"] else "netmask"
        parted = _set(node, {attribute.name: subnet["address"], mask: subnet[mask]})
        yield unsafe(f"Split it into an address and a {mask}", parted)
    start = node.get("start")
    if attribute.name == "start" and "end" not in node.attributes and (bounds := _BOUNDS.fullmatch(written)):
        parted = _set(node, {"start": bounds["start"], "end": _completed(bounds["end"], bounds["start"])})
        yield unsafe("Split it into 'start' and 'end'", parted)
    elif attribute.name == "end" and start is not None and (end := _completed(written, start)) != written:
        yield _make_it(fault, end, "unsafe")
    values = _SEVERAL.split(written)
    if len(node.attributes) == 1 and not node.children and 1 < len(values) <= _MOST_ELEMENTS:
        first, *others = values
        parted = edit.set_attribute(node, attribute.name, first)
        parted += edit.insert_after(node, *(edit.el(node.name, {attribute.name: each}) for each in others))
        yield unsafe(f"Split it into {len(values)} <{node.name}>", parted)
    other = _OTHER_MASK.get(fault.name, "")
    if other and other not in node.attributes:
        yield unsafe(f"Rename it to '{other}'", edit.rename_attribute(attribute, other))


def _set(node: Node, values: Mapping[str, str]) -> Edits:
    return tuple(each for name, value in values.items() for each in edit.set_attribute(node, name, value))


def _completed(end: str, start: str) -> str:
    """Return the end of a range of IPv4 addresses, of which only the last number may be written."""
    return f"{start.rpartition('.')[0]}.{end}" if end.isdecimal() and start.count(".") == 3 else end


def _of_text(fault: Fault, written: str) -> Iterator[Fix]:
    node = fault.node
    if (quantity := _QUANTITY.fullmatch(written)) and "unit" not in node.attributes:
        parted = edit.set_text(node, quantity["number"]) + edit.set_attribute(node, "unit", quantity["unit"])
        yield unsafe("Write the unit as an attribute", parted)


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
    """Yield the value as libvirt might read it.

    That is without stray marks around or in it, in small letters, a MAC address with colons and of one device, and
    with digits in place of letters that look like them.
    """
    bare = written.strip(" \t!?.,;:'\"/{}[]()<>").removeprefix("urn:uuid:")
    yield from dict.fromkeys((bare, bare.lower(), bare.replace("-", ":"), "".join(bare.split())))
    if _NUMERIC.fullmatch(bare):
        once = _AGAIN.sub(r"\1", bare)
        yield from dict.fromkeys((bare.replace(",", "."), once, _GAP.sub("::", bare), bare.translate(_LOOK_ALIKE)))
    if subnet := _SUBNET.fullmatch(bare):
        yield subnet["address"]
    if number := _NUMBER.fullmatch(bare):
        yield number["number"]
    if _MAC.fullmatch(bare):
        digits = [each for each in bare if each.isalnum()]
        if int(digits[1], 16) % 2:
            digits[1] = f"{int(digits[1], 16) - 1:x}"
        yield ":".join(map("".join, zip(digits[::2], digits[1::2], strict=True)))
