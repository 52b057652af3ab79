"""The inventory of a host as a file that CI can use: its NICs, bridges and routes, and the routes of the LAN's router.

Every part but `version` is optional. An absent part is unknown, and a rule that needs it reports nothing.
"""

import json
import tomllib
from functools import cached_property
from ipaddress import ip_interface, ip_network
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from vnetlint.errors import UserError
from vnetlint.files.regular import NotRegularError, read_regular
from vnetlint.host.names import is_wireless, kind_of
from vnetlint.model.addresses import IFNAMSIZ, Address, Family, Subnet, parse_address
from vnetlint.xml.lines import LineIndex

MAX_BYTES = 10 * 1024 * 1024
Policy = Literal["accept", "drop", "reject"]


class HostError(UserError):
    """The inventory cannot be read. The message names the file, the place and the reason."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _destination(value: object) -> object:
    return "0.0.0.0/0" if value == "default" else value


def _checked_interface(value: str) -> str:
    ip_interface(value)
    return value


def _checked_subnet(value: str) -> str:
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
        default="nic", description="What it is. By default guessed from a name such as virbr0 or bond0, else a NIC."
    )
    addresses: tuple[InterfaceAddress, ...] = Field(default=(), description="Its addresses (ip address).")
    master: InterfaceName | None = Field(default=None, description="The bridge or bond that it is a port of (ip link).")
    ports: tuple[InterfaceName, ...] | None = Field(
        default=None, description="A bridge's ports (ip link show master BRIDGE)."
    )
    wireless: bool | None = Field(
        default=None, description="Whether it is wireless (iw dev). By default guessed from names such as wlan0."
    )
    mtu: int | None = Field(default=None, ge=68, le=65535, description="Its MTU in bytes (ip link).")
    up: bool | None = Field(default=None, description="Whether it is up and has a carrier (ip link).")
    parent: InterfaceName | None = Field(
        default=None, description="The interface that a VLAN or macvlan device is on (`eth0` in `eth0.10@eth0`)."
    )
    is_vf: bool | None = Field(
        default=None, description="Whether it is an SR-IOV virtual function (ls /sys/class/net/NIC/device/physfn)."
    )
    pci: PciAddress | None = Field(
        default=None, description="A NIC's own PCI address, such as 0000:03:00.1 (ls -l /sys/class/net/NIC/device)."
    )
    accept_ra: Literal[0, 1, 2] | None = Field(default=None, description="Its net.ipv6.conf.NIC.accept_ra (sysctl).")
    vfs: tuple[PciAddress, ...] | None = Field(
        default=None,
        description="A NIC's active SR-IOV virtual functions, such as 0000:04:00.1; an empty list means none "
        "(ls -l /sys/class/net/NIC/device/virtfn*).",
    )

    @model_validator(mode="before")
    @classmethod
    def _kind(cls, data: object) -> object:
        if not isinstance(data, dict) or "kind" in data or not isinstance(data.get("name"), str):
            return data
        return {**data, "kind": kind_of(data["name"]) or ("other" if "ports" in data else "nic")}

    @model_validator(mode="before")
    @classmethod
    def _radio(cls, data: object) -> object:
        if isinstance(data, dict) and "wireless" not in data and is_wireless(str(data.get("name"))):
            return {**data, "wireless": True}
        return data

    @field_validator("addresses")
    @classmethod
    def _addresses(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked_interface(value) for value in values)

    @cached_property
    def subnets(self) -> tuple[Subnet, ...]:
        """The subnets of its addresses."""
        return tuple(ip_interface(value).network for value in self.addresses)


class HostRoute(_Part):
    """A route of the host or of the LAN's router."""

    to: Destination
    via: str | None = Field(default=None, description="The next hop.")
    dev: InterfaceName | None = Field(default=None, description="The outgoing interface.")
    advertised: bool | None = Field(
        default=None, description="Whether a router advertisement set it (`proto ra` in ip -6 route)."
    )

    @field_validator("to")
    @classmethod
    def _to(cls, value: str) -> str:
        return _checked_subnet(value)

    @cached_property
    def subnet(self) -> Subnet:
        """The destination."""
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
        default=None, description="Whether the switch sends frames back out of the port on which they arrived."
    )
    translates: tuple[Family, ...] | None = Field(
        default=None, description="The families that the router translates on the way to the Internet; empty if none."
    )
    gateways: tuple[InterfaceAddress, ...] = Field(
        default=(), description="The router's addresses on the LAN, with prefixes; by default the host's gateways."
    )
    on: InterfaceName | None = Field(
        default=None,
        description="The interface on whose LAN the router is; by default that of the host's route.",
    )
    addresses: tuple[str, ...] = Field(
        default=(), description="The router's addresses on the side of the Internet, without a prefix."
    )
    inbound: bool | None = Field(
        default=None, description="Whether the router lets the Internet open connections to addresses behind it."
    )


