"""NICs of the host that guests use: by macvtap, as a pool, or as a whole device."""

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
from vnetlint.model import Interface, Network
from vnetlint.model.network import PciDevice
from vnetlint.model.view import Named, View, has_strays, known
from vnetlint.project.guests import Guests
from vnetlint.project.networks import Networks
from vnetlint.project.site import Site, grouped
from vnetlint.xml.node import Attribute

_FORWARD = ("mode", "dev", "managed")
"""The attributes that `<forward>` may have."""


@dataclass(frozen=True, eq=False)
class Devices:
    """The host's NICs, and who uses which of them."""

    networks: Networks
    guests: Guests
    site: Site

    @cached_property
    def macvtap_users(self) -> dict[str, list[Interface]]:
        """Guests' NICs of type `direct` by the host's NIC that they are on."""
        return grouped(self.guests.interfaces, lambda each: known(each.device.value) if each.device else None)

    @cached_property
    def name_rivals(self) -> dict[Interface, Interface]:
        """For each interface whose end on the host has a name, an earlier one with that name, of this guest or host.

        Two guests of one name do not count: they are two versions of one.
        """
        named = [each for each in self.guests.interfaces if self.guests.attachment_of(each) != "hostdev"]
        pairs = self.site.repeats(named, lambda each: each.own_device.value if each.own_device else None)
        return {each: first for each, first in pairs if self._compete(each, first)}

    def _compete(self, one: Interface, other: Interface) -> bool:
        """Whether two interfaces run on one host: of one guest, or of two different guests of that host."""
        return one.domain is other.domain or self.site.same_host(one.domain, other.domain)

    @cached_property
    def passthrough_rivals(self) -> dict[Interface, Interface]:
        """For each interface on a NIC by macvtap, an earlier one on it, if one of the two takes the NIC whole."""
        first: dict[tuple[str, str], tuple[Interface, Interface | None]] = {}
        found: dict[Interface, Interface] = {}
        for each in self.guests.interfaces:
            whole = each if each.direct_mode == "passthrough" else None
            for place in each.lower_devices:
                key = (self.site.host_of(each), place.value)
                earliest, taker = first.get(key, (each, None))
                first[key] = (earliest, taker or whole)
                other = earliest if whole else taker
                if other is not None and other is not each and self._compete(each, other):
                    found[each] = other
        return found

    @cached_property
    def spare_nic(self) -> str | None:
        """The first NIC of the host that neither the host itself nor these files use."""
        forwards = [network.forward for network in self.networks.all if network.forward]
        used = {place.value for forward in forwards for place in forward.devices} | self.macvtap_users.keys()
        spare = (link.name for link in (self.site.host.spare_nics if self.site.host else ()))
        return next((name for name in spare if name not in used), None)

    def pool_size(self, network: Network) -> int | None:
        """Return the number of devices of a network whose guests take one each; None if that is unknown."""
        forward = network.forward
        if forward is None or not network.takes_whole or has_strays(forward.node, *_FORWARD):
            return None
        if functions := forward.node.all("pf"):
            link = self.site.host.link(functions[0].get("dev") or "") if self.site.host else None
            return len(link.vfs) if link and link.vfs is not None and not forward.interfaces else None
        if network.mode == "hostdev":
            return None if forward.interfaces else len(forward.pci_devices)
        return len(network.lower_devices) if all(known(place.value) for place in forward.devices) else None

    def by_function(self, user: Network | Interface) -> bool:
        """Whether each guest takes a device, usually an SR-IOV function: by hostdev, or macvtap mode `passthrough`."""
        network = self.networks.of(user)
        if network is not None:
            return network.mode in ("hostdev", "passthrough")
        return isinstance(user, Interface) and (user.type == "hostdev" or user.direct_mode == "passthrough")

    def is_plain_nic(self, name: str) -> bool:
        """Whether an interface of the host is known not to be an SR-IOV virtual function."""
        link = self.site.host.link(name) if self.site.host else None
        return link is not None and (link.is_vf is False or bool(link.vfs) or link.kind not in ("nic", "other"))

    def passed_through(self, nic: str, beside: Named) -> tuple[str, View] | None:
        """Return the PCI address of a NIC and what passes it to a guest as a PCI device, on the same host."""
        link = self.site.host.link(nic) if self.site.host else None
        user = self._passed_through.get((self.site.host_of(beside), link.pci)) if link and link.pci else None
        return (link.pci, user) if link and link.pci and user else None

    @cached_property
    def _passed_through(self) -> dict[tuple[str, str], View]:
        """What passes a PCI device to guests, by host and address: `<hostdev>`, an interface, a network."""
        table: dict[tuple[str, str], View] = {}
        for network in (each for each in self.networks.all if each.mode == "hostdev" and each.forward):
            for device in network.forward.pci_devices if network.forward else ():
                if device.address:
                    table.setdefault((self.site.host_of(network), device.address), device)
        for interface in self.guests.interfaces:
            if interface.host_nic and interface.host_nic.address:
                table.setdefault((self.site.host_of(interface.domain), interface.host_nic.address), interface.host_nic)
        for domain in self.guests.all:
            sources = (node.child("source") for node in domain.devices_named("hostdev") if node.get("type") == "pci")
            for address in (source.child("address") for source in sources if source):
                passed = PciDevice(address) if address else None
                if passed and passed.address:
                    table.setdefault((self.site.host_of(domain), passed.address), passed)
        return table

    @cached_property
    def pool_rivals(self) -> dict[Attribute, tuple[Attribute, Network]]:
        """For each place that names a NIC for macvtap, the place of an earlier network with that NIC, and the network.

        Only if one of the two takes the NIC whole.
        """
        first: dict[tuple[str, str], tuple[tuple[Attribute, Network], tuple[Attribute, Network] | None]] = {}
        found: dict[Attribute, tuple[Attribute, Network]] = {}
        for network in self.networks.all:
            for place in network.lower_devices:
                key, entry = (self.site.host_of(network), place.value), (place, network)
                earliest, taker = first.get(key, (entry, None))
                whole = entry if network.mode == "passthrough" else None
                first[key] = (earliest, taker or whole)
                other = earliest if whole else taker
                if other is not None and self.site.same_host(other[1], network):
                    found[place] = other
        for interface in self.guests.interfaces:
            for place in interface.lower_devices:
                sharer, taker = first.get((self.site.host_of(interface), place.value), (None, None))
                other = taker or (sharer if interface.direct_mode == "passthrough" else None)
                if other is not None:
                    found[place] = other
        return found
