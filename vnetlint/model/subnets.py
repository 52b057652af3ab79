"""Which subnets overlap, and which are free: for a whole project in one pass, not pair by pair.

Two subnets overlap only if one holds the other. When they are sorted by address, wider ones first, the subnets that
hold another are the last few before it, each inside the one before: a stack.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import islice
from typing import Generic, TypeVar

from vnetlint.model.addresses import Subnet

PRIVATE: tuple[Subnet, ...] = tuple(map(ip_network, ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12")))
"""The private blocks of IPv4 (RFC 1918)."""

CUSTOMARY: tuple[Subnet, ...] = tuple(map(ip_network, ("192.168.0.0/24", "192.168.1.0/24", "192.168.122.0/24")))
"""Subnets of home routers and of libvirt's `default` network: a bad choice for a new network, even if free here."""

_SITE = 48
"""The prefix of an IPv6 site, in which a new subnet is searched."""

_BITS = {4: 32, 6: 128}
_Number = tuple[int, int, int]
"""A subnet as version, prefix length and its number among the subnets of that length."""


def holds(outer: Subnet, inner: Subnet) -> bool:
    """Whether a subnet holds all of another; false if their versions differ."""
    if outer.version != inner.version or outer.prefixlen > inner.prefixlen:
        return False
    return _number(inner)[2] >> (inner.prefixlen - outer.prefixlen) == _number(outer)[2]


def overlap(one: Subnet, other: Subnet) -> bool:
    """Whether two subnets share an address."""
    return holds(one, other) or holds(other, one)


_Item = TypeVar("_Item")


class SubnetIndex(Generic[_Item]):
    """Items by subnet, so that those that overlap another subnet are found without looking at the rest."""

    MOST = 64
    """The most items of one kind (equal, holding, inside) that are looked at."""

    def __init__(self, items: Iterable[tuple[Subnet, _Item]]) -> None:
        numbered = [(_number(subnet), place, item) for place, (subnet, item) in enumerate(items)]
        self._by_number: dict[_Number, list[tuple[int, _Item]]] = {}
        for number, place, item in numbered:
            self._by_number.setdefault(number, []).append((place, item))
        self._lengths = sorted({number[:2] for number in self._by_number}, reverse=True)
        self._ordered = sorted(self._by_number, key=_first)

    def equal(self, subnet: Subnet) -> Iterator[_Item]:
        """Yield the items with exactly this subnet, in their order."""
        return (item for _, item in self._by_number.get(_number(subnet), ()))

    def overlapping(self, subnet: Subnet) -> list[_Item]:
        """Return the items whose subnets share an address with one, in their order; of very many, only some."""
        version, length, place = _number(subnet)
        lengths = (each for one, each in self._lengths if one == version and each <= length)
        around = ((version, each, place >> (length - each)) for each in lengths)
        found = [entry for number in around for entry in self._by_number.get(number, ())[: self.MOST]]
        rest = _BITS[version] - length
        begin = bisect_left(self._ordered, (version, place << rest), key=_first)
        end = bisect_left(self._ordered, (version, (place + 1) << rest), key=_first)
        inside = (self._ordered[at] for at in range(begin, end))
        narrower = (entry for number in inside if number[1] > length for entry in self._by_number[number])
        return [item for _, item in sorted((*found, *islice(narrower, self.MOST)), key=lambda entry: entry[0])]


class FreeSubnets:
    """Returns subnets that overlap none in use and none returned before."""

    def __init__(self, used: Iterable[Subnet]) -> None:
        """Note the subnets in use."""
        self._used: set[_Number] = set()
        self._holding: set[_Number] = set()
        """The subnets that hold one in use, of each length that was asked for."""
        self._lengths: dict[int, set[int]] = {4: set(), 6: set()}
        self._asked: dict[int, set[int]] = {4: set(), 6: set()}
        self._left: dict[tuple[int, Subnet | None], list[tuple[int, int]]] = {}
        for each in (*used, *CUSTOMARY):
            self._mark(_number(each))

    def take(self, like: Subnet) -> Subnet | None:
        """Return the next free subnet of the same size: in the same private block or IPv6 site, else in another."""
        if like.prefixlen not in self._asked[like.version]:
            self._asked[like.version].add(like.prefixlen)
            for each in self._used:
                self._note_holding(each)
        home = next((block for block in _blocks(like) if holds(block, like)), None)
        ranges = self._left.setdefault((like.prefixlen, home), list(_ranges(like, home)))
        while ranges:
            place = self._next_free(like, *ranges[0])
            if place is not None:
                ranges[0] = (place + 1, ranges[0][1])
                self._mark((like.version, like.prefixlen, place))
                return _subnet(like, place)
            del ranges[0]
        return None

    def _mark(self, number: _Number) -> None:
        self._used.add(number)
        self._lengths[number[0]].add(number[1])
        self._note_holding(number)

    def _note_holding(self, number: _Number) -> None:
        version, length, place = number
        wider = (each for each in self._asked[version] if each < length)
        self._holding.update((version, each, place >> (length - each)) for each in wider)

    def _next_free(self, like: Subnet, place: int, end: int) -> int | None:
        """Return the number of a free subnet, skipping all that a wider subnet uses at once."""
        length, version = like.prefixlen, like.version
        while place < end:
            up = (length - each for each in self._lengths[version] if each <= length)
            taken = next((step for step in up if (version, length - step, place >> step) in self._used), None)
            if taken is not None:
                place = ((place >> taken) + 1) << taken
            elif (version, length, place) in self._holding:
                place += 1
            else:
                return place
        return None


def _number(subnet: Subnet) -> _Number:
    bits = _BITS[subnet.version]
    return subnet.version, subnet.prefixlen, int(subnet.network_address) >> (bits - subnet.prefixlen)


def _first(number: _Number) -> tuple[int, int]:
    """Return the first address of a subnet, after its version."""
    version, length, place = number
    return version, place << (_BITS[version] - length)


def _subnet(like: Subnet, place: int) -> Subnet:
    address = place << (_BITS[like.version] - like.prefixlen)
    return (IPv4Network if like.version == 4 else IPv6Network)((address, like.prefixlen))


def _blocks(like: Subnet) -> tuple[Subnet, ...]:
    if like.version == 4:
        return PRIVATE
    return (like.supernet(new_prefix=_SITE),) if like.prefixlen > _SITE else ()


def _ranges(like: Subnet, home: Subnet | None) -> Iterable[tuple[int, int]]:
    """Yield the numbers to try: after the subnet in its own block, before it there, then the other blocks."""
    own = _number(like)[2]
    for block in sorted(_blocks(like), key=lambda each: each is not home):
        if block.prefixlen > like.prefixlen:
            continue
        step = like.prefixlen - block.prefixlen
        first = _number(block)[2] << step
        end = first + (1 << step)
        yield from ((own + 1, end), (first, own)) if block is home else ((first, end),)
