"""Which schema faults libvirt's parser refuses at define, and in which words.

The schema is not libvirt's parser: of what it rejects, some is dropped without a word, some refused. Each entry was
put to libvirt, as a network or a guest with nothing but that one fault. A value counts as refused only where it cannot
be read at all; one that is merely odd, such as a MAC address with one-digit octets, may pass. What virsh puts in front
of a message, such as "XML error", is left out, as it is everywhere.
"""

from collections.abc import Callable, Mapping

from vnetlint.model.addresses import parse_address, parse_mac
from vnetlint.schema.derive import Fault
from vnetlint.xml.tree import Node

_Unreadable = Callable[[str], bool]

_ENUM = "Invalid value for attribute '{attribute}' in element '{element}': '{value}'."
_NUMBER = f"{_ENUM} Expected non-negative integer value"
_LACKS = "Missing required attribute '{attribute}' in element '{element}'"
_TEXT = "Invalid value '{value}' for element or attribute './{element}[1]'"
_IFACE = "domain/devices/interface"


def _is_no_number(value: str) -> bool:
    return not value.strip().removeprefix("+").isalnum() or not any(each.isdigit() for each in value)


def _is_no_port(value: str) -> bool:
    return not value.isdigit() or not 0 < int(value[:6]) < 65536


def _is_no_address(value: str) -> bool:
    return parse_address(value) is None and not value.replace(".", "").isdigit()


def _is_no_mac(value: str) -> bool:
    return parse_mac(value) is None


def _is_anything(value: str) -> bool:
    return bool(value)


_LISTED: Mapping[str, tuple[str, ...]] = {
    "network": ("trustGuestRxFilters",),
    "network/dns": ("enable", "forwardPlainNames"),
    "network/domain": ("localOnly",),
    "network/forward/nat": ("ipv6",),
    "network/ip": ("localPtr",),
    "network/ip/dhcp/host/lease": ("unit",),
    "network/ip/dhcp/range/lease": ("unit",),
    "network/port": ("isolated",),
    "network/portgroup": ("trustGuestRxFilters",),
    _IFACE: ("type", "trustGuestRxFilters"),
    f"{_IFACE}/driver": ("ats", "iommu", "name", "packed", "rss", "rss_hash_report"),
    f"{_IFACE}/mac": ("type", "check"),
    f"{_IFACE}/port": ("isolated",),
    f"{_IFACE}/portForward": ("proto",),
    f"{_IFACE}/rom": ("bar",),
    f"{_IFACE}/source": ("mode",),
    f"{_IFACE}/target": ("managed",),
    "domain/clock/timer": ("name", "track", "tickpolicy"),
    "domain/cpu": ("match",),
    "domain/devices/disk": ("type", "device"),
    "domain/devices/disk/target": ("bus",),
    "domain/devices/graphics": ("type",),
}
"""Attributes with a list of values: any other one is refused in the same words."""

_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "network/ip": ("prefix",),
    "network/route": ("prefix",),
    "network/ip/dhcp/host/lease": ("expiry",),
    "network/ip/dhcp/range/lease": ("expiry",),
    "network/portgroup/vlan/tag": ("id",),
    "network/vlan/tag": ("id",),
    f"{_IFACE}/address": ("bus", "domain", "slot", "function", "cssid", "ssid", "devno"),
    f"{_IFACE}/source/address": ("bus", "domain", "slot", "function"),
    f"{_IFACE}/boot": ("order",),
    f"{_IFACE}/portForward/range": ("start", "to"),
    f"{_IFACE}/vlan/tag": ("id",),
    "domain/devices/lease/target": ("offset",),
}
"""Attributes that are read as whole numbers."""

