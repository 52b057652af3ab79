"""`<network>`: a libvirt virtual network, its forward mode, bridge, addressing and port groups."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Literal, get_args

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property, pattern
from vnetlint.model.addresses import Address, Family, OrderedAddresses, Subnet, parse_address, parse_mac, subnet_of
from vnetlint.model.names import Names
from vnetlint.model.plug import Plug
from vnetlint.model.view import Named, View, known
from vnetlint.xml.node import Attribute, Node

Mode = Literal["isolated", "nat", "route", "open", "bridge", "private", "vepa", "passthrough", "hostdev"]
Attachment = Literal["own-bridge", "host-bridge", "macvtap", "hostdev"]

DEFAULT_NETWORK, DEFAULT_BRIDGE, DEFAULT_ADDRESS = "default", "virbr0", "192.168.122.1"
"""The NAT network that libvirt installs: its name, its bridge and the address of that."""

DEFAULT_SUBNET = IPv4Network("192.168.122.0/24")
"""The subnet of that network."""

OWN_BRIDGE_MODES: frozenset[Mode] = frozenset({"isolated", "nat", "route", "open"})
"""The modes in which libvirt makes the bridge, sets its addresses and runs dnsmasq on it."""

SWITCHES: Mapping[Attachment, tuple[str, ...]] = {
    "own-bridge": (),
    "host-bridge": ("openvswitch",),
    "macvtap": ("802.1Qbg", "802.1Qbh"),
    "hostdev": ("802.1Qbh",),
}
"""The types of `<virtualport>` that libvirt supports, by what guests are plugged into (networkAllocatePort)."""


@dataclass(frozen=True, eq=False)
class Forward(View):
    """`<forward>`: how guests' traffic leaves."""

    @property
    def dev(self) -> str | None:
        """The only device through which traffic may leave."""
        return self.known("dev")

    @cached_property
    def devices(self) -> tuple[Attribute, ...]:
        """Every attribute that names a host device: `dev`, each `<interface dev=…>` and `<pf dev=…>`."""
        holders = [self.node, *self.node.all("interface"), *self.node.all("pf")]
        return tuple(holder.attributes["dev"] for holder in holders if "dev" in holder.attributes)

    @property
    def interfaces(self) -> list[Node]:
        """The `<interface>` elements: devices that are listed by name."""
        return self.node.all("interface")

    @property
    def pci_devices(self) -> "tuple[PciDevice, ...]":
        """The devices that are listed by PCI address, for hostdev."""
        return tuple(PciDevice(node) for node in self.node.all("address"))

    @property
    def egress_places(self) -> tuple[Attribute, ...]:
        """Every attribute that names the only device through which routed traffic may leave.

        libvirt writes it twice, as `dev` and as `<interface dev=…>`.
        """
        holders = (self.node, *self.node.all("interface"))
        return tuple(holder.attributes["dev"] for holder in holders if known(holder.get("dev")))

    @property
    def nat(self) -> Node | None:
        """`<nat>`: pools, ports and IPv6 translation."""
        return self.node.child("nat")

    @cached_property
    def nat_pools(self) -> "tuple[Range, ...]":
        """The source addresses of guests' traffic in place of the host's own."""
        return tuple(Range(node) for node in self.nat.all("address")) if self.nat else ()

    @property
    def translates_ipv6(self) -> bool:
        """Whether IPv6 is masqueraded like IPv4."""
        return self.nat is not None and self.nat.get("ipv6") == "yes"


@dataclass(frozen=True, eq=False)
class PciDevice(View):
    """`<address type='pci'>`: a device of the host that a guest takes whole."""

    @property
    def address(self) -> str | None:
        """The address as the kernel writes it, such as `0000:04:00.1`; None if a part is unknown."""
        written = (self.known(name) for name in ("bus", "slot", "function"))
        numbers = [_number(self.node.get("domain") or "0"), *map(_number, written)]
        parts = [number for number in numbers if number is not None]
        return "{:04x}:{:02x}:{:02x}.{:x}".format(*parts) if len(parts) == len(numbers) else None


def _number(value: str | None) -> int | None:
    """Return a number as libvirt reads it: hexadecimal after `0x`, octal after `0`, else decimal."""
    if not value or not _NUMBER.fullmatch(value):
        return None
    return int(value, 16 if "x" in value else 8 if value.startswith("0") else 10)


