"""The words in which libvirt's parser refuses what a schema does not allow.

Most are annotations of the schemas, beside the element or attribute that they are about (`annotations`). Here is what
annotations cannot express: which values a name such as 'not-an-address' means, messages that many places share, and
messages that depend on more than a path.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from string import hexdigits
from uuid import UUID

from vnetlint.model.addresses import parse_address, parse_mac
from vnetlint.schema.annotations import annotation, annotations_at, every

_LONGEST_UINT = 11
_INTEGER = re.compile(r"\s*[+-]?[0-9]+")
_MODEL_NAME = re.compile(r"[A-Za-z0-9_-]*")
_OLD_PART = r"(?:0[xX][0-9A-Fa-f]{1,8}|0[0-7]{0,11}|[1-9][0-9]{0,9})"
_OLD_ADDRESS = re.compile(rf"{_OLD_PART}(?:\.{_OLD_PART}){{0,3}}")
_PROTOCOL = re.compile(r"[A-Za-z0-9+/-]*")
_DECIMAL = re.compile(r"\s*\+?[0-9]+")


def _is_no_number(value: str) -> bool:
    return not value.isascii() or not value.lstrip().removeprefix("+").isalnum() or value.isalpha()


def _is_no_decimal(value: str) -> bool:
    return _DECIMAL.fullmatch(value) is None


def _is_no_port(value: str) -> bool:
    return not (value.isascii() and value.isdigit()) or not 0 < int(value[:6]) < 65536


def _is_no_address(value: str) -> bool:
    """Whether a value is no address, nor one to the C library: it reads 10.1 as 10.0.0.1, and 0x5 as 0.0.0.5."""
    if parse_address(value) is not None:
        return False
    if not _OLD_ADDRESS.fullmatch(value):
        return True
    bases = (16 if each[1:2] in ("x", "X") else 8 if each[0] == "0" else 10 for each in value.split("."))
    *parts, last = (int(each, base) for each, base in zip(value.split("."), bases, strict=True))
    return max(parts, default=0) > 0xFF or last >= 256 ** (4 - len(parts))


def is_multicast(value: str) -> bool:
    """Return whether a value is the MAC address of a group: the lowest bit of its first byte is 1."""
    mac = parse_mac(value)
    return mac is not None and int(mac[:2], 16) & 1 == 1


def _is_no_uuid(value: str) -> bool:
    try:
        UUID(value.replace(" ", ""))
    except ValueError:
        return True
    return False


def _is_no_short(value: str) -> bool:
    """Whether a value is not a decimal number of 16 bits, with or without blanks around it."""
    return _is_no_decimal(value.strip()) or int(value.strip()[:7]) > 0xFFFF


def _is_no_uint(value: str) -> bool:
    """Whether a value is not a decimal number, has blanks behind it, or does not fit 32 bits."""
    return _is_no_decimal(value) or len(value.strip()) > _LONGEST_UINT or int(value) > 0xFFFF_FFFF


_REFUSED: Mapping[str, Callable[[str], bool]] = {
    "any": lambda value: True,
    "blank-or-comma": lambda value: " " in value or "," in value,
    "digits": lambda value: value.strip("-").isdigit(),
    "empty": lambda value: not value,
    "empty-or-ipv6": lambda value: not value or ":" in value,
    "letters": str.isalpha,
    "multicast": is_multicast,
    "not-a-decimal": _is_no_decimal,
    "not-a-mac": lambda value: parse_mac(value) is None,
    "not-a-model-name": lambda value: _MODEL_NAME.fullmatch(value) is None,
    "not-a-number": _is_no_number,
    "not-a-port": _is_no_port,
    "not-a-port-or-0": lambda value: value != "0" and _is_no_port(value),
    "not-a-protocol": lambda value: _PROTOCOL.fullmatch(value) is None,
    "not-a-short": _is_no_short,
    "not-a-uint": _is_no_uint,
    "not-a-uuid": _is_no_uuid,
    "not-an-address": _is_no_address,
    "not-an-integer": lambda value: _INTEGER.fullmatch(value) is None,
    "not-digits-and-colons": lambda value: not set(value) <= {*hexdigits, ":"},
    "not-empty": bool,
    "not-empty-nor-a-decimal": lambda value: value != "" and _is_no_decimal(value),
    "not-empty-nor-a-uuid": lambda value: value != "" and _is_no_uuid(value),
    "not-yes-or-no": lambda value: value.lower() not in ("yes", "no", ""),
    "not-empty-or-none": lambda value: value not in ("", "none"),
    "relative": lambda value: not value.startswith("/"),
    "unlisted": lambda value: True,
    "zero": lambda value: value == "0",
}
"""The names that `vn:refuses` may have: whether libvirt refuses a value that the schema does not allow."""

NAMES = frozenset(_REFUSED)

_INVALID = "Invalid value for attribute '{attribute}' in element '{element}': '{value}'."
_NO_INTEGER = f"{_INVALID} Expected non-negative integer value"
_SHARED = {"unlisted": _INVALID, "not-a-number": _NO_INTEGER, "not-a-uint": _NO_INTEGER}
"""The messages for what is refused by these names, where the annotations have no other."""

REQUIRED = "Missing required attribute '{attribute}' in element '{element}'"

_IFACE = "domain/devices/interface"

_OTHER_MISSING = {
    f"{_IFACE}/address@type": "No type specified for device address",
    f"{_IFACE}/virtualport@type": "missing required virtualport type",
    "network/virtualport@type": "missing required virtualport type",
    **{
        f"{_IFACE}/{route}@{name}": f"{who}: Missing required {name} attribute in route definition"
        for route, who in (("route", "guest interface"), ("source/route", "interface host IP"))
        for name in ("address", "gateway")
    },
}
"""Missing attributes of definitions that libvirt does not treat alike in all elements that share them."""


def _of_routes(path: str, who: str) -> Iterator[tuple[str, tuple[Callable[[str], bool], str]]]:
    """Yield what libvirt says of the values of a guest's routes, beginning with whose they are."""
    yield f"{path}@address", (_is_no_address, f"{who}: Bad network address '{{value}}' in route definition")
    yield f"{path}@gateway", (_is_no_address, f"{who}: Bad gateway address '{{value}}' in route definition")
    yield f"{path}@family", (bool, f"{who}: Unrecognized family '{{value}}' in route definition")
    yield f"{path}@prefix", (_is_no_uint, _NO_INTEGER)