_VALUES: Mapping[str, tuple[_Unreadable, str]] = {
    **{f"{path}@{name}": (_is_anything, _ENUM) for path, names in _LISTED.items() for name in names},
    **{f"{path}@{name}": (_is_no_number, _NUMBER) for path, names in _NUMBERS.items() for name in names},
    "network@ipv6": (_is_anything, "Invalid ipv6 setting '{value}' in network '{name}'"),
    "network/forward@mode": (lambda value: value not in ("", "none"), "unknown forwarding type '{value}'"),
    "network/bridge@delay": (_is_no_number, "Invalid delay value in network '{name}'"),
    "network/bridge@macTableManager": (
        _is_anything, "Invalid macTableManager setting '{value}' in network '{name}'"),
    "network/mac@address": (_is_no_mac, "Invalid bridge mac address '{value}' in network '{name}'"),
    "network/ip@address": (_is_no_address, "Invalid address '{value}' in network '{name}'"),
    "network/ip@netmask": (_is_no_address, "Invalid netmask '{value}' in network '{name}'"),
    "network/ip@family": (_is_anything, "Unrecognized family '{value}' in network '{name}'"),
    "network/ip/dhcp/range@start": (_is_no_address, "Cannot parse socket address '{value}': Name or service not known"),
    "network/ip/dhcp/range@end": (_is_no_address, "Cannot parse socket address '{value}': Name or service not known"),
    "network/ip/dhcp/host@ip": (
        _is_no_address, "Invalid IP address in static host definition for network '{name}'"),
    "network/ip/dhcp/host@mac": (_is_no_mac, "Cannot parse MAC address '{value}' in network '{name}'"),
    "network/forward/nat/address@start": (
        lambda value: ":" in value,
        "Bad ipv4 start address '{value}' in <nat> in <forward> in network '{name}'"),
    "network/forward/nat/port@start": (
        lambda value: value != "0" and _is_no_port(value),
        "Missing or invalid 'start' attribute in <port> in <nat> in <forward> in network {name}"),
    "network/forward/nat/port@end": (
        _is_no_port,
        "Missing or invalid 'end' attribute in <port> in <nat> in <forward> in network {name}"),
    "network/dns/forwarder@addr": (
        _is_no_address, "Invalid forwarder IP address '{value}' in network '{name}'"),
    "network/dns/host@ip": (_is_no_address, "Invalid IP address in network '{name}' DNS HOST record"),
    "network/route@address": (_is_no_address, "{name}: Bad network address '{value}' in route definition"),
    "network/route@gateway": (_is_no_address, "{name}: Bad gateway address '{value}' in route definition"),
    "network/route@netmask": (_is_no_address, "{name}: Bad netmask address '{value}' in route definition"),
    "network/route@family": (_is_anything, "{name}: Unrecognized family '{value}' in route definition"),
    "network/virtualport@type": (_is_anything, "unknown virtualport type {value}"),
    "network/portgroup/virtualport@type": (_is_anything, "unknown virtualport type {value}"),
    f"{_IFACE}/virtualport@type": (_is_anything, "unknown virtualport type {value}"),
    f"{_IFACE}/mac@address": (_is_no_mac, "unable to parse mac address '{value}'"),
    f"{_IFACE}/address@type": (_is_anything, "unknown address type '{value}'"),
    f"{_IFACE}/link@state": (_is_anything, "unknown interface link state '{value}'"),
    f"{_IFACE}/teaming@type": (_is_anything, "unknown teaming type '{value}'"),
    "domain@type": (_is_anything, "invalid domain type {value}"),
    "domain/clock@offset": (_is_anything, "unknown clock offset '{value}'"),
    "domain/cpu@mode": (_is_anything, "Invalid mode attribute '{value}'"),
    "domain/cpu/feature@policy": (_is_anything, "Invalid CPU feature policy"),
    "domain/devices/video/model@type": (_is_anything, "unknown video model '{value}'"),
}  # fmt: skip
"""Values that cannot be read, by the path of the element and the attribute."""

_TEXTS: Mapping[str, tuple[_Unreadable, str]] = {
    "domain/uuid": (_is_anything, "malformed uuid element"),
    "domain/currentMemory": (_is_no_number, _TEXT),
    "domain/memory": (_is_no_number, _TEXT),
    "domain/os/type": (_is_anything, "unknown OS type '{value}'"),
    "domain/devices/emulator": (
        lambda value: not value.startswith("/"), "Cannot check QEMU binary {value}: No such file or directory"),
    "domain/vcpu": (_is_no_number, "maximum vcpus count must be an integer"),
    **{f"domain/on_{name}": (_is_anything, f"unknown on_{name} action: {{value}}")
       for name in ("crash", "poweroff", "reboot")},
}  # fmt: skip
"""Texts of elements that cannot be read, by the path of the element."""

_EMPTY: Mapping[str, str] = {
    "domain/name": "missing name information",
    "domain/memory": "Memory size must be specified via <memory> or in the <numa> configuration",
    "domain/os/type": "an os <type> must be specified",
    "domain/vcpu": "maximum vcpus count must be an integer",
    "domain@type": "missing domain type attribute",
}
"""What libvirt does not do without, where it is empty."""

_UNKNOWN: Mapping[str, str] = {
    "domain/features": "unexpected feature '{element}'",
    "domain/features/hyperv": "unsupported HyperV Enlightenment feature: {element}",
    "domain/features/kvm": "unsupported KVM feature: {element}",
    "domain/features/xen": "unsupported Xen feature: {element}",
}
"""Elements of which libvirt drops no unknown one."""

