"""The host's inventory: NICs, bridges, routes and what the LAN's router knows, as a file that CI can use.

Every part but `version` is optional, and what is absent is unknown: a rule that would need it says nothing.
"""

import json
import os
import posixpath
import re
import stat
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from vnetlint.errors import UserError
from vnetlint.model.addresses import IFNAMSIZ, Address, Subnet, parse_address
from vnetlint.model.network import DEFAULT_ADDRESS, DEFAULT_BRIDGE, DEFAULT_NETWORK
from vnetlint.version import VersionError, parse_version
from vnetlint.xml.lines import LineIndex

MAX_BYTES = 10 * 1024 * 1024
Policy = Literal["accept", "drop", "reject"]
PHYSICAL = frozenset({"nic", "bond", "vlan"})
"""The kinds of interface that lead out of the host."""

_KINDS = re.compile(
    r"(?P<bridge>virbr\d+|docker\d+|docker_gwbridge|br-[0-9a-f]{12}|cni\d+|cbr\d+|podman\d+|(?:lxc|lxd|incus)br\d+)"
    r"|(?P<tap>(?:vnet|tap)\d+)|(?P<veth>veth.*)|(?P<bond>bond\d+)|(?P<vlan>.+\.\d+)|(?P<dummy>dummy\d+|virbr\d+-nic)"
    r"|(?P<other>lo|(?:macvtap|macvlan|tun|wg|ppp|vxlan|gre|team)\d+|flannel\.\d+|cali.*|(?:vm|xen)?br[-_\d].*|ovs.*)"
)
"""Names that tell the kind of an interface whose kind is not given; `br0` may be a bridge or an Open vSwitch."""

_ENGINES = (
    (re.compile(r"docker\d+|docker_gwbridge|br-[0-9a-f]{12}"), "Docker"),
    (re.compile(r"podman\d+|cni-podman\d+"), "Podman"),
    (re.compile(r"cni\d+|cbr\d+|kube-bridge"), "Kubernetes"),
    (re.compile(r"lxcbr\d+"), "LXC"),
    (re.compile(r"lxdbr\d+"), "LXD"),
    (re.compile(r"incusbr\d+"), "Incus"),
)
"""Bridges that other programs make and forward for, by their usual names."""

_LIBVIRT_BRIDGE = re.compile(r"virbr\d+")
_PASSING = re.compile(r"(?:tun|tap|wg|ppp|vpn|ipsec|tailscale|zt|nordlynx|proton)[-\w]*")
"""Names of interfaces that come and go with a connection."""


