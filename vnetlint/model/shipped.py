"""The filters that libvirt installs on every host: what they do, as facts that a file need not define."""

from collections.abc import Mapping
from typing import Literal

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
from vnetlint.model.filter import DEFAULT_PRIORITY, variable_in

Kind = Literal["ipv4", "ipv6", "ipv4-mask", "ipv6-mask", "mac", "port", "vlan", "text"]
"""The kind of value that a variable needs, by the attributes that use it."""


@dataclass(frozen=True)
class ShippedRule:
    """A rule of such a filter."""

    direction: str
    priority: int
    action: str
    protocol: str | None
    """The protocol element; None matches everything."""
    match: Mapping[str, str]
    """The attributes of the protocol element."""


@dataclass(frozen=True)
class Shipped:
    """A filter that libvirt installs: its rules and the filters that it includes, in their order."""

    name: str
    chain: str
    chain_priority: int | None
    parts: tuple["ShippedRule | str", ...]
    """Its rules, and the names of the filters that it includes."""
    newer_parts: tuple["ShippedRule | str", ...]
    """The same in newer versions of libvirt. No packet of ARP or IP is treated differently."""

    @property
    def rules(self) -> tuple[ShippedRule, ...]:
        """Its own rules."""
        return tuple(part for part in self.parts if isinstance(part, ShippedRule))

    @property
    def includes(self) -> tuple[str, ...]:
        """The filters that it includes."""
        return tuple(part for part in self.parts if isinstance(part, str))

    @property
    def newer(self) -> tuple[str, ...]:
        """The filters that newer versions of libvirt include instead, with the same effect; empty if the same."""
        newer = tuple(part for part in self.newer_parts if isinstance(part, str))
        return () if newer == self.includes else newer

    @cached_property
    def variables(self) -> Mapping[str, Kind]:
        """The variables of its own rules, each with the kind of value it needs."""
        found = (
            (variable_in(value), value_kind(attribute, rule.protocol))
            for rule in self.rules
            for attribute, value in rule.match.items()
        )
        return {name: kind for name, kind in found if name}

    @property
    def drops_rest(self) -> bool:
        """Whether it drops everything that no rule accepts."""
        return self.chain == "root" and any(each.action == "drop" and each.protocol is None for each in self.rules)

    @property
    def passes_ipv6(self) -> bool:
        """Whether its own rules accept IPv6."""
        accepting = [each for each in self.rules if each.action == "accept"]
        if self.chain == "root":
            return any(each.protocol == "mac" and "protocolid" not in each.match for each in accepting)
        return self.chain.startswith("ipv6") and bool(accepting)


def value_kind(attribute: str, protocol: str | None) -> Kind:
    """Return the kind of value that an attribute of a protocol element needs."""
    six = protocol is not None and protocol.endswith("v6")
    if attribute.endswith("macaddr"):
        return "mac"
    if attribute.endswith(("ipaddr", "ipfrom", "ipto")):
        return "ipv6" if six else "ipv4"
    if attribute in ("srcipmask", "dstipmask"):
        return "ipv6-mask" if six else "ipv4-mask"
    if attribute == "vlanid":
        return "vlan"
    return "port" if "port" in attribute and "root" not in attribute and "sender" not in attribute else "text"


def _part(line: str) -> ShippedRule | str:
    """Read `+FILTER`, or `DIRECTION PRIORITY ACTION PROTOCOL ATTRIBUTE=VALUE …` with `-` for the default priority."""
    if line.startswith("+"):
        return line[1:]
    direction, priority, action, *rest = line.split()
    match = dict(each.split("=") for each in rest[1:])
    number = DEFAULT_PRIORITY if priority == "-" else int(priority)
    return ShippedRule(direction, number, action, rest[0] if rest else None, match)


def _shipped(name: str, chain: str, *lines: str, newer: tuple[str, ...] | None = None) -> Shipped:
    suffix, _, priority = chain.partition("@")
    parts = tuple(map(_part, lines))
    newer_parts = parts if newer is None else tuple(map(_part, newer))
    return Shipped(name, suffix, int(priority) if priority else None, parts, newer_parts)


