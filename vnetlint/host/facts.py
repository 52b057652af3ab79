"""A host, as rules ask about it: questions that an inventory answers.

Rules follow the version of libvirt: the inventory's, or else `--target-libvirt`. If neither is known, what only some
versions refuse is a warning that names them: supported distributions ship both, so an error would be wrong on half of
the hosts, and silence on the others.
"""

import posixpath
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from vnetlint.host.guest import HostGuest
from vnetlint.host.inventory import HostDevice, HostNetwork, HostRoute, Inventory, Link
from vnetlint.host.names import comes_and_goes, engine_of, is_of_libvirt
from vnetlint.model.addresses import Address, Subnet, parse_address
from vnetlint.model.network import DEFAULT_ADDRESS, DEFAULT_BRIDGE, DEFAULT_NETWORK
from vnetlint.model.subnets import SubnetIndex, holds
from vnetlint.version import VersionError, parse_version

PHYSICAL = frozenset({"nic", "bond", "vlan"})
"""The kinds of interface that lead out of the host."""


_Item = TypeVar("_Item")
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class Host:
    """What is known about a host. What the inventory leaves out is unknown."""

    inventory: Inventory
    remarks: tuple[str, ...] = field(default=(), compare=False)
    """A line for each contradiction in the inventory's file, with its place."""

    @classmethod
    def of(cls, data: object) -> "Host":
        """Return the host that an inventory in plain values describes, such as parsed JSON."""
        return cls(Inventory.model_validate(data))

    @property
    def links(self) -> tuple[Link, ...]:
        """The interfaces that are known; none where the inventory lists none."""
        return self.inventory.interfaces or ()

    @property
    def _routes(self) -> tuple[HostRoute, ...]:
        """The routes that are known; none where the inventory lists none."""
        return self.inventory.routes or ()

    @property
    def _networks(self) -> tuple[HostNetwork, ...]:
        """The libvirt networks that are known; none where the inventory lists none."""
        return self.inventory.networks or ()

    def has_libvirt(self, version: str) -> bool:
        """Whether the host's libvirt is known, and is this version or newer."""
        try:
            return parse_version(self.inventory.libvirt or "0") >= parse_version(version)
        except VersionError:
            return False

    def link(self, name: str) -> Link | None:
        """Return an interface by name."""
        return self._links.get(name)

    @cached_property
    def _links(self) -> dict[str, Link]:
        return {link.name: link for link in reversed(self.links)}

    def lacks(self, name: str) -> bool:
        """Whether all interfaces are known and none has this name."""
        return self.inventory.interfaces is not None and not self.inventory.partial and self.link(name) is None

    def lacks_for_good(self, name: str) -> bool:
        """Whether an interface is known to be missing, and not one that comes with a connection, such as a VPN's."""
        return self.lacks(name) and not comes_and_goes(name)

    def egress(self, version: int) -> str | None:
        """Return the device of the default route of an IP version; None where it is unknown or there are several."""
        found = {route.dev for route in self._defaults if route.subnet.version == version}
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _defaults(self) -> tuple[HostRoute, ...]:
        return tuple(route for route in self._routes if route.subnet.prefixlen == 0)

    @cached_property
    def _routes_by_device(self) -> dict[str | None, list[HostRoute]]:
        return _grouped(self._routes, lambda route: (route.dev,))

    def has_folder(self, path: str) -> bool:
        """Whether a folder is listed, or one below it is."""
        return "/" + posixpath.normpath(path).strip("/") in self._folders

    @cached_property
    def _folders(self) -> frozenset[str]:
        """The folders that are listed, and those around them."""
        found: set[str] = set()
        for each in self.inventory.folders or ():
            folder = "/" + each.lstrip("/")
            while folder not in found:
                found.add(folder)
                folder = posixpath.dirname(folder)
        return frozenset(found)

    @cached_property
    def loses_routes_by(self) -> str | None:
        """The interface whose IPv6 routes come from router advertisements, which the kernel drops once it forwards."""
        routes = (each for each in self._routes if each.advertised and each.subnet.version == 6)
        links = (self.link(each.dev) for each in routes if each.dev)
        return next((link.name for link in links if link is not None and link.accept_ra == 1), None)

    @cached_property
    def dns_on_all_addresses(self) -> bool:
        """Whether something other than libvirt listens on port 53 of all addresses; `::` is usually both families."""
        tcp = (each.address for each in self.inventory.listeners or () if each.port == 53)
        return any(address in ("0.0.0.0", "::", "*", None) for address in (*(self.inventory.dns_listeners or ()), *tcp))

    @property
    def drops_forwarded(self) -> bool:
        """Whether the firewall drops or rejects, by default, what the host forwards."""
        return self.inventory.forward_policy in ("drop", "reject")

    @property
    def drops_input(self) -> bool:
        """Whether the firewall drops or rejects, by default, what is sent to the host itself."""
        return self.inventory.input_policy in ("drop", "reject")

    def pci_device(self, address: str | None) -> HostDevice | None:
        """Return a PCI device by its address."""
        return self._pci_devices.get(address)

    @cached_property
    def _pci_devices(self) -> dict[str | None, HostDevice]:
        return {each.address: each for each in reversed(self.inventory.pci_devices or ())}

    @cached_property
    def _guests(self) -> dict[str | None, list[HostGuest]]:
        return _grouped(self.inventory.guests or (), lambda each: (each.name,))

    def starts_guest(self, name: str | None) -> bool | None:
        """Whether a guest starts with the host; None if that is not known."""
        return next((each.autostart for each in self._guests.get(name, ())), None)

    def forwards_in(self, name: str | None) -> bool:
        """Whether a guest is known to forward packets between its NICs."""
        return any(each.forwarding is True for each in self._guests.get(name, ()))

    def network(self, name: str) -> HostNetwork | None:
        """Return a libvirt network of the host by name."""
        return self._networks_by_name.get(name)

    @cached_property
    def _networks_by_name(self) -> dict[str, HostNetwork]:
        return {each.name: each for each in reversed(self._networks)}

    @cached_property
    def _makers(self) -> dict[str | None, HostNetwork]:
        return {each.bridge: each for each in reversed(self._networks)}

    def maker_of(self, bridge: str) -> HostNetwork | None:
        """Return the libvirt network that makes a bridge, by the name of the bridge."""
        return self._makers.get(bridge)

    def lacks_maker(self, bridge: str) -> bool:
        """Whether a bridge is known to be missing, and no network of the host makes one of that name."""
        known = self.inventory.networks is not None and self._makers.keys().isdisjoint((None, "", bridge))
        return self.lacks(bridge) and known and engine_of(bridge) is None

    def bridge_maker(self, name: str) -> str | None:
        """Return what makes a bridge and decides where it leads, in words; None for the host's own and unknown names.

        A bridge with a NIC among its ports is the host's own, whatever its name.
        """
        link = self.link(name)
        if self.has_uplink(name) or (link is not None and link.kind not in ("bridge", "other")):
            return None
        network = self.maker_of(name)
        if network is not None:
            return f"the network '{network.name}'"
        addresses = [each.split("/")[0] for each in link.addresses] if link else []
        if name == DEFAULT_BRIDGE or DEFAULT_ADDRESS in addresses:
            return f"the network '{DEFAULT_NETWORK}'"
        if is_of_libvirt(name):
            return "libvirt"
        return engine_of(name)

    def libvirt_bridge(self, name: str) -> str | None:
        """Return the libvirt network that makes a bridge, in words; None where something else does."""
        maker = self.bridge_maker(name)
        return maker if maker and maker != engine_of(name) and maker != "libvirt" else None

    @property
    def filters_by_nftables(self) -> bool:
        """Whether libvirt uses nftables: as the inventory says, else as libvirt chooses since 10.4."""
        if self.inventory.firewall_backend:
            return self.inventory.firewall_backend == "nftables"
        tools = self.inventory.firewall_tools
        return self.has_libvirt("10.4.0") and (tools is None or "nftables" in tools)

    @staticmethod
    def engine_of(bridge: str) -> str | None:
        """Return the program other than libvirt that makes bridges of this name, such as Docker."""
        return engine_of(bridge)

    def leads_elsewhere(self, name: str) -> bool:
        """Whether an interface has an address or a route of its own, or may, so that it leads to a LAN or a VPN."""
        link = self.link(name)
        return bool(link and (link.addresses or link.dynamic)) or name in self._routes_by_device

    def lans_of(self, name: str) -> tuple[Subnet, ...]:
        """Return the subnets that an interface leads to directly, by its addresses and the host's routes."""
        link = self.link(name)
        routes = (each.subnet for each in self._routes_by_device.get(name, ()) if each.via is None)
        return (*(link.subnets if link else ()), *(each for each in routes if each.prefixlen))

    def carries(self, name: str) -> bool:
        """Whether the host itself uses an interface: directly, by a VLAN on it, or by what it is a port of."""
        waiting, seen = [name], {name}
        while waiting:
            current = waiting.pop()
            if self.leads_elsewhere(current):
                return True
            found = {each.name for each in (*self.vlans_on(current), *self.uppers(current))} - seen
            waiting += found
            seen |= found
        return False

    def uppers(self, name: str) -> list[Link]:
        """Return what an interface is a port of, as either of the two says."""
        link = self.link(name)
        over = [self.link(link.master)] if link and link.master else []
        over += self._holders.get(name, ())
        return [each for each in over if each is not None]

    @cached_property
    def _holders(self) -> dict[str, list[Link]]:
        """The interfaces by the names of their ports."""
        return _grouped(self.links, lambda link: dict.fromkeys(link.ports or ()))

    @cached_property
    def _ports(self) -> dict[str | None, list[Link]]:
        """The interfaces by what they are a port of."""
        return _grouped(self.links, lambda link: (link.master,))

    @cached_property
    def _vlans(self) -> dict[str, list[Link]]:
        """The VLAN devices by each beginning of their names before a dot."""
        vlans = (link for link in self.links if link.kind == "vlan")
        return _grouped(vlans, lambda link: [link.name[:at] for at, each in enumerate(link.name) if each == "."])

    def vlans_on(self, name: str) -> tuple[Link, ...]:
        """Return the VLAN devices on an interface, by their customary names such as eth0.10."""
        return tuple(self._vlans.get(name, ()))

    def ports_of(self, bridge: str) -> tuple[Link, ...] | None:
        """Return a bridge's ports, as it or they say; None where neither does."""
        link = self.link(bridge)
        if link is None:
            return None
        enslaved = self._ports.get(bridge, [])
        if link.ports is None and not enslaved:
            return None
        listed = (self.link(port) or Link.model_validate({"name": port}) for port in link.ports or ())
        return tuple({each.name: each for each in (*listed, *enslaved)}.values())

    def upper(self, name: str) -> Link | None:
        """Return the bridge or bond that an interface is a port of, as either of the two says."""
        return next((each for each in self.uppers(name) if each.kind in ("bridge", "bond", "ovs")), None)

    def is_plain(self, name: str) -> bool:
        """Whether an interface is known to be neither a bridge nor a switch, and has no ports."""
        link = self.link(name)
        plain = link is not None and link.kind not in ("bridge", "ovs", "other") and not link.ports
        return plain and name not in self._ports

    def has_uplink(self, bridge: str) -> bool | None:
        """Whether a bridge has a port that leads out of the host; None where its ports are unknown.

        A veth may lead to another bridge, and an Open vSwitch has patch ports that no inventory lists.
        """
        if bridge not in self._uplinks:
            self._uplinks[bridge] = self._find_uplink(bridge)
        return self._uplinks[bridge]

    def _find_uplink(self, bridge: str) -> bool | None:
        ports, link = self.ports_of(bridge), self.link(bridge)
        if ports is None or link is None:
            return None
        if any(port.kind in (*PHYSICAL, "other") for port in ports):
            return True
        unknown = link.kind in ("ovs", "other") or any(port.kind in ("veth", "bridge", "ovs") for port in ports)
        return None if unknown else False

    @cached_property
    def _uplinks(self) -> dict[str, bool | None]:
        """What `has_uplink` found: each guest on a bridge asks again."""
        return {}

    @cached_property
    def uplinked_bridges(self) -> tuple[str, ...]:
        """The names of the Linux bridges that are known to lead out of the host."""
        bridges = (link.name for link in self.links if link.kind == "bridge")
        return tuple(name for name in bridges if self.has_uplink(name))

    @cached_property
    def vfs(self) -> tuple[str, ...] | None:
        """The PCI addresses of all virtual functions; None where those of some NIC are unknown."""
        nics = [link for link in self.links if link.kind == "nic"]
        return self.told_vfs if nics and all(nic.vfs is not None for nic in nics) else None

    @cached_property
    def told_vfs(self) -> tuple[str, ...]:
        """The PCI addresses of the virtual functions that are listed; there may be more."""
        return tuple(each for link in self.links if link.kind == "nic" for each in link.vfs or ())

    @cached_property
    def own_addresses(self) -> tuple[Address, ...]:
        """The addresses of all interfaces."""
        values = (value.split("/")[0] for link in self.links for value in link.addresses)
        return tuple(address for value in values if (address := parse_address(value)))

    def is_reached_from_upstream(self, subnet: Subnet) -> bool:
        """Whether a route of the upstream router leads a whole subnet to this host, or may."""
        return any(holds(each, subnet) for each in self._led_back.overlapping(subnet))

    @cached_property
    def _led_back(self) -> SubnetIndex[Subnet]:
        """The subnets that the upstream router leads to this host, or may."""
        own = frozenset(self.own_addresses)
        may_be_own = not own or self.inventory.partial or any(link.dynamic for link in self.links)
        routes = self.inventory.upstream.routes or ()
        found = (each.subnet for each in routes if may_be_own or each.gateway is None or each.gateway in own)
        return SubnetIndex((each, each) for each in found)

    def lans(self, version: int) -> list[str]:
        """Return the devices that lead out of the host and have an address of an IP version."""
        return self._lans.get(version, [])

    @cached_property
    def _lans(self) -> dict[int, list[str]]:
        leading = (link for link in self.links if link.kind in PHYSICAL)
        families = ((link.name, {subnet.version for subnet in link.subnets}) for link in leading)
        found: dict[int, list[str]] = {}
        for name, versions in families:
            for each in versions:
                found.setdefault(each, []).append(name)
        return found

    def address_towards_upstream(self, version: int) -> Address | None:
        """Return the host's address on the segment of its default route, for an IP version."""
        return self._towards_upstream[0 if version == 4 else 1]

    @cached_property
    def _towards_upstream(self) -> tuple[Address | None, Address | None]:
        return self._find_towards_upstream(4), self._find_towards_upstream(6)

    def _find_towards_upstream(self, version: int) -> Address | None:
        # A default route may be of IPv4 although its gateway is of IPv6: the inventory writes `default` for both.
        gateways = (route.gateway for route in self._defaults if route.gateway)
        for gateway in (each for each in gateways if each.version == version):
            for link in self.links:
                for value, subnet in zip(link.addresses, link.subnets, strict=True):
                    if gateway in subnet:
                        return parse_address(value.split("/")[0])
        return None

    @cached_property
    def free_nics(self) -> tuple[Link, ...]:
        """The wired NICs that are a port of nothing, those without an address first."""
        taken = {port for link in self.links for port in link.ports or ()}
        free = (
            link
            for link in self.links
            if link.kind in PHYSICAL and link.master is None and link.name not in taken and not link.wireless
        )
        return tuple(sorted(free, key=lambda link: bool(link.addresses or link.dynamic)))

    @cached_property
    def spare_nics(self) -> tuple[Link, ...]:
        """The free NICs that the host does not use itself, by address, route or VLAN, and that are not down."""
        free = (link for link in self.free_nics if link.kind != "vlan" and not link.is_vf and link.up is not False)
        return tuple(link for link in free if not self.carries(link.name) and not self.vlans_on(link.name))


def _grouped(items: Iterable[_Item], keys: Callable[[_Item], Iterable[_Key]]) -> dict[_Key, list[_Item]]:
    """Return a table of items by each of their keys."""
    found: dict[_Key, list[_Item]] = {}
    for item in items:
        for key in keys(item):
            found.setdefault(key, []).append(item)
    return found