class HostError(UserError):
    """The inventory cannot be read; the message names the file, the place and the reason."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _destination(value: object) -> object:
    return "0.0.0.0/0" if value == "default" else value


def _checked_interface(value: str) -> str:
    from ipaddress import ip_interface

    ip_interface(value)
    return value


def _checked_subnet(value: str) -> str:
    from ipaddress import ip_network

    ip_network(value, strict=False)
    return value


InterfaceName = Annotated[str, Field(min_length=1, max_length=IFNAMSIZ - 1)]
InterfaceAddress = Annotated[str, Field(description="Address with prefix, such as 192.168.50.10/24.")]
PciAddress = Annotated[str, Field(pattern="^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}[.][0-7]$")]
Destination = Annotated[str, BeforeValidator(_destination), Field(description="Subnet, or `default`.")]


class Link(_Part):
    """A network interface of the host."""

    name: InterfaceName = Field(description="Its name.")
    kind: Literal["nic", "bridge", "bond", "vlan", "tap", "veth", "dummy", "ovs", "other"] = Field(
        default="nic", description="What it is. Without it, names such as virbr0, vnet0 or bond0 tell; else a NIC."
    )
    addresses: tuple[InterfaceAddress, ...] = Field(default=(), description="Its addresses (ip address).")
    master: InterfaceName | None = Field(default=None, description="The bridge or bond that it is a port of (ip link).")
    ports: tuple[InterfaceName, ...] | None = Field(
        default=None, description="A bridge's ports (ip link show master BRIDGE)."
    )
    wireless: bool | None = Field(default=None, description="Whether it is wireless (iw dev).")
    mtu: int | None = Field(default=None, ge=68, le=65535, description="Its MTU (ip link).")
    up: bool | None = Field(default=None, description="Whether it is up and has a carrier (ip link).")
    is_vf: bool | None = Field(
        default=None, description="Whether it is an SR-IOV virtual function (ls /sys/class/net/NIC/device/physfn)."
    )
    accept_ra: Literal[0, 1, 2] | None = Field(default=None, description="Its net.ipv6.conf.NIC.accept_ra (sysctl).")
    vfs: tuple[PciAddress, ...] | None = Field(
        default=None,
        description="A NIC's active SR-IOV virtual functions, such as 0000:04:00.1; none where the list is empty "
        "(ls -l /sys/class/net/NIC/device/virtfn*).",
    )

    @model_validator(mode="before")
    @classmethod
    def _kind(cls, data: object) -> object:
        if not isinstance(data, dict) or "kind" in data or not isinstance(data.get("name"), str):
            return data
        found = _KINDS.fullmatch(data["name"])
        kind = found.lastgroup if found else "other" if "ports" in data else "nic"
        return {**data, "kind": kind}

    @field_validator("addresses")
    @classmethod
    def _addresses(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked_interface(value) for value in values)

    @cached_property
    def subnets(self) -> tuple[Subnet, ...]:
        """The subnets that its addresses lie in."""
        from ipaddress import ip_interface

        return tuple(ip_interface(value).network for value in self.addresses)


class HostRoute(_Part):
    """A route of the host or of the LAN's router."""

    to: Destination
    via: str | None = Field(default=None, description="The next hop.")
    dev: InterfaceName | None = Field(default=None, description="The interface that it leaves by.")
    advertised: bool | None = Field(
        default=None, description="Whether a router advertisement set it (`proto ra` in ip -6 route)."
    )

    @field_validator("to")
    @classmethod
    def _to(cls, value: str) -> str:
        return _checked_subnet(value)

    @cached_property
    def subnet(self) -> Subnet:
        """Where it leads."""
        from ipaddress import ip_network

        return ip_network(self.to, strict=False)

    @property
    def gateway(self) -> Address | None:
        """The next hop."""
        return parse_address(self.via)


class Forwarding(_Part):
    """Whether the host's kernel forwards."""

    ipv4: bool | None = Field(default=None, description="The sysctl net.ipv4.ip_forward.")
    ipv6: bool | None = Field(default=None, description="The sysctl net.ipv6.conf.all.forwarding.")


class Upstream(_Part):
    """What the LAN's router does."""

    routes: tuple[HostRoute, ...] | None = Field(default=None, description="Its routes back to the guests' subnets.")
    hairpin: bool | None = Field(
        default=None, description="Whether the switch sends frames back out of the port that they came in by."
    )


