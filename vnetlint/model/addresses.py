"""Addresses as libvirt reads them: IP addresses, subnets with its default prefixes, and MAC addresses."""

import re
from collections.abc import Container, Iterable
from functools import lru_cache
from hashlib import sha256
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
"""How many addresses behind the wanted one are tried."""
_MAX_PREFIX = {4: 32, 6: 128}


@lru_cache(maxsize=4096)
def parse_address(value: str | None) -> Address | None:
    """Read an IP address; None where it is absent or none."""
    if not value:
        return None
    try:
        return ip_address(value)
    except ValueError:
        return None


def default_prefix(address: Address) -> int:
    """Give the prefix that libvirt assumes: by class for IPv4, 64 for IPv6 (virSocketAddrGetIPPrefix)."""
    if address.is_unspecified:
        return 0
    if address.version == 6:
        return 64
    first = int(address) >> 24
    return 8 if first < 128 else 16 if first < 192 else 24 if first < 224 else 0


def subnet_of(address: Address | None, prefix: int | None, netmask: Address | None = None) -> Subnet | None:
    """Give the subnet of an address; None where the address is unknown or the prefix impossible."""
    if address is None:
        return None
    if prefix is None:
        prefix = default_prefix(address) if netmask is None else _prefix_of(netmask)
    if prefix is None or prefix > _MAX_PREFIX[address.version]:
        return None
    return ip_network((int(address) if address.version == 4 else address, prefix), strict=False)


def read_netmask(value: str, version: int) -> int | None:
    """Read a netmask, or a bare prefix that somebody wrote in its place; None where it is neither of that version."""
    if value.isascii() and value.isdigit() and len(value) < 4:
        return int(value) if int(value) <= _MAX_PREFIX[version] else None
    netmask = parse_address(value)
    return None if netmask is None or netmask.version != version else _prefix_of(netmask)


def _prefix_of(netmask: Address) -> int | None:
    bits = f"{int(netmask):0{_MAX_PREFIX[netmask.version]}b}"
    ones = bits.rstrip("0")
    return len(ones) if "0" not in ones else None


def parse_mac(value: str | None) -> str | None:
    """Read a MAC address into lower case and two digits an octet.

    As libvirt does, accept one-digit octets and ignore what follows a blank.
    """
    found = _MAC.fullmatch(value) if value else None
    return ":".join(octet.rjust(2, "0") for octet in found[1].lower().split(":")) if found else None


def usable(subnet: Subnet) -> tuple[Address, Address]:
    """Give the first and the last address that a host may have: IPv4 keeps two, IPv6 the first for routers."""
    first, last = subnet.network_address, subnet.broadcast_address
    if subnet.num_addresses < 4:
        return first, last
    return first + 1, last - 1 if subnet.version == 4 else last


def move_into(subnet: Subnet, start: Address, end: Address) -> tuple[Address, Address]:
    """Return a range of a subnet for one that leaves it: what is inside, else one with the same host parts."""
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
    """Cut a range where it is too large for libvirt, which takes 65,536 addresses that differ in their last 16 bits."""
    base, low, high = int(start), int(start) >> 16, int(end) >> 16
    bounds = [(max(number << 16, base), min((number << 16) + 0xFFFF, int(end))) for number in range(low, high + 1)]
    return [(start + (first - base), start + (last - base)) for first, last in bounds]


def next_free(subnet: Subnet, wanted: Address, taken: Container[Address | None]) -> Address | None:
    """Give the first address of a subnet that is not taken: the wanted one's host part, else one of those behind it."""
    place, _ = move_into(subnet, wanted, wanted)
    _, last = usable(subnet)
    behind = range(min(int(last) - int(place), _NEAR) + 1)
    return next((place + step for step in behind if place + step not in taken), None)


def without(start: Address, end: Address, address: Address) -> tuple[tuple[Address, Address], ...]:
    """Give the ranges that are left of a range when one of its addresses is taken out: two, one or none."""
    before = ((start, address - 1),) if int(address) > int(start) else ()
    return (*before, (address + 1, end)) if int(address) < int(end) else before


def free_range(subnet: Subnet, taken: Iterable[Address], least: int = 1) -> tuple[Address, Address] | None:
    """Give the widest range of usable addresses of a subnet that holds none of those taken; None where it is too small.

    It is cut to 256 or what is needed: libvirt takes no more than 65,535 addresses, and few have that many guests.
    """
    first, last = usable(subnet)
    stops = [int(first) - 1, *sorted({int(each) for each in taken if each in subnet}), int(last) + 1]
    gaps = [(above - below - 1, below + 1) for below, above in pairwise(stops)]
    size, start = max(gaps, key=lambda gap: (gap[0], -gap[1]))
    begin = first + (start - int(first))
    return (begin, begin + (min(size, max(_WIDEST, least)) - 1)) if size >= max(least, 1) else None


def new_mac(seed: str, taken: Container[str]) -> str:
    """Make a MAC address with QEMU's prefix out of a seed, the same for the same seed, and none that is taken."""
    for attempt in count():
        digest = sha256(f"{seed}\0{attempt}".encode()).digest()
        mac = ":".join(("52:54:00", *(f"{byte:02x}" for byte in digest[:3])))
        if mac not in taken:
            return mac
    raise AssertionError("count() does not end")
