"""Addresses as libvirt reads them: IP addresses, subnets with its default prefixes, and MAC addresses."""

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from itertools import count, pairwise
from typing import Literal

Address = IPv4Address | IPv6Address
Subnet = IPv4Network | IPv6Network
Family = Literal["ipv4", "ipv6"]

IFNAMSIZ = 16
"""The kernel's limit for an interface name, the closing NUL included (linux/if.h)."""

_MAC = re.compile(r"([0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5})(?:[ \t\n\v\f\r].*)?", re.DOTALL)
_WIDEST = 256
_NEAR = 100
"""How many addresses after the wanted one are tried."""
_MAX_PREFIX = {4: 32, 6: 128}


@lru_cache(maxsize=4096)
def parse_address(value: str | None) -> Address | None:
    """Return an IP address, or None if the text is absent or not an address."""
    if not value:
        return None
    try:
        return ip_address(value)
    except ValueError:
        return None


def default_prefix(address: Address) -> int:
    """Return the prefix that libvirt assumes: by class for IPv4, 64 for IPv6 (virSocketAddrGetIPPrefix)."""
    if address.is_unspecified:
        return 0
    if address.version == 6:
        return 64
    first = int(address) >> 24
    return 8 if first < 128 else 16 if first < 192 else 24 if first < 224 else 0


def subnet_of(address: Address | None, prefix: int | None, netmask: Address | None = None) -> Subnet | None:
    """Return the subnet of an address, or None if the address is unknown or the prefix impossible."""
    if address is None:
        return None
    if prefix is None:
        prefix = default_prefix(address) if netmask is None else _prefix_of(netmask)
    if prefix is None or prefix > _MAX_PREFIX[address.version]:
        return None
    return ip_network((int(address) if address.version == 4 else address, prefix), strict=False)


def read_netmask(value: str, version: int) -> int | None:
    """Return the prefix of a netmask, or of a prefix written in its place; None if it is neither of that version."""
    if value.isascii() and value.isdigit() and len(value) < 4:
        return int(value) if int(value) <= _MAX_PREFIX[version] else None
    netmask = parse_address(value)
    return None if netmask is None or netmask.version != version else _prefix_of(netmask)


def _prefix_of(netmask: Address) -> int | None:
    bits = f"{int(netmask):0{_MAX_PREFIX[netmask.version]}b}"
    ones = bits.rstrip("0")
    return len(ones) if "0" not in ones else None


def parse_mac(value: str | None) -> str | None:
    """Return a MAC address in lower case with two digits for each octet, or None if the text is not one.

    Like libvirt, accept octets of one digit and ignore what follows a blank.
    """
    found = _MAC.fullmatch(value) if value else None
    return ":".join(octet.rjust(2, "0") for octet in found[1].lower().split(":")) if found else None


def usable(subnet: Subnet) -> tuple[Address, Address]:
    """Return the first and the last address for hosts: IPv4 reserves two, IPv6 the first one, for routers."""
    first, last = subnet.network_address, subnet.broadcast_address
    if subnet.num_addresses < 4:
        return first, last
    return first + 1, last - 1 if subnet.version == 4 else last


def move_into(subnet: Subnet, start: Address, end: Address) -> tuple[Address, Address]:
    """Return a range inside a subnet for one that leaves it: its part inside, else one with the same host parts."""
    first, last = usable(subnet)
    if (start in subnet) != (end in subnet) and int(start) < int(end):
        inside = max(int(start), int(first)), min(int(end), int(last))
        if inside[0] <= inside[1]:
            return first + (inside[0] - int(first)), first + (inside[1] - int(first))
    host = int(subnet.hostmask)
    base = int(subnet.network_address)
    low, high = sorted(min(max(base | (int(each) & host), int(first)), int(last)) for each in (start, end))
    offset = int(first)
    return first + (low - offset), first + (high - offset)


def blocks(start: Address, end: Address) -> list[tuple[Address, Address]]:
    """Split a range at the limits of libvirt: the addresses of one range differ in their last 16 bits only."""
    base, low, high = int(start), int(start) >> 16, int(end) >> 16
    bounds = [(max(number << 16, base), min((number << 16) + 0xFFFF, int(end))) for number in range(low, high + 1)]
    return [(start + (first - base), start + (last - base)) for first, last in bounds]


def next_free(subnet: Subnet, wanted: Address, taken: Container[Address | None]) -> Address | None:
    """Return a free address of a subnet: the one with the host part of the wanted address, else one soon after it."""
    place, _ = move_into(subnet, wanted, wanted)
    _, last = usable(subnet)
    behind = range(min(int(last) - int(place), _NEAR) + 1)
    return next((place + step for step in behind if place + step not in taken), None)


def without(start: Address, end: Address, address: Address) -> tuple[tuple[Address, Address], ...]:
    """Return what is left of a range without one of its addresses: two ranges, one or none."""
    before = ((start, address - 1),) if int(address) > int(start) else ()
    return (*before, (address + 1, end)) if int(address) < int(end) else before


def free_range(subnet: Subnet, taken: Iterable[Address], least: int = 1) -> tuple[Address, Address] | None:
    """Return the widest range of free addresses of a subnet, or None if it has fewer than the least number.

    It has at most 256 addresses, or the least number if that is more: libvirt takes no more than 65,535.
    """
    first, last = usable(subnet)
    stops = [int(first) - 1, *sorted({int(each) for each in taken if each in subnet}), int(last) + 1]
    gaps = [(above - below - 1, below + 1) for below, above in pairwise(stops)]
    size, start = max(gaps, key=lambda gap: (gap[0], -gap[1]))
    begin = first + (start - int(first))
    return (begin, begin + (min(size, max(_WIDEST, least)) - 1)) if size >= max(least, 1) else None


def new_mac(seed: str, taken: Container[str]) -> str:
    """Return a free MAC address with QEMU's prefix, always the same one for the same seed."""
    from hashlib import sha256

    for attempt in count():
        digest = sha256(f"{seed}\0{attempt}".encode()).digest()
        mac = ":".join(("52:54:00", *(f"{byte:02x}" for byte in digest[:3])))
        if mac not in taken:
            return mac
    raise AssertionError("count() does not end")


class OrderedAddresses:
    """Addresses in order, so that those of a range are found without looking at the others."""

    def __init__(self, addresses: Iterable[Address]) -> None:
        self._addresses = sorted(addresses, key=_number)

    def within(self, start: Address | None, end: Address | None) -> Iterator[Address]:
        """Yield the addresses from `start` to `end`, both included; none if an end is unknown or of another family."""
        if start is None or end is None or start.version != end.version:
            return
        for at in range(bisect_left(self._addresses, _number(start), key=_number), len(self._addresses)):
            if _number(self._addresses[at]) > _number(end):
                return
            yield self._addresses[at]


def _number(address: Address) -> tuple[int, int]:
    return address.version, int(address)