_OTHER_VALUES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    **dict(_of_routes(f"{_IFACE}/route", "guest interface")),
    **dict(_of_routes(f"{_IFACE}/source/route", "interface host IP")),
    "network/mtu@size": (
        lambda value: bool(value) and _is_no_uint(value.replace("-", "", 1)),
        "Invalid mtu size '{value}' in network '{name}'",
    ),
    f"{_IFACE}/mtu@size": (_is_no_uint, "malformed mtu size"),
}
"""Values that libvirt refuses in other words in each of the elements that share the definition."""

SOURCES: Mapping[str, tuple[str, ...]] = {
    "bridge": ("bridge",),
    "network": ("network",),
    "direct": ("dev",),
    "vdpa": ("dev",),
    "internal": ("name",),
    "mcast": ("address", "port"),
    "client": ("address", "port"),
    "udp": ("address", "port"),
    "server": ("port",),
}
"""The attributes that `<source>` must have for each type of interface; a path does not tell the type."""

LACKS_SOURCE = "interface type='{type}' requires a 'source' element"
NO_MTU = "Cannot set interface MTU on "

_ILLEGAL = "{attribute} has illegal value {value}"
"""For the attributes of every protocol in a filter rule."""

_UNREAD = ("match", "gratuitous")
_MAY_BE_EMPTY = ("state", "ipset")
_ADDRESSES = ("ipaddr", "ipfrom", "ipto")


def of_value(path: str, value: str) -> str | None:
    """The message for a value that the schema does not allow at a path; None if libvirt may accept it."""
    said = annotations_at(path)
    if not value and "empty" in said:
        return said["empty"]
    if path.startswith("filter/rule/") and "@" in path:
        return _ILLEGAL if _is_illegal(path, value) else None
    if path in _OTHER_VALUES:
        is_refused, message = _OTHER_VALUES[path]
        return message if is_refused(value) else None
    for refuses, says in (("refuses", "says"), ("also-refuses", "also-says")):
        name = said.get(refuses)
        if name is not None and _REFUSED[name](value):
            return said.get(says) or _SHARED[name]
    return None


def of_missing(path: str) -> str | None:
    """The message for an element or attribute that is missing."""
    said = _OTHER_MISSING.get(path) or annotation(path, "missing")
    return REQUIRED if said == "required" else said


def _is_illegal(path: str, value: str) -> bool:
    """Whether libvirt refuses a value in a filter rule that the schema does not allow; it nearly always does."""
    protocol, _, attribute = path.rpartition("/")[2].partition("@")
    if attribute in _UNREAD or value.startswith("$") or (protocol, attribute) == ("tcp-ipv6", "flags"):
        return False
    if attribute == "encap-protocol" or attribute.endswith(_ADDRESSES):
        # A number is read as an address, however many dots it has.
        return not re.fullmatch(r"[0-9][0-9.x]*", value)
    return bool(value.strip()) or attribute not in _MAY_BE_EMPTY


def messages(rule: str) -> set[str]:
    """The messages about the faults of a rule, with the names of what libvirt fills in between braces."""
    annotations, others = _BY_RULE.get(rule, ((), ()))
    said = {value for path, value in every(*annotations) if "missing" not in annotations or _is_of(rule, path)}
    return (said | set(others)) - {"required"}


def _is_of(rule: str, path: str) -> bool:
    """Whether a path is that of an attribute if the rule is about attributes, else of an element."""
    return rule.endswith("attribute") == ("@" in path)


_BY_RULE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "schema-bad-value": (
        ("says", "also-says", "empty"),
        (*_SHARED.values(), *(message for _, message in _OTHER_VALUES.values()), _ILLEGAL, NO_MTU),
    ),
    "schema-missing-attribute": (("missing",), (*_OTHER_MISSING.values(), REQUIRED)),
    "schema-missing-element": (("missing",), (LACKS_SOURCE,)),
    "schema-duplicate-element": (("second",), ()),
    "schema-misplaced-element": (("misplaced",), ()),
    "schema-unknown-attribute": (("exclusive",), ()),
    "schema-unknown-element": (("unknown",), ()),
}
"""The annotations with the messages about each rule's faults, and the messages of this module."""
