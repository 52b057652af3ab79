"""Whether a rule's protocol element describes a packet."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import ip_network

from vnetlint.dataclass import dataclass
from vnetlint.model.addresses import Address, parse_address, parse_mac, read_netmask
from vnetlint.reach.filters.expand import Filled, PlacedRule
from vnetlint.reach.filters.frame import Frame, Matched, Missing

ARP = 0x0806
_ETHERTYPES = {
    "arp": ARP, "rarp": 0x8035, "ip": 0x0800, "ipv4": 0x0800, "ipv6": 0x86DD, "vlan": 0x8100,
}  # fmt: skip
_PROTOCOLS = {
    "icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "esp": 50, "ah": 51, "icmpv6": 58, "sctp": 132, "udplite": 136,
}  # fmt: skip
_OPCODES = {"request": 1, "reply": 2, "request_reverse": 3, "reply_reverse": 4}
_NOBODY = "00:00:00:00:00:00"


@dataclass(frozen=True)
class Headers:
    """A frame in the terms of ebtables and iptables; of each pair the sender's comes first, None is not known."""

    ethertype: int
    protocol: int
    """The protocol's number in the IP header."""
    macs: tuple[str | None, str | None]
    addresses: tuple[Address | None, Address | None]
    ports: tuple[int | None, int | None]
    arp_macs: tuple[str | None, str | None]
    icmp_type: int
    opcode: int

    def swapped(self) -> "Headers":
        """Return the packet with sender and receiver exchanged, for rules that are read backwards."""
        return replace(
            self,
            macs=self.macs[::-1],
            addresses=self.addresses[::-1],
            ports=self.ports[::-1],
            arp_macs=self.arp_macs[::-1],
        )


def packet_of(frame: Frame) -> Headers:
    """Return a frame in the terms of ebtables and iptables."""
    sender, receiver = parse_mac(frame.source_mac), parse_mac(frame.destination_mac)
    is_arp, is_request = frame.protocol == "arp", frame.state == "new"
    name = "icmpv6" if frame.protocol == "icmp" and frame.version == 6 else frame.protocol
    return Headers(
        ethertype=ARP if is_arp else _ETHERTYPES[f"ipv{frame.version}"],
        protocol=_PROTOCOLS.get(name, 0),
        macs=(sender, receiver),
        addresses=(frame.source, frame.destination),
        ports=(frame.source_port, frame.destination_port),
        arp_macs=(sender, _NOBODY if is_request else receiver),
        icmp_type=frame.echo_type,
        opcode=1 if is_request else 2,
    )


def both(tests: "list[Matched]") -> Matched:
    """Whether all of them are so. One that is not decides, even if others are unknown."""
    if False in tests:
        return False
    return next((each for each in tests if isinstance(each, Missing)), True)


def matches(rule: PlacedRule, packet: Headers, *, skipped: frozenset[str] = frozenset()) -> Matched:
    """Whether a rule describes a packet, apart from the attributes that are skipped."""
    protocol = rule.protocol
    tests: list[Matched] = [] if protocol is None else [_is_of(protocol, packet)]
    for name, value in rule.match.items():
        if name in _IGNORED or name in skipped or tests[:1] == [False]:
            continue
        test = _TESTS.get(name)
        if isinstance(value, Missing):
            tests.append(value)
        elif test is None:
            tests.append(Missing(f"which packets {name}='{value}' matches"))
        else:
            one = test(rule.match, value, packet)
            tests.append(not one if isinstance(one, bool) and _is_negated(rule, name) else one)
    return both(tests)


def _is_negated(rule: PlacedRule, name: str) -> bool:
    """Whether `match='no'` turns an attribute around. For the receiver's port libvirt does so only with a sender's."""
    if rule.match.get("match") != "no":
        return False
    return name != "dstportstart" or rule.layer == "ethernet" or "srcportstart" in rule.match


def _is_of(protocol: str, packet: Headers) -> bool:
    if protocol == "mac":
        return True
    if protocol in _ETHERTYPES:
        return packet.ethertype == _ETHERTYPES[protocol]
    if protocol == "stp":
        return False
    return protocol in ("all", "all-ipv6") or packet.protocol == _PROTOCOLS[protocol.removesuffix("-ipv6")]


Match = Mapping[str, Filled]
Test = Callable[[Match, str, Headers], Matched]


def _bad(value: str) -> Missing:
    return Missing(f"which packets '{value}' matches")


def _mac(side: int, mask_name: str | None, *, in_arp: bool = False) -> Test:
    def test(match: Match, value: str, packet: Headers) -> Matched:
        if in_arp and packet.ethertype not in (ARP, _ETHERTYPES["rarp"]):
            return False
        own, wanted = (packet.arp_macs if in_arp else packet.macs)[side], parse_mac(value)
        mask = match.get(mask_name) if mask_name else None
        if isinstance(mask, Missing):
            return mask
        bits = parse_mac(mask) if mask else "ff:ff:ff:ff:ff:ff"
        if wanted is None or bits is None:
            return _bad(value)
        if own is None:
            return Missing("the MAC address of the " + ("receiver" if side else "sender"))
        return _bits(own) & _bits(bits) == _bits(wanted) & _bits(bits)

    return test


