"""Statements of an inventory that contradict each other. They are noted, and the first of two is used."""

from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_interface
from itertools import islice
from typing import NamedTuple

from vnetlint.files.tomlplaces import Keys
from vnetlint.host.inventory import Inventory, Link

MOST = 10
"""The most contradictions that are noted."""


class Contradiction(NamedTuple):
    """A statement that contradicts another one, and why."""

    keys: Keys
    """The path of the later statement."""
    message: str


def contradictions(inventory: Inventory) -> tuple[Contradiction, ...]:
    """Return the first contradictions of an inventory."""
    return tuple(islice(_all(inventory), MOST))


def _all(inventory: Inventory) -> Iterator[Contradiction]:
    links = inventory.interfaces or ()
    for key, parts in (("interfaces", links), ("networks", inventory.networks), ("guests", inventory.guests)):
        yield from _twice(key, [each.name for each in parts or ()])
    yield from _masters(links)
    yield from _addresses(links)
    if inventory.interfaces is not None:
        yield from _absent(inventory, frozenset(each.name for each in links))
    yield from _bridges(inventory)
    for number, chain in enumerate(inventory.firewall or ()):
        if chain.libvirt_at is not None and not 0 <= chain.libvirt_at <= len(chain.rules):
            message = f"libvirt_at is {chain.libvirt_at}, but the chain has {len(chain.rules)} rules"
            yield Contradiction(("firewall", number, "libvirt_at"), message)


def _twice(key: str, names: Iterable[str]) -> Iterator[Contradiction]:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            yield Contradiction((key, number, "name"), f"'{name}' is listed twice in '{key}'")
        seen.add(name)


def _masters(links: Iterable[Link]) -> Iterator[Contradiction]:
    """Yield ports that two bridges have, or whose bridge is not the one that they name."""
    masters = {each.name: each.master for each in links if each.master}
    for number, link in enumerate(links):
        if link.master == link.name:
            yield Contradiction(("interfaces", number, "master"), f"'{link.name}' is a port of itself")
        for place, port in enumerate(link.ports or ()):
            other = masters.setdefault(port, link.name)
            if other != link.name:
                keys: Keys = ("interfaces", number, "ports", place)
                yield Contradiction(keys, f"'{port}' is a port of '{link.name}' and of '{other}'")


def _addresses(links: Iterable[Link]) -> Iterator[Contradiction]:
    owners: dict[object, str] = {}
    for number, link in enumerate(links):
        for place, value in enumerate(link.addresses):
            address = ip_interface(value).ip
            other = owners.setdefault(address, link.name)
            if other != link.name and not address.is_link_local:
                keys: Keys = ("interfaces", number, "addresses", place)
                yield Contradiction(keys, f"address {address} is on '{link.name}' and on '{other}'")


def _absent(inventory: Inventory, names: frozenset[str]) -> Iterator[Contradiction]:
    """Yield what names an interface that is not listed."""
    for number, link in enumerate(inventory.interfaces or ()):
        for key, name in (("master", link.master), ("parent", link.parent)):
            if name and name not in names:
                keys: Keys = ("interfaces", number, key)
                yield Contradiction(keys, f"the {key} of '{link.name}' is '{name}', which is not in 'interfaces'")
        for place, port in enumerate(link.ports or ()):
            if port not in names:
                keys = ("interfaces", number, "ports", place)
                yield Contradiction(keys, f"'{port}', a port of '{link.name}', is not in 'interfaces'")
    unlisted = "which is not in 'interfaces'"
    for number, route in enumerate(inventory.routes or ()):
        if route.dev and route.dev not in names:
            message = f"the route to {route.to} uses '{route.dev}', {unlisted}"
            yield Contradiction(("routes", number, "dev"), message)
    for number, machine in enumerate(inventory.machines):
        if machine.on not in names and machine.on != "internet":
            message = f"the machine '{machine.name}' is on '{machine.on}', {unlisted}"
            yield Contradiction(("machines", number, "on"), message)


def _bridges(inventory: Inventory) -> Iterator[Contradiction]:
    owners: dict[str, str] = {}
    for number, network in enumerate(inventory.networks or ()):
        other = owners.setdefault(network.bridge, network.name) if network.bridge else network.name
        if other != network.name:
            keys: Keys = ("networks", number, "bridge")
            yield Contradiction(keys, f"'{network.bridge}' is the bridge of '{network.name}' and of '{other}'")


def lines(inventory: Inventory, place: Callable[..., str]) -> tuple[str, ...]:
    """Return a line for each contradiction. `place` returns `file:line:column` of a path of keys."""
    return tuple(f"{place(*each.keys)}: contradiction: {each.message}" for each in contradictions(inventory))