_NUMBER = pattern(r"0x[0-9A-Fa-f]{1,8}|0[0-7]{0,8}|[1-9][0-9]{0,8}")


@dataclass(frozen=True, eq=False)
class Bridge(View):
    """`<bridge>`: the bridge that libvirt makes, or the host's own that it joins."""

    @property
    def name(self) -> str | None:
        """The interface name; by default libvirt chooses a free `virbrN`."""
        return self.known("name")


@dataclass(frozen=True, eq=False)
class Range(View):
    """`<range>`: the addresses that dnsmasq leases; also `<address>` of `<nat>`, which has the same form."""

    @property
    def start(self) -> Address | None:
        """The first address."""
        return parse_address(self.known("start"))

    @property
    def end(self) -> Address | None:
        """The last address."""
        return parse_address(self.known("end"))

    def __contains__(self, address: Address | None) -> bool:
        """Whether an address is in the range, both ends included."""
        start, end = self.start, self.end
        if start is None or end is None or address is None or not start.version == end.version == address.version:
            return False
        return int(start) <= int(address) <= int(end)

    @property
    def size(self) -> int:
        """The number of addresses; 0 if an end is unknown or the two are reversed."""
        start, end = self.start, self.end
        if start is None or end is None or start.version != end.version:
            return 0
        return max(int(end) - int(start) + 1, 0)

    @property
    def is_too_large(self) -> bool:
        """Whether libvirt rejects its size: both ends must be equal except for their last 16 bits."""
        start, end = self.start, self.end
        return bool(start and end and start.version == end.version and int(start) >> 16 != int(end) >> 16)

    @property
    def is_long(self) -> bool:
        """Whether newer versions reject its size too: they count the addresses of IPv4, but not of IPv6."""
        start, end = self.start, self.end
        return self.is_too_large and not (start and end and start.version == 4 and 0 <= int(end) - int(start) < 2**16)


@dataclass(frozen=True, eq=False)
class StaticHost(View):
    """`<host>` of `<dhcp>`: the fixed address of one client."""

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
    """`<ip>`: an address of the bridge with its subnet and its DHCP service."""

    @property
    def address(self) -> Address | None:
        """The bridge's address, which is the guests' gateway."""
        return parse_address(self.known("address"))

    @property
    def family(self) -> Family | None:
        """The family that the element declares; IPv4 by default."""
        value = self.node.get("family")
        if value in (None, "", "ipv4"):
            return "ipv4"
        return "ipv6" if value == "ipv6" else None

    @cached_property
    def subnet(self) -> Subnet | None:
        """The subnet; None if the address or mask is unknown or contradicts the family."""
        address = self.address
        if address is None or f"ipv{address.version}" != self.family:
            return None
        if ("prefix" in self.node.attributes and self.number("prefix") is None) or (
            "netmask" in self.node.attributes and parse_address(self.known("netmask")) is None
        ):
            return None
        # libvirt treats the prefix 0 like a missing one.
        return subnet_of(address, self.number("prefix") or None, parse_address(self.known("netmask")))

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

    @property
    def leases(self) -> tuple[View, ...]:
        """Every `<lease>` of the ranges and static hosts."""
        return tuple(View(lease) for each in (*self.ranges, *self.hosts) for lease in each.node.all("lease"))


@dataclass(frozen=True, eq=False)
class Route(View):
    """`<route>`: a route that libvirt adds to the host while the network runs."""

    @property
    def address(self) -> Address | None:
        """The first address of the destination."""
        return parse_address(self.known("address"))

    @property
    def lacks_prefix(self) -> bool:
        """Whether it has neither prefix nor netmask, or the prefix 0, which libvirt treats like a missing one."""
        written = self.node.attributes.keys() & {"prefix", "netmask"}
        return not written or (written == {"prefix"} and self.number("prefix") == 0)

    @property
    def likely_prefix(self) -> int:
        """The prefix that its address suggests: the IPv4 octets up to the last that is not zero, 64 bits of IPv6."""
        address = self.address
        if address is None or address.version == 6:
            return 64 if address is None or not int(address) & (1 << 64) - 1 else 128
        return 8 * (len(address.packed.rstrip(b"\0")) or 1)

    @property
    def subnet(self) -> Subnet | None:
        """The destination, or None if it is unknown. Without a prefix only the address zero is valid."""
        address = self.address
        if self.lacks_prefix and (address is None or not address.is_unspecified):
            return None
        return subnet_of(address, self.number("prefix"), parse_address(self.known("netmask")))

    @property
    def is_default(self) -> bool:
        """Whether it is a default route; since libvirt 12.8.0, a route without an address is one too."""
        return "address" not in self.node.attributes or (self.subnet is not None and not self.subnet.prefixlen)

    @property
    def gateway(self) -> Address | None:
        """The next hop, an address on the network."""
        return parse_address(self.known("gateway"))