class Machine(_Part):
    """A machine outside the host that reach can be asked about, on a LAN or on the Internet."""

    name: str = Field(min_length=1, description="A name for it.")
    on: str = Field(
        description="The interface of the host whose LAN it is on, or `internet` for behind the LAN's router."
    )
    addresses: tuple[InterfaceAddress, ...] = Field(description="Its addresses, with prefixes.")
    routes: tuple[HostRoute, ...] | None = Field(
        default=None, description="Its routes; by default those by the gateway that the host uses on that LAN."
    )

    @field_validator("addresses")
    @classmethod
    def _addresses(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_checked_interface(value) for value in values)


class FirewallRule(_Part):
    """A rule of the host's firewall. Every key that is present has to match; a rule without keys matches all."""

    inbound: str | None = Field(
        default=None,
        alias="in",
        description="The interface on which the packet arrives; `virbr+` is any that begins so.",
    )
    outbound: str | None = Field(
        default=None,
        alias="out",
        description="The interface by which the packet leaves; `virbr+` is any that begins so.",
    )
    source: str | None = Field(default=None, alias="from", description="The subnet or address of the sender.")
    destination: str | None = Field(default=None, alias="to", description="The subnet or address of the receiver.")
    protocol: Literal["icmp", "tcp", "udp", "other"] | None = Field(
        default=None, description="The protocol; icmp is ICMPv6 for IPv6."
    )
    ports: tuple[tuple[int, int], ...] | None = Field(
        default=None, description="The receiver's ports, as pairs of first and last."
    )
    states: tuple[Literal["new", "established", "related", "invalid", "untracked"], ...] | None = Field(
        default=None, description="The states of the connection."
    )
    negated: tuple[Literal["in", "out", "from", "to", "protocol", "ports", "states"], ...] = Field(
        default=(), description="The keys that must not match."
    )
    condition: str | None = Field(
        default=None, alias="if", description="A condition that the other keys cannot express, in words: it is unknown."
    )
    verdict: Literal["accept", "drop", "reject", "return", "masquerade", "snat", "rules", "none"] = Field(
        description="What happens to a packet that matches: `rules` asks the nested ones, `none` nothing."
    )
    rules: tuple["FirewallRule", ...] = Field(default=(), description="The nested rules of the verdict `rules`.")
    translated: tuple[str, str] | None = Field(
        default=None, description="The first and last address that the verdict `snat` sets as the sender."
    )

    @field_validator("source", "destination")
    @classmethod
    def _subnets(cls, value: str | None) -> str | None:
        return None if value is None else _checked_subnet(value)


class FirewallChain(_Part):
    """What one table of the host's firewall does with a kind of packet, apart from libvirt's own rules."""

    table: str = Field(
        default="iptables",
        description="The table; `iptables` is the one into which libvirt's iptables backend puts its rules.",
    )
    family: Family = Field(description="ipv4 or ipv6.")
    hook: Literal["input", "forward", "output", "postrouting"] = Field(description="Which packets pass it.")
    policy: Policy | None = Field(
        default="accept", description="What happens to a packet that no rule decides; null if it is not known."
    )
    rules: tuple[FirewallRule, ...] = Field(default=(), description="The rules, in their order.")
    asked_first: bool | None = Field(
        default=None,
        description="Whether it is asked before the table of libvirt's nftables backend, because it is the newer one "
        "(nft list hooks).",
    )
    libvirt_at: int | None = Field(
        default=0,
        description="How many rules stand before libvirt's, which are usually the first; null if libvirt's are gone.",
    )


