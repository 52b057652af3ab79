"""An inventory in the making: what files say about each interface, in any order, and remarks for the user."""

from dataclasses import dataclass, field
from typing import Any

from vnetlint.host.convert.sources import (
    PlacedText,
    default_of,
    destination,
    interface_address,
    listed,
    name_of,
    next_hop,
)
from vnetlint.host.inventory import Inventory
from vnetlint.model.addresses import Family

_RUN = "run `vnetlint host` on the machine to know them"
_WORDS: dict[Family, str] = {"ipv4": "IPv4", "ipv6": "IPv6"}


@dataclass
class LinkDraft:
    """An interface, as far as the files that were read describe it."""

    name: str
    kind: str | None = None
    addresses: list[str] = field(default_factory=list)
    master: str | None = None
    ports: list[str] | None = None
    ports_unknown: bool = False
    """Whether it has ports whose names no file has."""
    parent: str | None = None
    mtu: int | None = None
    wireless: bool | None = None
    is_vf: bool | None = None
    accept_ra: int | None = None
    dhcp: set[Family] = field(default_factory=set)
    advertised: bool = False
    """Whether routers may assign it IPv6 addresses and routes."""

    def address(self, text: PlacedText) -> None:
        """Add an address, unless it has it already."""
        value = interface_address(text)
        if value not in self.addresses:
            self.addresses.append(value)

    def add_ports(self, *names: str) -> None:
        """Add ports of a bridge, bond or switch. With none, it is known to have no ports yet."""
        self.ports = [*dict.fromkeys((*(self.ports or ()), *names))]

    @property
    def dynamic(self) -> tuple[Family, ...]:
        """The families whose addresses are not, or not all, in a file."""
        families: set[Family] = {*self.dhcp, *(("ipv6",) if self.advertised else ())}
        return tuple(sorted(families))


class Draft:
    """What the files that were read say so far."""

    def __init__(self) -> None:
        self.links: dict[str, LinkDraft] = {}
        self.routes: dict[tuple[str, str | None, str | None], None] = {}
        """The routes as destination, next hop and device, each once, in their order."""
        self.noted: dict[str, None] = {}
        self.forwarding: dict[str, bool] = {}
        self.is_complete = False
        """Whether all interfaces and routes of the machine are listed, as in a state that a tool read from it."""

    def link(self, name: PlacedText, kind: str | None = None) -> LinkDraft:
        """Return the interface of a name, which is added if it is new."""
        found = self.links.setdefault(name_of(name), LinkDraft(name.value))
        found.kind = kind or found.kind
        return found

    def remark(self, text: str) -> None:
        """Add a remark for the user, once."""
        self.noted[text] = None

    def route(self, dev: str | None, to: PlacedText | None, via: PlacedText | None) -> None:
        """Add a route; without a destination, it is a default route by the next hop."""
        hop = next_hop(via) if via else None
        family = hop or (to.value if to else "")
        target = default_of(family) if to is None or to.value == "default" else destination(to)
        self.routes[target, hop, dev] = None

    @property
    def remarks(self) -> tuple[str, ...]:
        """The remarks, in their order."""
        return tuple(self.noted)

    def inventory(self) -> Inventory:
        """Return the inventory, after the last remarks."""
        self._join_ports()
        if not self.is_complete:
            self._remark_what_is_assigned()
            self.remark(
                "the files name only what they configure, so the inventory is partial: other interfaces and routes are "
                "unknown, such as those that libvirt or Docker make"
            )
        data: dict[str, Any] = {
            "version": 1,
            "partial": not self.is_complete,
            "interfaces": [self._interface(each) for each in self.links.values()],
            "routes": [_route(*each) for each in self.routes],
            "forwarding": self.forwarding,
        }
        return Inventory.model_validate(data)

    def _interface(self, link: LinkDraft) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "name": link.name,
            "kind": link.kind,
            "addresses": link.addresses or None,
            "dynamic": (None if self.is_complete else link.dynamic) or None,
            "master": link.master,
            "ports": None if link.ports_unknown or link.kind == "bond" else link.ports,
            "parent": link.parent,
            "mtu": link.mtu,
            "wireless": link.wireless,
            "is_vf": link.is_vf,
            "accept_ra": link.accept_ra,
        }
        return {key: value for key, value in entry.items() if value is not None}

    def _join_ports(self) -> None:
        """Let each port know what it is a port of, and the other way round."""
        for link in [*self.links.values()]:
            # The inner port of a switch is usually named like the switch.
            link.ports = None if link.ports is None else [each for each in link.ports if each != link.name]
            link.master = None if link.master == link.name else link.master
            for port in link.ports or ():
                found = self.links.setdefault(port, LinkDraft(port))
                if found.master and found.master != link.name:
                    self.remark(f"{port} is a port of {found.master} and of {link.name}: only the first is taken")
                found.master = found.master or link.name
        for link in self.links.values():
            master = self.links.get(link.master or "")
            if master is not None:
                master.add_ports(link.name)
        for link in self.links.values():
            if link.ports is not None:
                link.ports = [each for each in link.ports if self.links[each].master == link.name]

    def _remark_what_is_assigned(self) -> None:
        groups: dict[tuple[Family, ...], list[str]] = {}
        for link in self.links.values():
            if link.dhcp:
                groups.setdefault(tuple(sorted(link.dhcp)), []).append(link.name)
        for families, names in groups.items():
            words = " and ".join(_WORDS[each] for each in families)
            verb, own = ("gets its", "") if len(names) == 1 else ("get their", "")
            self.remark(
                f"{listed(names)} {verb} {words} addresses by DHCP{own}, so the inventory does not have them, nor the "
                f"routes that come with them; {_RUN}"
            )
        heard = [each.name for each in self.links.values() if each.advertised]
        if heard:
            verb, it = ("accepts", "it") if len(heard) == 1 else ("accept", "they")
            self.remark(
                f"{listed(heard)} {verb} router advertisements, so {it} may have IPv6 addresses and routes that the "
                f"inventory does not have; {_RUN}"
            )


def _route(to: str, via: str | None, dev: str | None) -> dict[str, str]:
    return {key: value for key, value in (("to", to), ("via", via), ("dev", dev)) if value}