_MISSING: Mapping[str, str] = {
    "network/ip@address": "Missing required address attribute in network '{name}'",
    "network/ip/dhcp/range@start": "Missing 'start' attribute in dhcp range for network '{name}'",
    "network/ip/dhcp/range@end": "Missing 'end' attribute in dhcp range for network '{name}'",
    "network/ip/dhcp/host@ip": "Missing IP address in static host definition for network '{name}'",
    "network/forward/interface@dev":
        "Missing required dev attribute in <forward> <interface> element of network {name}",
    "network/forward/pf@dev": "Missing required dev attribute in <pf> element of network '{name}'",
    "network/forward/nat/port@start":
        "Missing or invalid 'start' attribute in <port> in <nat> in <forward> in network {name}",
    "network/forward/nat/port@end":
        "Missing or invalid 'end' attribute in <port> in <nat> in <forward> in network {name}",
    "network/dns/host@ip": "Missing IP address in network '{name}' DNS HOST record",
    "network/route@address": "{name}: Missing required address attribute in route definition",
    "network/route@gateway": "{name}: Missing required gateway attribute in route definition",
    "network/portgroup@name": "Missing required name attribute in portgroup",
    "network/virtualport@type": "missing required virtualport type",
    "network/portgroup/vlan/tag@id": _LACKS,
    "network/vlan/tag@id": _LACKS,
    f"{_IFACE}/source@bridge": _LACKS,
    f"{_IFACE}/source@network": _LACKS,
    f"{_IFACE}/source@dev": _LACKS,
    f"{_IFACE}/boot@order": _LACKS,
    f"{_IFACE}/portForward@proto": _LACKS,
    f"{_IFACE}/vlan/tag@id": _LACKS,
    f"{_IFACE}/virtualport@type": "missing required virtualport type",
}  # fmt: skip
"""Attributes that libvirt does not do without."""

_EXCLUSIVE = {
    f"{path}@{name}": message
    for path, message in {
        "network/ip": "Network '{name}' IP address cannot have both a prefix and a netmask",
        "network/route": "{name}: Route definition cannot have both a prefix and a netmask",
    }.items()
    for name in ("prefix", "netmask")
}
"""Attributes that exclude each other; the schema calls the second one unknown."""

_MULTICAST = {
    "network/mac@address": "Invalid multicast bridge mac address '{value}' in network '{name}'",
    f"{_IFACE}/mac@address": "expected unicast mac address, found multicast '{value}'",
}


def message_of(fault: Fault) -> str | None:
    """Give what libvirt says when it refuses a document for a fault; None where it may take the document."""
    name = fault.node.document.root.child("name")
    words = {"element": fault.node.name, "attribute": fault.name, "name": name.text.strip() if name else ""}
    if fault.kind == "missing-element" and fault.name == "name" and fault.node.parent is None:
        return "missing name information"
    path = f"{path_of(fault.node)}@{fault.name}"
    if fault.kind == "missing-attribute" and (template := _MISSING.get(path)):
        return template.format(**words)
    if fault.kind == "unknown-attribute" and {"prefix", "netmask"} <= fault.node.attributes.keys():
        exclusive = _EXCLUSIVE.get(path)
        return exclusive.format(**words) if exclusive else None
    if fault.kind == "unknown-element":
        unknown = _UNKNOWN.get(path_of(fault.node).rpartition("/")[0])
        return unknown.format(**words) if unknown else None
    return _refused_value(fault, words) if fault.kind == "bad-value" else None


def _refused_value(fault: Fault, words: Mapping[str, str]) -> str | None:
    place, value = path_of(fault.node), fault.node.text.strip()
    unreadable = _TEXTS
    if fault.attribute is not None:
        place, value = f"{place}@{fault.name}", fault.attribute.value
        unreadable = _VALUES
    if not value and place in _EMPTY:
        return _EMPTY[place]
    mac = parse_mac(value)
    if mac is not None and place in _MULTICAST and int(mac[:2], 16) & 1:
        return _MULTICAST[place].format(value=value, **words)
    cannot_be_read, template = unreadable.get(place, (None, ""))
    return template.format(value=value, **words) if cannot_be_read is not None and cannot_be_read(value) else None


def path_of(node: Node) -> str:
    """Give the names of the elements from the root to a node, joined by `/`."""
    steps = [node.name]
    parent = node.parent
    while parent is not None:
        steps.append(parent.name)
        parent = parent.parent
    return "/".join(reversed(steps))