_DHCP4 = "out 100 accept ip protocol=udp srcipaddr=0.0.0.0 srcportstart=68 dstipaddr=255.255.255.255 dstportstart=67"
_DHCP6 = (
    "out 100 accept ipv6 protocol=udp srcipaddr=fe80:: srcipmask=10 srcportstart=546 dstipaddr=ff02::1:2 "
    "dstportstart=547"
)
_REVERSE = (
    "accept rarp opcode=Request_Reverse dstmacaddr=ff:ff:ff:ff:ff:ff arpsrcmacaddr=$MAC arpdstmacaddr=$MAC "
    "arpsrcipaddr=0.0.0.0 arpdstipaddr=0.0.0.0"
)
_ANNOUNCE = (f"out 500 {_REVERSE} srcmacaddr=$MAC", f"in 500 {_REVERSE}")
_SPOOFING = ("+no-mac-spoofing", "+no-ip-spoofing")
_CLEAN = (
    *_SPOOFING,
    "out -650 accept mac protocolid=ipv4",
    "+allow-incoming-ipv4",
    "+no-arp-spoofing",
    "inout -500 accept mac protocolid=arp",
    "+no-other-l2-traffic",
)
_GATEWAY = (
    *_SPOOFING,
    "+no-arp-spoofing",
    "inout -500 accept mac protocolid=arp",
    "in - accept mac srcmacaddr=$GATEWAY_MAC",
    "out - accept mac dstmacaddr=$GATEWAY_MAC",
    "+no-other-l2-traffic",
)
_NEWER = "+qemu-announce-self-rarp"
_OLDER = "+qemu-announce-self"
_REST = "+no-other-rarp-traffic"

_ALL = (
    _shipped("allow-arp", "arp", "inout - accept"),
    _shipped("allow-dhcp", "ipv4", _DHCP4, "in 100 accept ip protocol=udp srcportstart=67 dstportstart=68"),
    _shipped(
        "allow-dhcp-server",
        "ipv4",
        _DHCP4,
        "in 100 accept ip protocol=udp srcipaddr=$DHCPSERVER srcportstart=67 dstportstart=68",
    ),
    _shipped("allow-dhcpv6", "ipv6", _DHCP6, "in 100 accept ipv6 protocol=udp srcportstart=547 dstportstart=546"),
    _shipped(
        "allow-dhcpv6-server",
        "ipv6",
        _DHCP6,
        "in 100 accept ipv6 protocol=udp srcipaddr=$DHCPSERVER srcportstart=547 dstportstart=546",
    ),
    _shipped("allow-incoming-ipv4", "ipv4", "in - accept"),
    _shipped("allow-incoming-ipv6", "ipv6", "in - accept"),
    _shipped("allow-ipv4", "ipv4", "inout - accept"),
    _shipped("allow-ipv6", "ipv6", "inout - accept"),
    _shipped("clean-traffic", "root", *_CLEAN, _OLDER, newer=(*_CLEAN, _NEWER)),
    _shipped("clean-traffic-gateway", "root", *_GATEWAY, _OLDER, newer=(*_GATEWAY, _NEWER)),
    _shipped("no-arp-ip-spoofing", "arp-ip@-510", "out 400 return arp arpsrcipaddr=$IP", "out 1000 drop"),
    _shipped("no-arp-mac-spoofing", "arp-mac@-520", "out 350 return arp arpsrcmacaddr=$MAC", "out 1000 drop"),
    _shipped("no-arp-spoofing", "root", "+no-arp-mac-spoofing", "+no-arp-ip-spoofing"),
    _shipped("no-ip-multicast", "ipv4", "out - drop ip dstipaddr=224.0.0.0 dstipmask=4"),
    _shipped(
        "no-ip-spoofing",
        "ipv4-ip@-710",
        "out 100 return ip protocol=udp srcipaddr=0.0.0.0",
        "out 500 return ip srcipaddr=$IP",
        "out 1000 drop",
    ),
    _shipped("no-ipv6-multicast", "ipv6", "out - drop ipv6 dstipaddr=ff00:: dstipmask=8"),
    _shipped(
        "no-ipv6-spoofing",
        "ipv6-ip@-610",
        "out 100 return ipv6 protocol=udp srcipaddr=fe80:: srcipmask=10",
        "out 500 return ipv6 srcipaddr=$IPV6",
        "out 1000 drop",
    ),
    _shipped("no-mac-broadcast", "ipv4", "out - drop mac dstmacaddr=ff:ff:ff:ff:ff:ff"),
    _shipped("no-mac-spoofing", "mac@-800", "out - return mac srcmacaddr=$MAC", "out - drop mac"),
    _shipped("no-other-l2-traffic", "root", "inout 1000 drop"),
    _shipped("no-other-rarp-traffic", "rarp", "inout 1000 drop"),
    _shipped("qemu-announce-self", "root", "out - accept mac protocolid=0x835", _NEWER, _REST, newer=(_NEWER,)),
    _shipped("qemu-announce-self-rarp", "rarp", *_ANNOUNCE, newer=(*_ANNOUNCE, _REST)),
)

SHIPPED: Mapping[str, Shipped] = {each.name: each for each in _ALL}
"""The filters of libvirt's own package, by name: every host has them, and a file may refer to them."""
