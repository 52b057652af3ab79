"""What the steps of building share: the devices by name, and numbers that are free."""

from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from vnetlint.dataclass import dataclass
from vnetlint.model import Domain, Network
from vnetlint.project import Project
from vnetlint.reach.answer import IpVersion
from vnetlint.reach.libvirtrules import NetworkRules
from vnetlint.reach.packet import Own, Prefix
from vnetlint.reach.segment import Device, Port
from vnetlint.reach.station import Nic, StationRoute
from vnetlint.reach.world import Lan, World
from vnetlint.version import VersionError, parse_version

if TYPE_CHECKING:
    from vnetlint.host.inventory import Machine

PHYSICAL = ("nic", "bond", "vlan")


@dataclass(eq=False)
class Plan:
    """A world that is being built."""

    project: Project
    site: str
    world: World
    has_probes: bool = False
    bridges: dict[str, Device] = field(default_factory=dict)
    """Bridges and Open vSwitches by name."""
    nics: dict[str, Device] = field(default_factory=dict)
    """The host's NICs by name, and bridges that have macvtap guests."""
    host_nics: dict[str, Nic] = field(default_factory=dict)
    """The host's own ends by name."""
    lans: dict[str, Lan] = field(default_factory=dict)
    """The LANs by the name of a NIC, or of a bridge whose ports are not known."""
    lan_of: dict[str, str] = field(default_factory=dict)
    """For an interface of the host, the name of the LAN that it leads to."""
    networks: dict[str, Network] = field(default_factory=dict)
    """The networks that run, by name."""
    bridge_names: dict[Network, str] = field(default_factory=dict)
    rules: dict[tuple[str, IpVersion], NetworkRules] = field(default_factory=dict)
    taken: set[tuple[IpVersion, int]] = field(default_factory=set)
    """The addresses that somebody has."""
    _looked_at: dict[tuple[Prefix, int], int] = field(default_factory=dict)
    """The places of a subnet, from one on, before which no address is free."""

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        """The guests of the host; of several with one name, which are versions of one, the first."""
        found: dict[str | Domain, Domain] = {}
        for each in self.project.guests.all:
            if self.project.host_of(each) == self.site:
                found.setdefault(each.name or each, each)
        return tuple(found.values())

    # What is on which LAN is asked once the host's own ends are there.

    @cached_property
    def nics_of_lans(self) -> dict[str, list[Nic]]:
        """The host's own ends by the LAN that they lead to."""
        found: dict[str, list[Nic]] = {}
        for each in self.host_nics.values():
            if each.name in self.lan_of:
                found.setdefault(self.lan_of[each.name], []).append(each)
        return found

    @cached_property
    def machines_of_lans(self) -> "dict[str, list[Machine]]":
        """The machines that the inventory names, by their LAN."""
        found: dict[str, list[Machine]] = {}
        for each in self.world.inventory.machines:
            if each.on in self.lan_of:
                found.setdefault(self.lan_of[each.on], []).append(each)
        return found

    @cached_property
    def gateways_of_lans(self) -> dict[str, list[StationRoute]]:
        """The default routes of the host that the inventory lists, by LAN."""
        found: dict[str, list[StationRoute]] = {}
        for each in self.world.host.routes:
            if each.prefix.length == 0 and each.gateway is not None and each.nic.name in self.lan_of:
                found.setdefault(self.lan_of[each.nic.name], []).append(each)
        return found

    @cached_property
    def numbers_of_lans(self) -> dict[str, int]:
        """The place of each LAN among all, from 0."""
        return {each.name: number for number, each in enumerate(self.world.lans)}

    @property
    def backend(self) -> str | None:
        """The firewall that libvirt uses: as the inventory says, else as its version implies; None if not known."""
        inventory = self.world.inventory
        if inventory.firewall_backend is not None:
            return inventory.firewall_backend
        if inventory.libvirt is not None and not self.has_libvirt("10.4.0"):
            return "iptables"
        # Since then distributions differ in which one libvirt takes if both are installed.
        tools = set(inventory.firewall_tools or ())
        return tools.pop() if len(tools) == 1 and inventory.libvirt is not None else None

    def has_libvirt(self, version: str) -> bool:
        """Whether the host's libvirt is known to be a version or newer."""
        try:
            return parse_version(self.world.inventory.libvirt or "0") >= parse_version(version)
        except VersionError:
            return False

    def take(self, prefix: Prefix, first: int) -> Own:
        """Return a free address of a subnet, from a place in it on."""
        size = prefix.mask ^ ((1 << (32 if prefix.version == 4 else 128)) - 1)
        for place in range(self._looked_at.get((prefix, first), first), first + 4096):
            self._looked_at[prefix, first] = place
            address = prefix.network + 1 + (place - 1) % max(1, size - 1)
            if (prefix.version, address) not in self.taken:
                break
        self.taken.add((prefix.version, address))
        return Own(address, prefix)

    def own_port(self, name: str) -> Port | None:
        """Return where the host's own stack is plugged into an interface; None for one that is not known."""
        nic = self.nics.get(name)
        if nic is not None:
            return nic.own if nic.own is not None and nic.own.peer is None else None
        bridge = self.bridges.get(name)
        return None if bridge is None else bridge.add("own")