@dataclass(frozen=True, eq=False)
class PortGroup(View):
    """`<portgroup>`: settings that a guest's interface can choose by name."""

    @property
    def name(self) -> str | None:
        """The name by which interfaces choose it."""
        return self.known("name")

    @property
    def is_default(self) -> bool:
        """Whether it applies to interfaces that choose no port group."""
        return self.node.get("default") == "yes"


@dataclass(frozen=True, eq=False)
class Network(Named):
    """A virtual network."""

    @cached_property
    def forward(self) -> Forward | None:
        """`<forward>`; None for an isolated network."""
        node = self.node.child("forward")
        return Forward(node) if node else None

    @cached_property
    def mode(self) -> Mode | None:
        """The forward mode: `isolated` without `<forward>`, `nat` without its `mode`, None if it is unknown.

        libvirt reads the first `<forward>` only.
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
        """What decides the mode: the `mode` attribute, else `<forward>`, else the root."""
        if self.forward is None:
            return self.node
        return self.forward.attribute("mode") or self.forward.node

    @property
    def mode_node(self) -> Node | None:
        """The element whose `mode` decides how guests are connected: `<forward>`."""
        return self.forward.node if self.forward else None

    @cached_property
    def bridge(self) -> Bridge | None:
        """`<bridge>`."""
        node = self.node.child("bridge")
        return Bridge(node) if node else None

    @property
    def bridge_name(self) -> str | None:
        """The name of the bridge; None if libvirt chooses it, or it is unknown."""
        return self.bridge.name if self.bridge else None

    @property
    def lacks_address(self) -> bool:
        """Whether a NAT, routed or open network has no address, which its mode needs."""
        return self.mode in ("nat", "route", "open") and not self.ips

    @property
    def dnsmasq_options(self) -> list[Attribute]:
        """The options that libvirt passes to dnsmasq unchanged."""
        groups = [each for each in self.node.children if each.name.endswith(":options")]
        options = (each for group in groups for each in group.children if each.name.endswith(":option"))
        return [each.attributes["value"] for each in options if "value" in each.attributes]

    @cached_property
    def owns_bridge(self) -> bool:
        """Whether libvirt makes the bridge and sets its addresses: isolated, NAT, routed and open networks."""
        return self.mode in OWN_BRIDGE_MODES

    @cached_property
    def attachment(self) -> Attachment | None:
        """What a guest's NIC is plugged into; None if the mode is unknown."""
        if self.mode is None:
            return None
        if self.owns_bridge:
            return "own-bridge"
        if self.mode == "hostdev":
            return "hostdev"
        named = self.bridge is not None and self.bridge.node.get("name")
        return "host-bridge" if self.mode == "bridge" and named else "macvtap"

    @property
    def names_link(self) -> bool:
        """Whether it names a bridge or device of the host for its guests, so that its mode is intended."""
        forward = self.forward
        return self.attachment == "host-bridge" or bool(forward and (forward.devices or forward.pci_devices))

    @property
    def host_bridge(self) -> Attribute | None:
        """The attribute that names the host's bridge which guests join, if the name is known."""
        joins = self.attachment == "host-bridge" and self.bridge is not None and self.bridge.name
        return self.bridge.attribute("name") if joins and self.bridge else None

    @property
    def takes_whole(self) -> bool:
        """Whether each guest gets a device of its own (networkAllocatePort): by mode, or by type of virtual port."""
        by_switch = self.mode == "private" and self.plugs[0].switch == "802.1Qbh"
        return self.mode in ("passthrough", "hostdev") or by_switch

    @cached_property
    def routed_families(self) -> frozenset[Family]:
        """The families that keep the guests' own addresses: all if routed, IPv6 if NAT does not translate it."""
        families = {ip.family for ip in self.ips if ip.family}
        if self.mode == "nat" and self.forward is not None and not self.forward.translates_ipv6:
            return frozenset(families & {"ipv6"})
        return frozenset(families) if self.mode in ("route", "open") else frozenset()

    @cached_property
    def is_translated(self) -> bool:
        """Whether NAT translates one of its families: IPv4 always, IPv6 with `<nat ipv6='yes'>`."""
        sixth = self.forward is not None and self.forward.translates_ipv6
        return self.mode == "nat" and any(ip.family == "ipv4" or (ip.family == "ipv6" and sixth) for ip in self.ips)

    @property
    def lower_devices(self) -> tuple[Attribute, ...]:
        """The attributes that name the NICs of the host under macvtap, each NIC once."""
        listed = self.forward.egress_places if self.forward and self.attachment == "macvtap" else ()
        return tuple({place.value: place for place in reversed(listed)}.values())[::-1]

    @cached_property
    def ips(self) -> tuple[Ip, ...]:
        """The addresses of the bridge, IPv4 and IPv6."""
        return tuple(Ip(node) for node in self.node.all("ip"))

    def holds(self, address: Address) -> bool:
        """Whether an address is in a subnet of the network. Many subnets have few sizes, so none is looked at twice."""
        sizes = (length for version, length in self._subnet_sizes if version == address.version)
        return any(subnet_of(address, length) in self._subnets for length in sizes)

    @cached_property
    def _subnets(self) -> frozenset[Subnet]:
        return frozenset(ip.subnet for ip in self.ips if ip.subnet)

    @cached_property
    def _subnet_sizes(self) -> frozenset[tuple[int, int]]:
        return frozenset((each.version, each.prefixlen) for each in self._subnets)

    @cached_property
    def hosts_by_mac(self) -> dict[str, StaticHost]:
        """The static hosts with an IPv4 address, by MAC address in lower case."""
        hosts = [host for ip in self.ips if ip.family == "ipv4" for host in ip.hosts]
        return {host.mac: host for host in reversed(hosts) if host.mac and host.address}

    @property
    def dhcp_server(self) -> Address | None:
        """The address of the IPv4 DHCP server: the bridge's own, if libvirt runs DHCP on it."""
        serving = (ip.address for ip in self.ips if ip.family == "ipv4" and (ip.ranges or ip.hosts))
        return next((address for address in serving if address), None) if self.owns_bridge else None

    def addresses_in(self, subnet: Subnet) -> Iterator[tuple[Attribute, Address]]:
        """Yield every attribute with an address of a subnet: gateway, leases, boot server, name records, routes."""
        addresses, places = self._ordered_addresses
        found = addresses.within(subnet.network_address, subnet.broadcast_address)
        yield from sorted(((place, each) for each in found for place in places[each]), key=lambda one: one[0].span)

    @cached_property
    def _ordered_addresses(self) -> tuple[OrderedAddresses, dict[Address, list[Attribute]]]:
        """Every address in order, and the attributes that have it."""
        places: dict[Address, list[Attribute]] = {}
        for attribute in (each for node in self.node.descendants() for each in node.attributes.values()):
            address = parse_address(known(attribute.value))
            if address is not None:
                places.setdefault(address, []).append(attribute)
        return OrderedAddresses(places), places

    @property
    def ranges(self) -> Iterator[tuple[Ip, Range]]:
        """Each dynamic range with its `<ip>`."""
        return ((ip, each) for ip in self.ips for each in ip.ranges)

    @cached_property
    def host_records(self) -> dict[str, Address]:
        """The addresses of the names in the network's own DNS, from `<dns>` and from static hosts."""
        found: dict[str, Address] = {}
        listed = [(name.text.strip(), host.get("ip")) for dns in self.node.all("dns")[:1] for host in dns.all("host")
                  for name in host.all("hostname")]  # fmt: skip
        for name, ip in (
            *listed,
            *((host.node.get("name"), host.node.get("ip")) for each in self.ips for host in each.hosts),
        ):
            address = parse_address(known(ip))
            if name and address is not None:
                found.setdefault(name, address)
        return found

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The static routes."""
        return tuple(Route(node) for node in self.node.all("route"))

    @cached_property
    def portgroups(self) -> tuple[PortGroup, ...]:
        """The port groups."""
        return tuple(PortGroup(node) for node in self.node.all("portgroup"))

    @cached_property
    def portgroups_by_name(self) -> dict[str | None, PortGroup]:
        """The first port group of each name, which libvirt takes; None is the name of one that is not known."""
        found: dict[str | None, PortGroup] = {}
        for each in self.portgroups:
            found.setdefault(each.name or None, each)
        return found

    @cached_property
    def portgroup_names(self) -> Names:
        """The names of the port groups, to find the one that was meant."""
        return Names(name for name in self.portgroups_by_name if name)

    @cached_property
    def default_portgroup(self) -> PortGroup | None:
        """The port group of interfaces that choose none; of several the first, as libvirt does."""
        return next((each for each in self.portgroups if each.is_default), None)

    @cached_property
    def may_have_default(self) -> bool:
        """Whether a port group is the default, or may be because that is not written as yes or no."""
        return any(each.node.get("default") not in (None, "no") for each in self.portgroups)

    @cached_property
    def fixed_addresses(self) -> "tuple[tuple[Address, Node], ...]":
        """The addresses that guests set themselves, from DNS records and static routes, each with its element."""
        dns = self.node.child("dns")
        places = (
            *((each, "ip") for each in (dns.all("host") if dns else ())),
            *((each, "gateway") for each in self.node.all("route")),
        )
        found = ((parse_address(known(node.get(name))), node) for node, name in places)
        return tuple((address, node) for address, node in found if address)

    def held(self, ip: Ip) -> list[Address]:
        """Return the addresses in use: of the bridge, of static hosts, and those that guests set themselves."""
        fixed = (address for address, _ in self.fixed_addresses)
        return [each for each in (ip.address, *(host.address for host in ip.hosts), *fixed) if each is not None]

    def sets_dnsmasq(self, *options: str) -> bool:
        """Whether an option for dnsmasq starts like one of these, or may: as a placeholder, or in a file of options."""
        values = [known(each.value) for each in self.dnsmasq_options]
        return any(not each or each.startswith((*options, "conf-")) for each in values)

    @property
    def port(self) -> Node | None:
        """`<port>`."""
        return self.node.child("port")

    @property
    def isolates_ports(self) -> bool:
        """Whether `<port isolated='yes'/>` keeps the guests of the network from each other."""
        return self.port is not None and self.port.get("isolated") == "yes"

    @cached_property
    def plugs(self) -> tuple[Plug, ...]:
        """What decides how guests are plugged in: the network itself, and each port group."""
        return (Plug(self.node), *(Plug(group.node) for group in self.portgroups))

    @cached_property
    def untaggable_vlans(self) -> tuple[tuple[Node, Plug], ...]:
        """Each `<vlan>` that libvirt cannot set, with its network or port group (networkValidate)."""
        own, has_default = self.plugs[0], self.default_portgroup is not None
        on_bridge = self.mode == "bridge"
        found: dict[int, tuple[Node, Plug]] = {}
        for plug in self.plugs if self.mode else ():
            switched = on_bridge and (plug if plug.switch is not None else own).switch == "openvswitch"
            by_card = self.mode in ("hostdev", "passthrough") and (plug is own or plug.switch is None)
            vlan = plug.vlan or own.vlan
            if vlan is not None and not (switched or by_card or (plug is own and has_default)):
                found.setdefault(vlan.start, (vlan, plug))
        return tuple(found.values())

    @property
    def inbound(self) -> View | None:
        """The `<inbound>` of its own `<bandwidth>`, which all its guests share."""
        return self.plugs[0].inbound

    @property
    def mac(self) -> str | None:
        """The bridge's MAC address, in lower case."""
        node = self.node.child("mac")
        return parse_mac(node.get("address")) if node else None

    @property
    def mtu(self) -> int | None:
        """The MTU of its bridge, in bytes; None if it is not set or unknown."""
        node = self.node.child("mtu")
        return View(node).number("size") if node else None

    @property
    def dns_domain(self) -> str | None:
        """The DNS domain of its guests, in lower case, if its own dnsmasq serves it."""
        node = self.node.child("domain")
        name = known(node.get("name")) if node and self.owns_bridge else None
        return name.lower() if name else None

    @property
    def claims_domain(self) -> bool:
        """Whether only its dnsmasq answers for its domain, or the host sends it the queries for that domain."""
        node = self.node.child("domain")
        return node is not None and "yes" in (node.get("localOnly"), node.get("register"))