class HostNetwork(_Part):
    """A libvirt network that is defined on the host."""

    name: str = Field(description="Its name.")
    active: bool | None = Field(default=None, description="Whether it is started (virsh net-list --all).")
    autostart: bool | None = Field(default=None, description="Whether it starts with libvirt (virsh net-list --all).")
    bridge: InterfaceName | None = Field(
        default=None, description="The bridge that libvirt makes for it; absent if it joins one of the host."
    )
    subnets: tuple[str, ...] | None = Field(
        default=None, description="The subnets of its `<ip>` elements, such as 192.168.122.0/24 (virsh net-dumpxml)."
    )

    @field_validator("subnets")
    @classmethod
    def _subnets(cls, values: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if values is None else tuple(_checked_subnet(value) for value in values)


class GuestNic(_Part):
    """What a guest itself configures on one of its NICs."""

    mac: str | None = Field(default=None, description="Its MAC address; by default NICs are taken in their order.")
    addresses: tuple[InterfaceAddress, ...] | None = Field(
        default=None, description="Its addresses, with prefixes (ip address in the guest, virsh domifaddr)."
    )
    automatic: tuple[Family, ...] | None = Field(
        default=None,
        description="The families of which it takes addresses and routes from DHCP or router advertisements; by "
        "default those of which no address is given.",
    )

    @field_validator("addresses")
    @classmethod
    def _addresses(cls, values: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if values is None else tuple(_checked_interface(value) for value in values)


class GuestRoute(_Part):
    """A route of a guest."""

    to: Destination
    via: str | None = Field(default=None, description="The next hop.")
    nic: int = Field(default=0, ge=0, description="The place of its NIC among those of the guest, from 0.")

    @field_validator("to")
    @classmethod
    def _to(cls, value: str) -> str:
        return _checked_subnet(value)

    @cached_property
    def subnet(self) -> Subnet:
        """The destination."""
        return ip_network(self.to, strict=False)

    @property
    def gateway(self) -> Address | None:
        """The next hop."""
        return parse_address(self.via)


class HostGuest(_Part):
    """A guest that is defined on the host."""

    name: str
    autostart: bool | None = Field(default=None, description="Whether it starts with the host (virsh autostart).")
    nics: tuple[GuestNic, ...] | None = Field(
        default=None, description="Its NICs, in the order of its `<interface>` elements."
    )
    routes: tuple[GuestRoute, ...] | None = Field(
        default=None, description="All its routes but those of its addresses (ip route in the guest)."
    )
    forwarding: bool | None = Field(default=None, description="Whether it forwards between its NICs.")
    firewall: tuple[FirewallRule, ...] | None = Field(
        default=None, description="What its own firewall does with what is sent to it; it accepts what no rule decides."
    )


class HostDevice(_Part):
    """A PCI device of the host."""

    address: PciAddress
    driver: str | None = Field(default=None, description="The driver that uses it, such as ixgbevf or vfio-pci.")
    is_vf: bool | None = Field(default=None, description="Whether it is an SR-IOV virtual function.")


class Listener(_Part):
    """A socket that a program of the host listens on."""

    protocol: Literal["tcp", "udp"] = Field(description="tcp or udp.")
    port: int = Field(ge=1, le=65535, description="The port.")
    address: str | None = Field(default=None, description="The address; by default, all of the host's.")


class Inventory(_Part):
    """A host's inventory, version 1."""

    version: Literal[1] = Field(description="The version of this format.")
    name: str = Field(default="host", description="A name for the host.")
    libvirt: str | None = Field(default=None, description="The version of libvirt (virsh version --daemon).")
    firewall_backend: Literal["iptables", "nftables"] | None = Field(
        default=None, description="The firewall that libvirt uses (firewall_backend in /etc/libvirt/network.conf)."
    )
    firewall_tools: tuple[Literal["iptables", "nftables"], ...] | None = Field(
        default=None, description="The firewall commands that are installed (which iptables nft)."
    )
    firewalld_zones: tuple[str, ...] | None = Field(
        default=None, description="The zones of firewalld, empty if it does not run (firewall-cmd --get-zones)."
    )
    firewalld_backend: Literal["iptables", "nftables"] | None = Field(
        default=None,
        description="The FirewallBackend of firewalld, nftables unless configured (/etc/firewalld/firewalld.conf).",
    )
    resolved: bool | None = Field(default=None, description="Whether systemd-resolved runs (resolvectl status).")
    dns_listeners: tuple[str, ...] | None = Field(
        default=None, description="The addresses on which something other than libvirt listens at port 53 (ss -lun)."
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
        default=None, description="The firewall's policy for what is sent to the host itself (iptables -S INPUT)."
    )
    reverse_path_filter: Literal[0, 1, 2] | None = Field(
        default=None, description="The sysctl net.ipv4.conf.all.rp_filter."
    )
    firewall: tuple[FirewallChain, ...] | None = Field(
        default=None,
        description="The host's own rules, besides libvirt's; they stand for forward_policy and input_policy too "
        "(iptables-save, ip6tables-save, nft list ruleset).",
    )
    machines: tuple[Machine, ...] = Field(default=(), description="Machines outside the host to ask about.")
    upstream: Upstream = Field(default=Upstream(), description="What the LAN's router and switch do.")
    networks: tuple[HostNetwork, ...] | None = Field(
        default=None, description="The networks that libvirt has, active or not (virsh net-list --all)."
    )
    guests: tuple[HostGuest, ...] | None = Field(
        default=None, description="The guests that libvirt has (virsh list --all, virsh dumpxml)."
    )
    pci_devices: tuple[HostDevice, ...] | None = Field(
        default=None, description="All network cards and virtual functions, as PCI devices (lspci -Dk)."
    )
    user_backends: tuple[Literal["slirp", "passt"], ...] | None = Field(
        default=None,
        description="The backends for an interface of type user: QEMU's own slirp, an installed passt (which passt).",
    )
    filters: tuple[str, ...] | None = Field(
        default=None, description="The network filters that are defined, by name (virsh nwfilter-list)."
    )
    listeners: tuple[Listener, ...] | None = Field(
        default=None, description="The ports on which programs other than guests listen (ss -lntu)."
    )
    unprivileged_port_start: int | None = Field(
        default=None, description="The sysctl net.ipv4.ip_unprivileged_port_start."
    )
    unix_sockets: tuple[str, ...] | None = Field(
        default=None, description="The paths of the UNIX sockets on which something listens (ss -lx)."
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
        default=None, description="The folders that exist, as absolute paths; only those served by TFTP are needed."
    )


def read(path: str) -> Inventory:
    """Return the inventory in a JSON file, or in a TOML file if the name ends in `.toml`.

    Raises HostError with one line that names the file, the place and what to do.
    """
    text = _text_of(path)
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
        return Inventory.model_validate(data)
    except ValidationError as error:
        raise HostError(_explain(path, text, error)) from None


def _text_of(path: str) -> str:
    try:
        data = read_regular(path, MAX_BYTES + 1)
    except NotRegularError:
        raise HostError(f"{path}: not a regular file") from None
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
    """Describe the first fault in one line: where in the inventory, what is wrong, what is allowed."""
    first = error.errors()[0]
    where = ".".join(str(step) for step in first["loc"]) or "the whole file"
    if first["type"] == "extra_forbidden":
        return f"{path}: {where}: unknown key; docs/configuration.md describes the inventory"
    if first["type"] == "missing":
        return f"{path}: {where}: this key is required"
    more = f" ({len(error.errors()) - 1} more)" if len(error.errors()) > 1 else ""
    return f"{path}: {where}: {first['msg'][0].lower()}{first['msg'][1:]}{more}"
