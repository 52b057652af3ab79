"""What libvirt's parser refuses at define, and in which words: tables by the path of an element.

Each entry was put to libvirt, as a network, a filter or a guest with nothing but that one fault. A value counts as
refused only where it cannot be read at all; one that is merely odd, such as a MAC address with one-digit octets, may
pass. What virsh puts in front of a message, such as "XML error", is left out, as it is everywhere.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from vnetlint.model.addresses import parse_address, parse_mac

Unreadable = Callable[[str], bool]
"""Whether a value cannot be read."""

ENUM = "Invalid value for attribute '{attribute}' in element '{element}': '{value}'."
_NUMBER = f"{ENUM} Expected non-negative integer value"
_LACKS = "Missing required attribute '{attribute}' in element '{element}'"
_TEXT = "Invalid value '{value}' for element or attribute './{element}[1]'"
_NAMELESS = "missing name information"
_NO_OS = "an os <type> must be specified"
_NO_PORT = "Missing or invalid '{attribute}' attribute in <port> in <nat> in <forward> in network {name}"
_IFACE = "domain/devices/interface"
_PLUGS = ("network", "network/portgroup", _IFACE)
"""What is plugged in: each may have `<bandwidth>`, `<vlan>` and `<virtualport>`."""

_LONGEST_UINT = 11
_DECIMAL = re.compile(r"\s*\+?[0-9]+")


def _is_no_number(value: str) -> bool:
    return not value.isascii() or not value.lstrip().removeprefix("+").isalnum() or value.isalpha()


def _is_no_decimal(value: str) -> bool:
    return _DECIMAL.fullmatch(value) is None


def _is_no_port(value: str) -> bool:
    return not (value.isascii() and value.isdigit()) or not 0 < int(value[:6]) < 65536


def _is_no_address(value: str) -> bool:
    return parse_address(value) is None and not (value.isascii() and value.replace(".", "").isdigit())


def _is_no_mac(value: str) -> bool:
    return parse_mac(value) is None


def _is_no_uuid(value: str) -> bool:
    try:
        UUID(value.replace(" ", ""))
    except ValueError:
        return True
    return False


def _is_word(value: str) -> bool:
    return value.isalpha()


def _is_no_uint(value: str) -> bool:
    """Whether a value is not a decimal number, has blanks behind it, or does not fit 32 bits."""
    return _is_no_decimal(value) or len(value.strip()) > _LONGEST_UINT or int(value) > 0xFFFF_FFFF


def _is_empty_or_word(value: str) -> bool:
    return not value or value.isalpha()


def _is_anything(value: str) -> bool:
    return bool(value)


def _is_empty(value: str) -> bool:
    return not value


def _always(value: str) -> bool:
    return True


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
    "network/portgroup/vlan/tag": ("nativeMode",),
    "network/vlan/tag": ("nativeMode",),
    "domain/clock/timer": ("name", "track", "tickpolicy"),
    "domain/cpu": ("match",),
    "domain/devices/disk": ("type", "device"),
    "domain/devices/disk/target": ("bus",),
    "domain/devices/graphics": ("type",),
    "domain/os/boot": ("dev",),
    _IFACE: ("type", "trustGuestRxFilters"),
    f"{_IFACE}/address": ("multifunction",),
    f"{_IFACE}/backend": ("type",),
    f"{_IFACE}/driver": (
        "ats", "event_idx", "ioeventfd", "iommu", "name", "packed", "page_per_vq", "rss", "rss_hash_report", "txmode"),
    f"{_IFACE}/driver/guest": ("csum", "ecn", "tso4", "tso6", "ufo"),
    f"{_IFACE}/driver/host": ("csum", "ecn", "gso", "mrg_rxbuf", "tso4", "tso6", "ufo"),
    f"{_IFACE}/mac": ("type", "check"),
    f"{_IFACE}/port": ("isolated",),
    f"{_IFACE}/portForward": ("proto",),
    f"{_IFACE}/rom": ("bar", "enabled"),
    f"{_IFACE}/source": ("mode",),
    f"{_IFACE}/target": ("managed",),
    f"{_IFACE}/vlan/tag": ("nativeMode",),
}  # fmt: skip
"""Attributes with a list of values: any other one, even an empty one, is refused in the same words."""

_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "network/ip": ("prefix",),
    "network/route": ("prefix", "metric"),
    "network/forward/address": ("bus", "domain", "slot", "function"),
    "network/ip/dhcp/host/lease": ("expiry",),
    "network/ip/dhcp/range/lease": ("expiry",),
    "network/portgroup/vlan/tag": ("id",),
    "network/vlan/tag": ("id",),
    "domain/devices/lease/target": ("offset",),
    f"{_IFACE}/acpi": ("index",),
    f"{_IFACE}/address": ("bus", "domain", "slot", "function", "cssid", "ssid", "devno"),
    f"{_IFACE}/source/address": ("bus", "domain", "slot", "function"),
    f"{_IFACE}/boot": ("order",),
    f"{_IFACE}/driver": ("queues", "rx_queue_size", "tx_queue_size"),
    f"{_IFACE}/portForward/range": ("start", "to"),
    f"{_IFACE}/vlan/tag": ("id",),
}
"""Attributes that are read as whole numbers."""

VALUES: Mapping[str, tuple[Unreadable, str]] = {
    **{f"{path}@{name}": (_always, ENUM) for path, names in _LISTED.items() for name in names},
    **{f"{path}@{name}": (_is_no_number, _NUMBER) for path, names in _NUMBERS.items() for name in names},
    **{
        f"{path}/bandwidth/{way}@{rate}": (_is_no_decimal, "could not convert bandwidth {attribute} value '{value}'")
        for path in _PLUGS
        for way in ("inbound", "outbound")
        for rate in ("average", "peak", "burst")
    },
    **{f"{path}/virtualport@type": (_always, "unknown virtualport type {value}") for path in _PLUGS},
    **{
        f"{path}/virtualport/parameters@{name}": (_is_no_number, "cannot parse value of {attribute} parameter")
        for path in _PLUGS
        for name in ("managerid", "typeid", "typeidversion")
    },
    **{
        f"{path}/virtualport/parameters@{name}": (_is_no_uuid, "cannot parse {attribute} parameter as a uuid")
        for path in _PLUGS
        for name in ("interfaceid", "instanceid")
    },
    "network@ipv6": (_is_anything, "Invalid ipv6 setting '{value}' in network '{name}'"),
    "network/forward@mode": (lambda value: value not in ("", "none"), "unknown forwarding type '{value}'"),
    "network/forward/address@type": (_is_anything, "unknown address type '{value}' in network {name}"),
    "network/bridge@delay": (_is_no_number, "Invalid delay value in network '{name}'"),
    "network/bridge@macTableManager": (
        _is_anything, "Invalid macTableManager setting '{value}' in network '{name}'"),
    "network/mac@address": (_is_no_mac, "Invalid bridge mac address '{value}' in network '{name}'"),
    "network/mtu@size": (
        lambda value: bool(value) and _is_no_uint(value.replace("-", "", 1)),
        "Invalid mtu size '{value}' in network '{name}'"),
    "network/ip@address": (_is_no_address, "Invalid address '{value}' in network '{name}'"),
    "network/ip@netmask": (_is_no_address, "Invalid netmask '{value}' in network '{name}'"),
    "network/ip@family": (_is_anything, "Unrecognized family '{value}' in network '{name}'"),
    "network/ip/dhcp/range@start": (_is_no_address, "Cannot parse socket address '{value}': Name or service not known"),
    "network/ip/dhcp/range@end": (_is_no_address, "Cannot parse socket address '{value}': Name or service not known"),
    "network/ip/dhcp/host@ip": (
        _is_no_address, "Invalid IP address in static host definition for network '{name}'"),
    "network/ip/dhcp/host@mac": (_is_no_mac, "Cannot parse MAC address '{value}' in network '{name}'"),
    **{
        f"network/forward/nat/address@{end}": (
            lambda value: not value or ":" in value,
            f"Bad ipv4 {end} address '{{value}}' in <nat> in <forward> in network '{{name}}'",
        )
        for end in ("start", "end")
    },
    "network/forward/nat/port@start": (lambda value: value != "0" and _is_no_port(value), _NO_PORT),
    "network/forward/nat/port@end": (_is_no_port, _NO_PORT),
    "network/dns/forwarder@addr": (
        _is_no_address, "Invalid forwarder IP address '{value}' in network '{name}'"),
    "network/dns/host@ip": (_is_no_address, "Invalid IP address in network '{name}' DNS HOST record"),
    "network/dns/txt@name": (
        lambda value: " " in value or "," in value,
        "prohibited character in DNS TXT record name '{value}' of network {name}"),
    "network/dns/srv@port": (_is_no_port, "invalid DNS SRV port attribute for service '{service}' in network '{name}'"),
    "network/dns/srv@priority": (
        _is_word, "Invalid DNS SRV priority attribute for service '{service}' in network '{name}'"),
    "network/dns/srv@weight": (
        _is_word, "invalid DNS SRV weight attribute for service '{service}' in network '{name}'"),
    "network/portgroup@name": (_is_empty, "Missing required name attribute in portgroup"),
    "network/route@address": (_is_no_address, "{name}: Bad network address '{value}' in route definition"),
    "network/route@gateway": (_is_no_address, "{name}: Bad gateway address '{value}' in route definition"),
    "network/route@netmask": (_is_no_address, "{name}: Bad netmask address '{value}' in route definition"),
    "network/route@family": (_always, "{name}: Unrecognized family '{value}' in route definition"),
    "domain@type": (_is_anything, "invalid domain type {value}"),
    "domain/clock@offset": (_is_anything, "unknown clock offset '{value}'"),
    "domain/cpu@mode": (_always, "Invalid mode attribute '{value}'"),
    "domain/cpu/feature@policy": (_is_anything, "Invalid CPU feature policy"),
    "domain/devices/video/model@type": (_is_anything, "unknown video model '{value}'"),
    "domain/os/type@arch": (_is_anything, "Unknown architecture {value}"),
    "domain/devices/*/address@type": (_always, "unknown address type '{value}'"),
    f"{_IFACE}/ip@address": (_is_no_address, "Invalid address '{value}' in <ip>"),
    f"{_IFACE}/ip@prefix": (_is_empty_or_word, "Invalid prefix value '{value}' in <ip>"),
    f"{_IFACE}/link@state": (_is_anything, "unknown interface link state '{value}'"),
    f"{_IFACE}/mac@address": (_is_no_mac, "unable to parse mac address '{value}'"),
    f"{_IFACE}/mtu@size": (_is_no_uint, "malformed mtu size"),
    f"{_IFACE}/model@type": (lambda value: " " in value, "Model name contains invalid characters"),
    f"{_IFACE}/portForward@address": (_is_no_address, "Invalid address '{value}' in <portForward>"),
    f"{_IFACE}/source/local@port": (_is_empty_or_word, f"{ENUM} Expected integer value"),
    f"{_IFACE}/source@port": (_is_empty_or_word, f"{ENUM} Expected integer value"),
    f"{_IFACE}/teaming@type": (_is_anything, "unknown teaming type '{value}'"),
    "filter@chain": (
        lambda value: value.isalpha(),
        "Invalid chain name '{value}'. Please use a chain name called 'root' or any of the following prefixes: "
        "mac, vlan, stp, arp, rarp, ipv4, ipv6"),
    "filter@name": (_is_empty, "filter has no name"),
    "filter@priority": (_is_word, "Could not parse chain priority '{value}'"),
    "filter/rule@action": (_always, "unknown rule action attribute value"),
    "filter/rule@direction": (_always, "unknown rule direction attribute value"),
}  # fmt: skip
"""Values that cannot be read, by the path of the element and the attribute."""

OUT_OF_RANGE: Mapping[str, tuple[Unreadable, str]] = {
    f"{_IFACE}/boot@order": (
        lambda value: value == "0",
        "Invalid value for attribute 'order' in element 'boot': Zero is not permitted",
    ),
    "filter@priority": (
        lambda value: value.strip("-").isdigit(),
        "Priority '{value}' is outside valid range of [-1000,1000]",
    ),
}
"""Values that are read, and then refused."""

TEXTS: Mapping[str, tuple[Unreadable, str]] = {
    **{f"{root}/uuid": (lambda text: text.strip() != "" and _is_no_uuid(text), "malformed uuid element")
       for root in ("network", "domain", "filter")},
    "network/dns/host/hostname": (_is_empty, "Missing hostname in network '{name}' DNS HOST record"),
    "domain/currentMemory": (_is_no_number, _TEXT),
    "domain/devices/emulator": (
        lambda value: not value.startswith("/"), "Cannot check QEMU binary {value}: No such file or directory"),
    "domain/memory": (_is_no_number, _TEXT),
    **{f"domain/on_{name}": (_is_anything, f"unknown on_{name} action: {{value}}")
       for name in ("crash", "poweroff", "reboot")},
    "domain/os/type": (_is_anything, "unknown OS type '{value}'"),
    "domain/vcpu": (_is_no_number, "maximum vcpus count must be an integer"),
    f"{_IFACE}/tune/sndbuf": (_is_word, "sndbuf must be a positive integer"),
}  # fmt: skip
"""Texts that cannot be read, by the path of the element."""

EMPTY: Mapping[str, str] = {
    "domain/name": _NAMELESS,
    "domain/memory": "Memory size must be specified via <memory> or in the <numa> configuration",
    "domain/os/type": _NO_OS,
    "domain/vcpu": "maximum vcpus count must be an integer",
    "domain@type": "missing domain type attribute",
}
"""What libvirt does not do without, where it is empty."""

UNKNOWN: Mapping[str, str] = {
    "domain/features": "unexpected feature '{element}'",
    "domain/features/hyperv": "unsupported HyperV Enlightenment feature: {element}",
    "domain/features/kvm": "unsupported KVM feature: {element}",
    "domain/features/xen": "unsupported Xen feature: {element}",
}
"""Elements of which libvirt drops no unknown one."""

MISSING: Mapping[str, str] = {
    "network/ip@address": "Missing required address attribute in network '{name}'",
    "network/ip/dhcp/range@start": "Missing 'start' attribute in dhcp range for network '{name}'",
    "network/ip/dhcp/range@end": "Missing 'end' attribute in dhcp range for network '{name}'",
    "network/ip/dhcp/host@ip": "Missing IP address in static host definition for network '{name}'",
    "network/forward/address@type": "missing address type in network {name}",
    "network/forward/interface@dev":
        "Missing required dev attribute in <forward> <interface> element of network {name}",
    "network/forward/pf@dev": "Missing required dev attribute in <pf> element of network '{name}'",
    "network/forward/nat/port@start": _NO_PORT,
    "network/forward/nat/port@end": _NO_PORT,
    "network/dns/host@ip": "Missing IP address in network '{name}' DNS HOST record",
    "network/dns/srv@service": "missing required service attribute in DNS SRV record of network '{name}'",
    "network/dns/srv@protocol":
        "missing required protocol attribute in DNS SRV record '{service}' of network '{name}'",
    "network/dns/txt@name": "missing required name attribute in DNS TXT record of network {name}",
    "network/dns/txt@value": "missing required value attribute in DNS TXT record named '{record}' of network {name}",
    "network/route@gateway": "{name}: Missing required gateway attribute in route definition",
    "network/portgroup@name": "Missing required name attribute in portgroup",
    "network/virtualport@type": "missing required virtualport type",
    "network/portgroup/vlan/tag@id": _LACKS,
    "network/vlan/tag@id": _LACKS,
    "domain@type": "missing domain type attribute",
    "domain/os/boot@dev": _LACKS,
    f"{_IFACE}/address@type": "No type specified for device address",
    f"{_IFACE}/boot@order": _LACKS,
    f"{_IFACE}/ip@address": "Missing required address in <ip>",
    f"{_IFACE}/portForward@proto": _LACKS,
    f"{_IFACE}/vlan/tag@id": _LACKS,
    f"{_IFACE}/virtualport@type": "missing required virtualport type",
    "filter@name": "filter has no name",
    "filter/rule@action": "rule node requires action attribute",
    "filter/rule@direction": "rule node requires direction attribute",
    # libvirt takes what includes no filter for a rule.
    "filter/filterref@filter": "rule node requires action attribute",
}  # fmt: skip
"""Attributes that libvirt does not do without."""

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
"""The attributes of `<source>` without which an interface of a type is refused, and so is one without `<source>`."""

LACKS_SOURCE = "interface type='{type}' requires a 'source' element"
LACKS_ATTRIBUTE = _LACKS

ABSENT: Mapping[str, str] = {
    "network/name": _NAMELESS,
    "network/dns/host/hostname": "Missing hostname in network '{name}' DNS HOST record",
    "domain/name": _NAMELESS,
    "domain/os": _NO_OS,
    "domain/os/type": _NO_OS,
    f"{_IFACE}/source/local": "'<local>' element missing for '{type}' socket interface",
}
"""Elements that libvirt does not do without."""

SECOND: Mapping[str, str] = {
    "network/forward/nat": "Only one <nat> element is allowed in <forward> of network {name}",
    "network/forward/pf": "Only one <pf> element is allowed in <forward> of network {name}",
    "network/forward/nat/address": "Only one <address> element is allowed in <nat> in <forward> in network {name}",
    "network/forward/nat/port": "Only one <port> element is allowed in <nat> in <forward> in network {name}",
    **{
        f"{path}/bandwidth/{way}": f"Only one child <{way}> element allowed"
        for path in _PLUGS
        for way in ("inbound", "outbound")
    },
}
"""Elements of which libvirt takes no second one; of most others it reads the first."""

MISPLACED: Mapping[str, str] = {
    f"{_IFACE}/virtualport": "<virtualport> element unsupported for <interface type='{type}'>",
}
"""Elements that libvirt refuses where they are not allowed; others it drops."""

EXCLUSIVE = {
    f"{path}@{name}": message
    for path, message in {
        "network/ip": "Network '{name}' IP address cannot have both a prefix and a netmask",
        "network/route": "{name}: Route definition cannot have both a prefix and a netmask",
    }.items()
    for name in ("prefix", "netmask")
}
"""Attributes that exclude each other; the schema calls the second one unknown."""

MULTICAST = {
    "network/mac@address": "Invalid multicast bridge mac address '{value}' in network '{name}'",
    f"{_IFACE}/mac@address": "expected unicast mac address, found multicast '{value}'",
}

VIRTIO_ONLY = frozenset(
    f"{_IFACE}/driver@{name}"
    for name in ("name", "txmode", "queues", "rx_queue_size", "ioeventfd", "event_idx", "rss", "rss_hash_report")
)
"""What libvirt reads of a virtio card alone; of another one it may say anything."""

_UNREAD = ("match", "gratuitous")
_MAY_BE_EMPTY = ("state", "ipset")
_ADDRESSES = ("ipaddr", "ipfrom", "ipto")


def is_illegal(protocol: str, attribute: str, value: str) -> bool:
    """Whether libvirt refuses the value of a filter rule's protocol that the schema rejects; it does nearly always."""
    if attribute in _UNREAD or value.startswith("$") or (protocol, attribute) == ("tcp-ipv6", "flags"):
        return False
    if attribute == "encap-protocol" or attribute.endswith(_ADDRESSES):
        # A number is read as an address, however many dots it has.
        return not re.fullmatch(r"[0-9][0-9.x]*", value)
    return bool(value.strip()) or attribute not in _MAY_BE_EMPTY


NO_MTU = "Cannot set interface MTU on "

ILLEGAL = "{attribute} has illegal value {value}"


def messages(rule: str) -> Iterable[str]:
    """Give what libvirt says of the faults that a rule is about, with the names of what it fills in between braces."""
    match rule:
        case "schema-bad-value":
            tables = (VALUES, OUT_OF_RANGE, TEXTS)
            return (
                *(said for table in tables for _, said in table.values()),
                *EMPTY.values(),
                *MULTICAST.values(),
                ILLEGAL,
                NO_MTU,
            )
        case "schema-missing-attribute":
            return (*MISSING.values(), LACKS_ATTRIBUTE)
        case "schema-missing-element":
            return (*ABSENT.values(), LACKS_SOURCE)
        case "schema-duplicate-element":
            return SECOND.values()
        case "schema-misplaced-element":
            return MISPLACED.values()
        case "schema-unknown-attribute":
            return EXCLUSIVE.values()
        case "schema-unknown-element":
            return UNKNOWN.values()
    return ()
