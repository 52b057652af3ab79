"""The bridges of a project, by name: what makes them, and who joins them.

Every bridge has a maker: libvirt, Docker or another program, or the administrator of the host (None). Rules about a
bridge of the host ask for it, so none of them advises adding a NIC to `virbr0`.
"""

from collections import defaultdict
from collections.abc import Sequence

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
from vnetlint.model import Interface, Network
from vnetlint.model.network import Mode
from vnetlint.model.view import Named, known
from vnetlint.project.guests import Guests
from vnetlint.project.networks import Networks
from vnetlint.project.site import Site, grouped, place_of
from vnetlint.xml.node import Attribute, Node


@dataclass(frozen=True, eq=False)
class Bridges:
    """The bridges that networks make or join, and that guests join."""

    networks: Networks
    guests: Guests
    site: Site

    @cached_property
    def by_name(self) -> dict[str, list[Network]]:
        """Networks by the name of the bridge that they make or join."""
        return grouped(self.networks.all, lambda network: network.bridge_name)

    @cached_property
    def places(self) -> dict[str, list[Attribute]]:
        """Every attribute that names a bridge, of networks and of guests, by that name."""
        table: defaultdict[str, list[Attribute]] = defaultdict(list)
        named = [network.bridge.attribute("name") for network in self.networks.all if network.bridge]
        for place in (*named, *(interface.bridge for interface in self.guests.interfaces)):
            if place is not None:
                table[place.value].append(place)
        return dict(table)

    @cached_property
    def taken_names(self) -> frozenset[str]:
        """The names of all bridges of the project and all interfaces of the host."""
        links = self.site.host.links if self.site.host else ()
        bridges = (each.bridge for each in self.site.host_networks if each.bridge)
        return frozenset((*self.places, *(link.name for link in links), *bridges))

    def name_of(self, network: Network) -> str:
        """Return the bridge of a network for a command to show: as written, else as the inventory says."""
        on_host = (each.bridge for each in self.site.host_networks if each.name == network.name and each.bridge)
        return network.bridge_name or next(on_host, None) or "BRIDGE"

    def maker_of(self, name: str) -> str | None:
        """Return what makes a bridge and decides where it leads, in words; None for the host's own.

        That is a libvirt network of these files or of the host, or a program such as Docker. Nobody adds ports to such
        a bridge by hand.
        """
        made = self._makers.get(name)
        if made is not None:
            return f"the network '{made.name}'" if made.name else "a network of these files"
        return self.site.host.bridge_maker(name) if self.site.host else None

    @cached_property
    def _makers(self) -> dict[str, Network]:
        """The first network that makes each bridge."""
        made = (each for each in reversed(self.networks.all) if each.owns_bridge)
        return {each.bridge_name: each for each in made if each.bridge_name}

    def network_on(self, bridge: str, beside: Named, *roles: Mode) -> Network | None:
        """Return another named network of the same host that has one of the roles on a bridge.

        An earlier role comes first. The role of a network that makes the bridge is its mode; the role of one that joins
        it and isolates its guests is `bridge`.
        """
        host = self.site.host_of(beside)
        found = (each for role in roles for each in self._by_role.get((host, bridge, role), ()))
        return next((each for each in found if self.site.same_host(each, beside)), None)

    @cached_property
    def _by_role(self) -> dict[tuple[str, str, Mode], list[Network]]:
        """The first two of each host, bridge and role, so that one remains if the other asks."""
        table: defaultdict[tuple[str, str, Mode], list[Network]] = defaultdict(list)
        for network in sorted(self.networks.all, key=place_of):
            takes_part = network.owns_bridge or (network.host_bridge is not None and network.isolates_ports)
            name = network.bridge_name
            if network.mode is not None and name is not None and network.name and takes_part:
                found = table[self.site.host_of(network), name, network.mode]
                if len(found) < 2 and network.name not in [each.name for each in found]:
                    found.append(network)
        return dict(table)

    def joined_by(self, user: Network | Interface) -> Attribute | None:
        """Return what names the host's bridge that a user joins: in itself, or in the network that it names."""
        return (self.networks.of(user) or user).host_bridge

    def owner_for(self, interface: Interface) -> Network | None:
        """Return the network that makes the bridge which an interface joins, by network or by the bridge's name."""
        network, joined = self.networks.of(interface), self.joined_by(interface)
        if joined is not None:
            return self.network_on(joined.value, interface.domain, "nat", "route", "open", "isolated")
        return network if network and network.owns_bridge else None

    def isolating_maker(self, network: Network) -> Network | None:
        """Return the isolated network of the same host that makes the bridge which a network joins."""
        place = network.host_bridge
        return self.network_on(place.value, network, "isolated") if place else None

    @cached_property
    def sharers(self) -> dict[Network, Network]:
        """For each network that joins a bridge of the host without a VLAN, an earlier one of the same host there."""
        return self.networks.rivals(_untagged_bridge)

    def joining(self, bridge: str, beside: Named) -> tuple[Interface, ...]:
        """Return the guests' NICs of the same host that join a bridge by its name."""
        return self._joining.get((self.site.host_of(beside), bridge), ())

    @cached_property
    def _joining(self) -> dict[tuple[str, str], tuple[Interface, ...]]:
        def key(each: Interface) -> tuple[str, str] | None:
            return (self.site.host_of(each.domain), each.host_bridge.value) if each.host_bridge else None

        return {name: tuple(nics) for name, nics in grouped(self.guests.interfaces, key).items()}

    def apart(self, user: Network | Interface) -> tuple[Interface | None, Interface | None]:
        """Return the first NIC with an isolated port and the first without, on the bridge of a network or interface.

        A network that isolates its guests itself has no such NICs.
        """
        if isinstance(user, Interface):
            place = user.host_bridge
            return self._apart.get((self.site.host_of(user.domain), place.value), _NONE) if place else _NONE
        bridged = user.attachment in ("own-bridge", "host-bridge") and user.node.child("port") is None
        return _first_apart(self.guests.interfaces_on(user)) if bridged else _NONE

    @cached_property
    def _apart(self) -> dict[tuple[str, str], tuple[Interface | None, Interface | None]]:
        return {key: _first_apart(nics) for key, nics in self._joining.items()}

    def tagged_on(self, bridge: str, beside: Named) -> tuple[Interface | None, Node | None]:
        """Return a guest's NIC of the same host that has a known VLAN on a bridge, and its `<tag>`."""
        return self._tagged.get((bridge, self.site.host_of(beside)), (None, None))

    @cached_property
    def _tagged(self) -> dict[tuple[str, str], tuple[Interface, Node]]:
        table: dict[tuple[str, str], tuple[Interface, Node]] = {}
        for each in sorted((one for one in self.guests.interfaces if one.bridge is not None), key=place_of):
            vlan = each.node.child("vlan")
            tag = next((one for one in vlan.all("tag") if known(one.get("id"))), None) if vlan else None
            if each.bridge is not None and tag is not None:
                table.setdefault((each.bridge.value, self.site.host_of(each.domain)), (each, tag))
        return table

    def on_openvswitch(self, user: Network | Interface) -> bool:
        """Whether the bridge that a network or interface names is known to the inventory as an Open vSwitch."""
        place = user.bridge if isinstance(user, Interface) or user.bridge is None else user.bridge.attribute("name")
        link = self.site.host.link(place.value) if self.site.host is not None and isinstance(place, Attribute) else None
        return link is not None and link.kind == "ovs"


_NONE = (None, None)


def _first_apart(nics: Sequence[Interface]) -> tuple[Interface | None, Interface | None]:
    isolated = next((each for each in nics if each.isolates_ports), None)
    return isolated, next((each for each in nics if not each.isolates_ports), None)


def _untagged_bridge(network: Network) -> str | None:
    """Return the bridge of the host that a network joins, where nothing but the bridge decides who is on it."""
    tagged = any(plug.vlan or plug.switch == "openvswitch" for plug in network.plugs)
    return network.host_bridge.value if network.host_bridge and not tagged else None
