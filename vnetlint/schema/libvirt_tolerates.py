"""Which values libvirt accepts although the schema does not, and what it reads there.

Such a document works as it is; only validating it, as `virsh edit` does, fails. Which values these are is an annotation
of the schemas, `vn:reads` (`annotations`). Each was seen: libvirt was given the value as it is and what it is read as,
and kept the same. Values of which the author may have expected more are left out: an empty name of a `<filterref>` is
accepted too, and leaves the guest without its filter.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from vnetlint.model.addresses import parse_mac
from vnetlint.schema.annotations import annotation, path_of
from vnetlint.schema.fault import Fault
from vnetlint.xml.node import Node

ABSENT = "as if it were not there"
NO_ELEMENT = "as if its element were not there"

_DNS_NAME = re.compile(r"(?!-)[A-Za-z0-9_.-]{1,253}")
"""A name that dnsmasq accepts; the schema allows no underscore."""

_DEVICE = re.compile(r"(?!\.\.?$)[!-.0-9;-~]{1,15}")
"""A name in ASCII that the kernel accepts for a device; the schema allows fewer characters."""

_REMOVABLE = ("cdrom", "floppy")

_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ALL", "NONE")
_STATES = ("NEW", "ESTABLISHED", "RELATED", "INVALID", "NONE")
_SEPARATORS = re.compile(r"[\s,]+")

_HIGHEST_RATE = 2**54
"""The highest rate in KiB/s that libvirt accepts; the schema ends at 32 bits."""


def tolerated_as(fault: Fault) -> str | None:
    """What libvirt reads in place of a value that the schema rejects: a value, ABSENT or NO_ELEMENT; None if unsure."""
    if fault.kind != "bad-value":
        return None
    node = fault.node
    if fault.attribute is None:
        path, value, is_empty = path_of(node), node.text.strip(), not node.text and not node.children
    else:
        path, value = path_of(node, fault.name), fault.attribute.value
        is_empty = not value
    names = _names_of_readings(path)
    if is_empty and ("empty" in names or _is_empty_in_any_domain(path)):
        return ABSENT
    readings = (_READ[name](node, value) for name in names if name in _READ)
    return next((reading for reading in readings if reading is not None), None)


def has_default(fault: Fault) -> bool:
    """Whether the schema requires what is missing, and libvirt has a default for it that everybody wants."""
    return fault.kind == "missing-attribute" and "missing" in _names_of_readings(path_of(fault.node, fault.name))


def _names_of_readings(path: str) -> list[str]:
    return (annotation(path, "reads") or "").split()


def _as_mac(node: Node, value: str) -> str | None:
    """A MAC address that has one digit in some octets."""
    mac = parse_mac(value)
    return None if mac is None or int(mac[:2], 16) & 1 else mac


def _as_medium(node: Node, value: str) -> str | None:
    """Nothing, where a drive without a medium may be meant."""
    drive = node.parent.get("device") if node.parent is not None else None
    return ABSENT if not value and drive in _REMOVABLE else None


def _as_rate(node: Node, value: str) -> str | None:
    return value if re.fullmatch("[0-9]{10,17}", value) and 2**32 <= int(value) <= _HIGHEST_RATE else None


def _as_states(node: Node, value: str) -> str | None:
    """The states of connections in any case, between commas and blanks."""
    states = _words(value, _STATES)
    return "NONE" if states and "NONE" in states else ",".join(states or ()) or None


def _as_flags(node: Node, value: str) -> str | None:
    """The flags of TCP and their mask in any case, between commas and blanks."""
    if value.count("/") != 1:
        return None
    halves = [_words(half, _FLAGS) for half in value.split("/")]
    return None if None in halves else "/".join(",".join(half or ()) or "NONE" for half in halves)


_READ: Mapping[str, Callable[[Node, str], str | None]] = {
    "device-name": lambda node, value: value if _DEVICE.fullmatch(value) else None,
    "dns-name": lambda node, value: value if _DNS_NAME.fullmatch(value) else None,
    "flags": _as_flags,
    "mac": _as_mac,
    "medium": _as_medium,
    "none": lambda node, value: NO_ELEMENT if value == "none" else None,
    "rate": _as_rate,
    "states": _as_states,
}
"""What libvirt reads in place of a value, by the names that `vn:reads` may have."""

NAMES = frozenset((*_READ, "empty", "missing"))
"""With 'empty', what is read as if it were not there, and 'missing', what has a default."""


def _words(value: str, known: Sequence[str]) -> tuple[str, ...] | None:
    """The words of a list, each once; None if one is unknown."""
    words = tuple(dict.fromkeys(word.upper() for word in _SEPARATORS.split(value) if word))
    return words if all(word in known for word in words) else None


def _is_empty_in_any_domain(path: str) -> bool:
    """Whether this is a unit or the alias of a device, which many definitions have."""
    return path.startswith("domain/") and path.endswith(("@unit", "/alias@name"))