class HostNetwork(_Part):
    """A libvirt network that is defined on the host."""

    name: str = Field(description="Its name.")
    active: bool | None = Field(default=None, description="Whether it is started (virsh net-list --all).")
    autostart: bool | None = Field(default=None, description="Whether it starts with libvirt (virsh net-list --all).")
    bridge: InterfaceName | None = Field(
        default=None, description="The bridge that libvirt makes for it; none where it joins one of the host."
    )
    subnets: tuple[str, ...] | None = Field(
        default=None, description="The subnets of its `<ip>` elements, such as 192.168.122.0/24 (virsh net-dumpxml)."
    )

    @field_validator("subnets")
    @classmethod
    def _subnets(cls, values: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if values is None else tuple(_checked_subnet(value) for value in values)


class HostGuest(_Part):
    """A guest that is defined on the host."""

    name: str
    autostart: bool | None = Field(default=None, description="Whether it starts with the host (virsh autostart).")


class HostDevice(_Part):
    """A PCI device of the host."""

    address: PciAddress
    driver: str | None = Field(default=None, description="The driver that has it, such as ixgbevf or vfio-pci.")
    is_vf: bool | None = Field(default=None, description="Whether it is an SR-IOV virtual function.")


class Listener(_Part):
    """A socket that a program of the host listens on."""

    protocol: Literal["tcp", "udp"] = Field(description="tcp or udp.")
    port: int = Field(ge=1, le=65535, description="The port.")
    address: str | None = Field(default=None, description="The address; without one, all of the host's.")


class Host(_Part):
    """A host's inventory, version 1."""

    version: Literal[1] = Field(description="The version of this format.")
    name: str = Field(default="host", description="What to call the host.")
    libvirt: str | None = Field(default=None, description="The version of libvirt (virsh version --daemon).")
    firewall_backend: Literal["iptables", "nftables"] | None = Field(
        default=None, description="The firewall that libvirt uses (firewall_backend in /etc/libvirt/network.conf)."
    )
    firewall_tools: tuple[Literal["iptables", "nftables"], ...] | None = Field(
        default=None, description="The firewall commands that are installed (which iptables nft)."
    )
    firewalld_zones: tuple[str, ...] | None = Field(
        default=None, description="The zones of firewalld, none where it does not run (firewall-cmd --get-zones)."
    )
    resolved: bool | None = Field(default=None, description="Whether systemd-resolved runs (resolvectl status).")
    dns_listeners: tuple[str, ...] | None = Field(
        default=None, description="The addresses that something other than libvirt listens on at port 53 (ss -lun)."
    )
    interfaces: tuple[Link, ...] | None = Field(
        default=None, description="All network interfaces; one that is not listed is absent (ip address)."
    )
    routes: tuple[HostRoute, ...] | None = Field(default=None, description="The routes of the host (ip route).")
    forwarding: Forwarding = Field(default=Forwarding(), description="Whether the kernel forwards (sysctl).")
    bridge_netfilter: bool | None = Field(
        default=None, description="Whether bridged frames pass iptables (sysctl net.bridge.bridge-nf-call-iptables)."
    )
    forward_policy: Policy | None = Field(
        default=None, description="The firewall's policy for what the host forwards (iptables -S FORWARD)."
    )
    input_policy: Policy | None = Field(
        default=None, description="The firewall's policy for what is for the host itself (iptables -S INPUT)."
    )
    upstream: Upstream = Field(default=Upstream(), description="What the LAN's router and switch do.")
    networks: tuple[HostNetwork, ...] | None = Field(
        default=None, description="The networks that libvirt has, active or not (virsh net-list --all)."
    )
    guests: tuple[HostGuest, ...] | None = Field(
        default=None, description="The guests that libvirt has, running or not (virsh list --all --autostart)."
    )
    pci_devices: tuple[HostDevice, ...] | None = Field(
        default=None, description="All network cards and virtual functions, as PCI devices (lspci -Dk)."
    )
    user_backends: tuple[Literal["slirp", "passt"], ...] | None = Field(
        default=None, description="What runs interfaces of type user: QEMU's own slirp, and passt (passt --version)."
    )
    filters: tuple[str, ...] | None = Field(
        default=None, description="The network filters that are defined, by name (virsh nwfilter-list)."
    )

    listeners: tuple[Listener, ...] | None = Field(
        default=None, description="The ports that programs other than guests listen on (ss -lntu)."
    )
    unprivileged_port_start: int | None = Field(
        default=None, description="The sysctl net.ipv4.ip_unprivileged_port_start."
    )
    unix_sockets: tuple[str, ...] | None = Field(
        default=None, description="The paths of the UNIX sockets that something listens on (ss -lx)."
    )
    vdpa_devices: tuple[str, ...] | None = Field(
        default=None, description="The vDPA devices, such as /dev/vhost-vdpa-0 (ls /dev/vhost-vdpa-*)."
    )
    traffic_control: tuple[Literal["htb", "sfq", "ingress", "police"], ...] | None = Field(
        default=None, description="Which of these parts of traffic control the kernel has (tc)."
    )
    iommu: bool | None = Field(
        default=None, description="Whether an IOMMU is on, so that guests can take PCI devices (ls /sys/class/iommu)."
    )
    open_vswitch: bool | None = Field(default=None, description="Whether Open vSwitch runs (ovs-vsctl show).")
    dnsmasq_options: tuple[str, ...] | None = Field(
        default=None, description="The options that dnsmasq knows, without hyphens (dnsmasq --help)."
    )
    bridge_vlan_filtering: bool | None = Field(
        default=None,
        description="Whether the kernel filters VLANs on a bridge (grep BRIDGE_VLAN_FILTERING /boot/config-*).",
    )

    folders: tuple[str, ...] | None = Field(
        default=None, description="The folders that exist, by absolute path; those that networks serve by TFTP matter."
    )

    def has_libvirt(self, version: str) -> bool:
        """Whether the host's libvirt is known, and is this version or newer."""
        try:
            return parse_version(self.libvirt or "0") >= parse_version(version)
        except VersionError:
            return False

    def link(self, name: str) -> Link | None:
        """Return an interface by name."""
        return self._links.get(name)

    @cached_property
    def _links(self) -> dict[str, Link]:
        return {link.name: link for link in reversed(self.interfaces or ())}

    def lacks(self, name: str) -> bool:
        """Whether the interfaces are known and none has this name."""
        return self.interfaces is not None and self.link(name) is None

    def lacks_for_good(self, name: str) -> bool:
        """Whether an interface is known to be missing, and not one that comes with a connection, such as a VPN's."""
        return self.lacks(name) and _PASSING.fullmatch(name) is None

    def egress(self, version: int) -> str | None:
        """Return the device of the default route, for one IP version; None where it is unknown or there are several."""
        found = {
            route.dev for route in self.routes or () if route.subnet.prefixlen == 0 and route.subnet.version == version
        }
        return found.pop() if len(found) == 1 else None

    def has_folder(self, path: str) -> bool:
        """Whether a folder is among those that exist, itself or because one in it is."""
        wanted = posixpath.normpath(path)
        return any(each == wanted or each.startswith(wanted.rstrip("/") + "/") for each in self.folders or ())

    @property
    def loses_routes_by(self) -> str | None:
        """The interface whose IPv6 routes the kernel has from router advertisements, and drops when it forwards."""
        routes = (each for each in self.routes or () if each.advertised and each.dev and each.subnet.version == 6)
        links = (self.link(each.dev) for each in routes if each.dev)
        return next((link.name for link in links if link is not None and link.accept_ra == 1), None)

    @property
    def dns_on_all_addresses(self) -> bool:
        """Whether something other than libvirt listens on port 53 of all IPv4 addresses; `*` is both families."""
        return any(address in ("0.0.0.0", "*") for address in self.dns_listeners or ())

    @property
    def drops_forwarded(self) -> bool:
        """Whether the firewall drops or rejects what no rule of its own accepts on the way through the host."""
        return self.forward_policy in ("drop", "reject")

    @property
    def drops_input(self) -> bool:
        """Whether the firewall drops or rejects what no rule of its own accepts on the way to the host itself."""
        return self.input_policy in ("drop", "reject")

    def pci_device(self, address: str | None) -> HostDevice | None:
        """Return a PCI device by its address."""
        return next((each for each in self.pci_devices or () if each.address == address), None)

    def starts_guest(self, name: str | None) -> bool | None:
        """Whether a guest starts with the host, where that is known."""
        return next((each.autostart for each in self.guests or () if each.name == name), None)

    def network(self, name: str) -> HostNetwork | None:
        """Return what is known of a network by name."""
        return next((each for each in self.networks or () if each.name == name), None)

    def maker_of(self, bridge: str) -> HostNetwork | None:
        """Return the network that makes a bridge, by the bridge's name."""
        return next((each for each in self.networks or () if each.bridge == bridge), None)

    def lacks_maker(self, bridge: str) -> bool:
        """Whether a bridge is known to be missing, and no network of the host's list makes one of that name."""
        listed = self.networks
        known = listed is not None and all(each.bridge and each.bridge != bridge for each in listed)
        return self.lacks(bridge) and known and self.engine_of(bridge) is None

    def bridge_maker(self, name: str) -> str | None:
        """Return what makes a bridge and decides where it leads; None for the host's own and for unknown names.

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
        if _LIBVIRT_BRIDGE.fullmatch(name):
            return "libvirt"
        return self.engine_of(name)

    @staticmethod
    def engine_of(bridge: str) -> str | None:
        """Return the program other than libvirt that makes a bridge of a name, such as Docker."""
        return next((engine for names, engine in _ENGINES if names.fullmatch(bridge)), None)

    def leads_elsewhere(self, name: str) -> bool:
        """Whether an interface has an address or a route of its own, so that it leads to a LAN or a VPN."""
        link = self.link(name)
        return bool(link and link.addresses) or any(route.dev == name for route in self.routes or ())

    def carries(self, name: str) -> bool:
        """Whether the host itself is reached by an interface, by a VLAN on it, or by what it is a port of."""
        waiting, seen = [name], {name}
        while waiting:
            current = waiting.pop()
            if self.leads_elsewhere(current):
                return True
            found = {each.name for each in (*self.vlans_on(current), *self._uppers(current))} - seen
            waiting += found
            seen |= found
        return False

    def _uppers(self, name: str) -> list[Link]:
        """What an interface is a port of, as either of the two tells."""
        link = self.link(name)
        over = [self.link(link.master)] if link and link.master else []
        over += [each for each in self.interfaces or () if name in (each.ports or ())]
        return [each for each in over if each is not None]

    def vlans_on(self, name: str) -> tuple[Link, ...]:
        """Return the VLAN devices on an interface, by their customary names such as eth0.10."""
        links = self.interfaces or ()
        return tuple(each for each in links if each.kind == "vlan" and each.name.startswith(f"{name}."))

    def ports_of(self, bridge: str) -> tuple[Link, ...] | None:
        """Return a bridge's ports, as it or they tell; None where nobody does."""
        link = self.link(bridge)
        if link is None:
            return None
        enslaved = [each for each in self.interfaces or () if each.master == bridge]
        if link.ports is None and not enslaved:
            return None
        listed = (self.link(port) or Link(name=port, kind="other") for port in link.ports or ())
        return tuple({each.name: each for each in (*listed, *enslaved)}.values())

    def upper(self, name: str) -> Link | None:
        """Return the bridge or bond that an interface is a port of, as either of the two tells."""
        return next((each for each in self._uppers(name) if each.kind in ("bridge", "bond", "ovs")), None)

    def is_plain(self, name: str) -> bool:
        """Whether an interface is known to be something else than a bridge or a switch, and has no ports."""
        link = self.link(name)
        plain = link is not None and link.kind not in ("bridge", "ovs", "other") and not link.ports
        return plain and all(each.master != name for each in self.interfaces or ())

    def has_uplink(self, bridge: str) -> bool | None:
        """Whether a bridge has a port that leads out of the host; None where its ports are unknown.

        A veth may lead to another bridge, and an Open vSwitch has patch ports that no inventory lists.
        """
        ports, link = self.ports_of(bridge), self.link(bridge)
        if ports is None or link is None:
            return None
        if any(port.kind in (*PHYSICAL, "other") for port in ports):
            return True
        unknown = link.kind in ("ovs", "other") or any(port.kind in ("veth", "bridge", "ovs") for port in ports)
        return None if unknown else False

    @property
    def uplinked_bridges(self) -> tuple[str, ...]:
        """The names of the Linux bridges that are known to lead out of the host."""
        bridges = (link.name for link in self.interfaces or () if link.kind == "bridge")
        return tuple(name for name in bridges if self.has_uplink(name))

    @cached_property
    def vfs(self) -> tuple[str, ...] | None:
        """The PCI addresses of all virtual functions; None where some NIC does not tell its own."""
        nics = [link.vfs for link in self.interfaces or () if link.kind == "nic"]
        told = [vfs for vfs in nics if vfs is not None]
        return tuple(each for vfs in told for each in vfs) if nics and len(told) == len(nics) else None

    @cached_property
    def own_addresses(self) -> tuple[Address, ...]:
        """The addresses of all interfaces."""
        values = (value.split("/")[0] for link in self.interfaces or () for value in link.addresses)
        return tuple(address for value in values if (address := parse_address(value)))

    def is_reached_from_upstream(self, subnet: Subnet) -> bool:
        """Whether a route of the upstream router leads a whole subnet here, or somewhere that may be here."""
        own = self.own_addresses
        return any(
            route.subnet.version == subnet.version
            and int(route.subnet.network_address) <= int(subnet.network_address)
            and int(route.subnet.broadcast_address) >= int(subnet.broadcast_address)
            and (route.gateway is None or not own or route.gateway in own)
            for route in self.upstream.routes or ()
        )

    def address_towards_upstream(self, version: int) -> Address | None:
        """Return the host's address on the segment of its default route, for one IP version."""
        gateways = [route.gateway for route in self.routes or () if route.subnet.prefixlen == 0 and route.gateway]
        for gateway in (each for each in gateways if each.version == version):
            for link in self.interfaces or ():
                for value, subnet in zip(link.addresses, link.subnets, strict=True):
                    if gateway in subnet:
                        return parse_address(value.split("/")[0])
        return None

    @property
    def free_nics(self) -> tuple[Link, ...]:
        """The wired NICs that are no port of anything, those without an address first."""
        taken = {port for link in self.interfaces or () for port in link.ports or ()}
        free = (
            link
            for link in self.interfaces or ()
            if link.kind in PHYSICAL and link.master is None and link.name not in taken and not link.wireless
        )
        return tuple(sorted(free, key=lambda link: bool(link.addresses)))

    @cached_property
    def spare_nics(self) -> tuple[Link, ...]:
        """The free NICs that the host does not use itself, by address, route or VLAN, and that are not down."""
        free = (link for link in self.free_nics if link.kind != "vlan" and not link.is_vf and link.up is not False)
        return tuple(link for link in free if not self.carries(link.name) and not self.vlans_on(link.name))


def load(path: str) -> Host:
    """Read an inventory from JSON, or from TOML where the name ends in `.toml`.

    Raises HostError with one line that names the file, the place and what to do.
    """
    text = _read(path)
    try:
        data = tomllib.loads(text) if path.endswith(".toml") else json.loads(text)
    except json.JSONDecodeError as error:
        raise HostError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except tomllib.TOMLDecodeError as error:
        raise HostError(f"{path}: not TOML: {error}") from None
    except RecursionError:
        raise HostError(f"{path}: nested too deeply to be an inventory") from None
    except ValueError as error:
        raise HostError(f"{path}: not an inventory: {error}") from None
    try:
        return Host.model_validate(data, strict=False)
    except ValidationError as error:
        raise HostError(_explain(path, text, error)) from None


def _read(path: str) -> str:
    try:
        # Opening a FIFO would wait for somebody to write to it.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise HostError(f"{path}: not a regular file")
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise HostError(f"{path}: cannot read the inventory: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise HostError(f"{path}: an inventory may have at most {MAX_BYTES // 2**20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = LineIndex(data[: error.start].decode("utf-8", "replace"))
        line, column = place.position(len(place.text))
        raise HostError(f"{path}:{line}:{column}: not UTF-8") from None


def _explain(path: str, text: str, error: ValidationError) -> str:
    """One line of the first fault: where in the inventory, what is wrong, what is allowed."""
    first = error.errors()[0]
    where = ".".join(str(step) for step in first["loc"]) or "the whole file"
    if first["type"] == "extra_forbidden":
        return f"{path}: {where}: unknown key; docs/configuration.md describes the inventory"
    if first["type"] == "missing":
        return f"{path}: {where}: this key is required"
    more = f" ({len(error.errors()) - 1} more)" if len(error.errors()) > 1 else ""
    return f"{path}: {where}: {first['msg'][0].lower()}{first['msg'][1:]}{more}"
