"""Ranges of DHCP leases: how one can grow without touching an address that something has."""

from vnetlint.model.addresses import Address, usable
from vnetlint.model.network import Ip, Network, Range


def widened(network: Network, ip: Ip, leases: Range, size: int) -> tuple[Address, Address] | None:
    """Return a range extended to a size by free addresses, after it first, then before it; None without the room."""
    start, end, subnet = leases.start, leases.end, ip.subnet
    if start is None or end is None or subnet is None or start not in subnet or end not in subnet:
        return None
    taken = [int(each) for each in network.held(ip) if each.version == subnet.version]
    low, high = map(int, usable(subnet))
    # libvirt takes no range whose ends differ in more than the last 16 bits.
    low, high = max(low, int(start) >> 16 << 16), min(high, int(end) | 0xFFFF)
    low = max((low, *(each + 1 for each in taken if each < int(start))))
    high = min((high, *(each - 1 for each in taken if each > int(end))))
    last = max(int(end), min(high, int(start) + size - 1))
    first = min(int(start), max(low, last - size + 1))
    return (type(start)(first), type(end)(last)) if last - first + 1 >= size else None
