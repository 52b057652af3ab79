"""Addresses as numbers, for speed, and the packet on its way."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_interface
from typing import Generic, TypeVar

from vnetlint.dataclass import dataclass
from vnetlint.model.addresses import Address, Family, Subnet
from vnetlint.reach.answer import IpVersion, Protocol

PLACEHOLDER = 0x20010DB8000000C0
"""The first 64 bits of the IPv6 subnet that stands for that of the first LAN; the next LANs have the next numbers."""
BITS = {4: 32, 6: 128}
FAMILIES: dict[IpVersion, Family] = {4: "ipv4", 6: "ipv6"}


@dataclass(frozen=True, slots=True)
class Prefix:
    """A subnet."""

    version: IpVersion
    network: int
    length: int
    mask: int

    @classmethod
    def of(cls, subnet: Subnet) -> "Prefix":
        """Return the prefix of a subnet."""
        version: IpVersion = 4 if subnet.version == 4 else 6
        return cls(version, int(subnet.network_address), subnet.prefixlen, int(subnet.netmask))

    def holds(self, address: int) -> bool:
        """Whether an address of the same IP version is in the subnet."""
        return address & self.mask == self.network

    def __str__(self) -> str:
        return f"{shown(self.version, self.network)}/{self.length}"


_Item = TypeVar("_Item")


class PrefixTable(Generic[_Item]):
    """Items by subnet, so that those that hold an address are found without looking at the others."""

    def __init__(self) -> None:
        self._items: dict[tuple[IpVersion, int, int], list[_Item]] = {}
        self._masks: dict[IpVersion, list[tuple[int, int]]] = {4: [], 6: []}
        """The lengths of the subnets of a version with their masks, the longest first."""

    def add(self, prefix: Prefix, item: _Item) -> None:
        """Add an item after those before it."""
        masks, mask = self._masks[prefix.version], (prefix.length, prefix.mask)
        if mask not in masks:
            masks.append(mask)
            masks.sort(reverse=True)
        self._items.setdefault((prefix.version, prefix.length, prefix.network), []).append(item)

    def holding(self, version: IpVersion, address: int) -> Iterator[_Item]:
        """Yield the items whose subnets hold an address, those of the longest prefix first."""
        for length, mask in self._masks[version]:
            yield from self._items.get((version, length, address & mask), ())


@dataclass(frozen=True, slots=True)
class Own:
    """An address of a NIC, with its subnet."""

    address: int
    prefix: Prefix

    @property
    def version(self) -> IpVersion:
        """The IP version."""
        return self.prefix.version


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet: the first of a connection, or the first reply."""

    version: IpVersion
    protocol: Protocol
    port: int | None
    """The port of the one that was asked."""
    source: int
    destination: int
    is_reply: bool = False

    def sent_as(self, source: int) -> "Packet":
        """Return the packet with another sender."""
        return replace(self, source=source)

    def sent_to(self, destination: int) -> "Packet":
        """Return the packet with another receiver."""
        return replace(self, destination=destination)


@lru_cache(maxsize=4096)
def own(value: str) -> Own:
    """Return an address with prefix, such as `192.168.50.10/24`."""
    interface = ip_interface(value)
    return Own(int(interface.ip), Prefix.of(interface.network))


def own_in(address: Address, subnet: Subnet) -> Own:
    """Return an address of a subnet."""
    return Own(int(address), Prefix.of(subnet))


def number(value: str) -> tuple[IpVersion, int]:
    """Return an address as its IP version and its number."""
    address = ip_address(value)
    return (4 if address.version == 4 else 6), int(address)


@lru_cache(maxsize=4096)
def shown(version: IpVersion, address: int) -> str:
    """Return an address as people write it."""
    return str(IPv4Address(address) if version == 4 else IPv6Address(address))


@lru_cache(maxsize=4096)
def is_global(version: IpVersion, address: int) -> bool:
    """Whether routers of the Internet carry an address; one that stands for an unknown IPv6 address counts as such."""
    if version == 6 and 0 <= (address >> 64) - PLACEHOLDER < 256:
        return True
    return (IPv4Address(address) if version == 4 else IPv6Address(address)).is_global