def _bits(mac: str) -> int:
    return int(mac.replace(":", ""), 16)


def _own_address(side: int, packet: Headers) -> Address | Missing:
    return packet.addresses[side] or Missing("the address of the " + ("receiver" if side else "sender"))


def _ip(side: int, mask_name: str) -> Test:
    def test(match: Match, value: str, packet: Headers) -> Matched:
        own, wanted, mask = _own_address(side, packet), parse_address(value), match.get(mask_name)
        if isinstance(mask, Missing):
            return mask
        if wanted is None:
            return _bad(value)
        prefix = read_netmask(mask, wanted.version) if mask else wanted.max_prefixlen
        if prefix is None:
            return _bad(mask or "")
        return own if isinstance(own, Missing) else own in ip_network((str(wanted), prefix), strict=False)

    return test


def _ip_range(side: int, start: str, end: str) -> Test:
    def test(match: Match, value: str, packet: Headers) -> Matched:
        first, last, own = match.get(start), match.get(end, match.get(start)), _own_address(side, packet)
        if first is None:
            return True
        for each in (first, last, own):
            if isinstance(each, Missing):
                return each
        low, high = parse_address(str(first)), parse_address(str(last))
        if low is None or high is None:
            return _bad(value)
        return not isinstance(own, Missing) and own.version == low.version and int(low) <= int(own) <= int(high)

    return test


def _port(side: int, end: str) -> Test:
    def test(match: Match, value: str, packet: Headers) -> Matched:
        last = match.get(end, value)
        if isinstance(last, Missing):
            return last
        low, high, own = _integer(value), _integer(last), packet.ports[side]
        if packet.protocol not in (6, 17):
            return False
        if low is None or high is None:
            return _bad(value)
        return Missing("the port of the " + ("receiver" if side else "sender")) if own is None else low <= own <= high

    return test


def _integer(text: str) -> int | None:
    try:
        return int(text, 0) if len(text) < 12 else None
    except ValueError:
        return None


def _named(names: Mapping[str, int], own: Callable[[Headers], int]) -> Test:
    def test(match: Match, value: str, packet: Headers) -> Matched:
        wanted = names.get(value.lower(), _integer(value))
        return _bad(value) if wanted is None else own(packet) == wanted

    return test


def _icmp(match: Match, value: str, packet: Headers) -> Matched:
    """Compare type and code at once, because they are turned around together; a code alone is ignored."""
    if packet.protocol not in (1, 58):
        return False
    # Echoes and neighbour discovery have the code 0.
    for own, start, end in ((packet.icmp_type, "type", "typeend"), (0, "code", "codeend")):
        first = match.get(start)
        last = match.get(end, first)
        for each in (first, last):
            if isinstance(each, Missing):
                return each
        if first is None:
            continue
        low, high = _integer(str(first)), _integer(str(last))
        if low is None or high is None:
            return _bad(str(first))
        if not low <= own <= high:
            return False
    return True


def _gratuitous(match: Match, value: str, packet: Headers) -> Matched:
    own, other = packet.addresses
    if own is None or other is None:
        return Missing("the addresses in the ARP packet")
    return own == other or value.lower() not in ("1", "true", "yes")


_IGNORED = {
    "match", "comment", "state", "srcmacmask", "dstmacmask", "srcipmask", "dstipmask", "arpsrcipmask", "arpdstipmask",
    "srcipto", "dstipto", "code", "srcportend", "dstportend", "typeend", "codeend",
}  # fmt: skip
_TESTS: Mapping[str, Test] = {
    "srcmacaddr": _mac(0, "srcmacmask"),
    "dstmacaddr": _mac(1, "dstmacmask"),
    "arpsrcmacaddr": _mac(0, None, in_arp=True),
    "arpdstmacaddr": _mac(1, None, in_arp=True),
    "srcipaddr": _ip(0, "srcipmask"),
    "dstipaddr": _ip(1, "dstipmask"),
    "arpsrcipaddr": _ip(0, "arpsrcipmask"),
    "arpdstipaddr": _ip(1, "arpdstipmask"),
    "srcipfrom": _ip_range(0, "srcipfrom", "srcipto"),
    "dstipfrom": _ip_range(1, "dstipfrom", "dstipto"),
    "srcportstart": _port(0, "srcportend"),
    "dstportstart": _port(1, "dstportend"),
    "protocolid": _named(_ETHERTYPES, lambda packet: packet.ethertype),
    "protocol": _named(_PROTOCOLS, lambda packet: packet.protocol),
    "opcode": _named(_OPCODES, lambda packet: packet.opcode),
    "hwtype": _named({}, lambda packet: 1),
    "protocoltype": _named(_ETHERTYPES, lambda packet: _ETHERTYPES["ipv4"]),
    "gratuitous": _gratuitous,
    "type": _icmp,
}
