"""`<network>`: a libvirt virtual network, its forward mode, bridge, addressing and port groups."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from vnetlint.model.addresses import Address, Family, Subnet, parse_address, parse_mac, subnet_of
from vnetlint.model.view import Named, View, known
from vnetlint.xml.tree import Attribute, Node

Mode = Literal["isolated", "nat", "route", "open", "bridge", "private", "vepa", "passthrough", "hostdev"]
Attachment = Literal["own-bridge", "host-bridge", "macvtap", "hostdev"]

OWN_BRIDGE_MODES: frozenset[Mode] = frozenset({"isolated", "nat", "route", "open"})
"""The modes in which libvirt makes the bridge, owns its addresses and runs dnsmasq on it."""


@dataclass(frozen=True, eq=False)
class Forward(View):
    """`<forward>`: how guests' traffic leaves."""

    @property
    def dev(self) -> str | None:
        """The one device that traffic may leave through."""
        return self.known("dev")

    @cached_property
    def devices(self) -> tuple[Attribute, ...]:
        """Every attribute that names a host device: `dev`, each `<interface dev=…>` and `<pf dev=…>`."""
        holders = [self.node, *self.node.all("interface"), *self.node.all("pf")]
        return tuple(holder.attributes["dev"] for holder in holders if "dev" in holder.attributes)

    @property
    def nat(self) -> Node | None:
        """`<nat>`: pools, ports and IPv6 translation."""
        return self.node.child("nat")

    @property
    def translates_ipv6(self) -> bool:
        """Whether IPv6 is masqueraded like IPv4."""
        return self.nat is not None and self.nat.get("ipv6") == "yes"


@dataclass(frozen=True, eq=False)
class Bridge(View):
    """`<bridge>`: the bridge that libvirt makes, or the host's own that it joins."""

    @property
    def name(self) -> str | None:
        """The interface name; without one libvirt chooses a free `virbrN`."""
        return self.known("name")


@dataclass(frozen=True, eq=False)
class Range(View):
    """`<range>`: the addresses that dnsmasq leases."""

    @property
    def start(self) -> Address | None:
        """The first address."""
        return parse_address(self.known("start"))

    @property
    def end(self) -> Address | None:
        """The last address."""
        return parse_address(self.known("end"))


@dataclass(frozen=True, eq=False)
class StaticHost(View):
    """`<host>` of `<dhcp>`: one client's fixed address."""

    @property
    def address(self) -> Address | None:
        """The address that the client gets."""
        return parse_address(self.known("ip"))

    @property
    def mac(self) -> str | None:
        """The client's MAC address, in lower case."""
        return parse_mac(self.known("mac"))


@dataclass(frozen=True, eq=False)
class Ip(View):
    """`<ip>`: an address of the bridge, the subnet that it spans, and its DHCP service."""

    @property
    def address(self) -> Address | None:
        """The bridge's address, which is the guests' gateway."""
        return parse_address(self.known("address"))

    @property
    def family(self) -> Family | None:
        """The family that the element declares; IPv4 unless said otherwise."""
        value = self.node.get("family")
        if value in (None, "", "ipv4"):
            return "ipv4"
        return "ipv6" if value == "ipv6" else None

    @cached_property
    def subnet(self) -> Subnet | None:
        """The subnet; None where address or mask is unknown or contradicts the family."""
        address = self.address
        if address is None or f"ipv{address.version}" != self.family:
            return None
        if ("prefix" in self.node.attributes and self.number("prefix") is None) or (
            "netmask" in self.node.attributes and parse_address(self.known("netmask")) is None
        ):
            return None
        return subnet_of(address, self.number("prefix"), parse_address(self.known("netmask")))

    @property
    def dhcp(self) -> Node | None:
        """`<dhcp>`."""
        return self.node.child("dhcp")

    @cached_property
    def ranges(self) -> tuple[Range, ...]:
        """The dynamic ranges."""
        return tuple(Range(node) for node in self.dhcp.all("range")) if self.dhcp else ()

    @cached_property
    def hosts(self) -> tuple[StaticHost, ...]:
        """The static hosts."""
        return tuple(StaticHost(node) for node in self.dhcp.all("host")) if self.dhcp else ()


@dataclass(frozen=True, eq=False)
class Route(View):
    """`<route>`: a route that libvirt adds to the host while the network runs."""

    @property
    def subnet(self) -> Subnet | None:
        """Where it leads; None where that is unknown."""
        return subnet_of(
            parse_address(self.known("address")), self.number("prefix"), parse_address(self.known("netmask"))
        )


@dataclass(frozen=True, eq=False)
class PortGroup(View):
    """`<portgroup>`: settings that a guest's interface can choose by name."""

    @property
    def name(self) -> str | None:
        """The name by which interfaces choose it."""
        return self.known("name")

    @property
    def is_default(self) -> bool:
        """Whether it serves interfaces that choose none."""
        return self.node.get("default") == "yes"


@dataclass(frozen=True, eq=False)
class Network(Named):
    """A virtual network."""

    @cached_property
    def forward(self) -> Forward | None:
        """`<forward>`; an isolated network has none."""
        node = self.node.child("forward")
        return Forward(node) if node else None

    @property
    def mode(self) -> Mode | None:
        """The forward mode; `isolated` without `<forward>`, `nat` without its `mode`, None where it is unknown.

        Of several `<forward>` libvirt reads the first.
        """
        if self.forward is None:
            return "isolated"
        written = self.forward.node.get("mode")
        if not written:
            return "nat"
        if written == "none":
            return "isolated"
        return next((mode for mode in get_args(Mode) if mode == written and mode != "isolated"), None)

    @property
    def mode_place(self) -> Node | Attribute:
        """The place that decides the mode: the `mode` attribute, else `<forward>`, else the root."""
        if self.forward is None:
            return self.node
        return self.forward.attribute("mode") or self.forward.node

    @cached_property
    def bridge(self) -> Bridge | None:
        """`<bridge>`."""
        node = self.node.child("bridge")
        return Bridge(node) if node else None

    @property
    def owns_bridge(self) -> bool:
        """Whether libvirt makes and addresses the bridge: isolated, NAT, routed and open networks."""
        return self.mode in OWN_BRIDGE_MODES

    @property
    def attachment(self) -> Attachment | None:
        """What a guest's NIC is plugged into; None where the mode is unknown."""
        if self.mode is None:
            return None
        if self.owns_bridge:
            return "own-bridge"
        if self.mode == "hostdev":
            return "hostdev"
        named = self.bridge is not None and self.bridge.node.get("name")
        return "host-bridge" if self.mode == "bridge" and named else "macvtap"

    @cached_property
    def ips(self) -> tuple[Ip, ...]:
        """The addresses of the bridge, of both families."""
        return tuple(Ip(node) for node in self.node.all("ip"))

    def addresses_in(self, subnet: Subnet) -> Iterator[tuple[Attribute, Address]]:
        """Give every attribute with an address of a subnet: gateway, leases, boot server, name records, routes."""
        for attribute in (each for node in self.node.descendants() for each in node.attributes.values()):
            address = parse_address(known(attribute.value))
            if address is not None and address in subnet:
                yield attribute, address

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The static routes."""
        return tuple(Route(node) for node in self.node.all("route"))

    @cached_property
    def portgroups(self) -> tuple[PortGroup, ...]:
        """The port groups."""
        return tuple(PortGroup(node) for node in self.node.all("portgroup"))

    @property
    def mac(self) -> str | None:
        """The bridge's MAC address, in lower case."""
        node = self.node.child("mac")
        return parse_mac(node.get("address")) if node else None
