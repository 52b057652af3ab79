"""The inventory of a host as data: its NICs, bridges and routes, what libvirt has, and the router of its LAN.

Every part but `version` is optional. An absent part is unknown, and a rule that needs it reports nothing.
"""

from functools import cached_property
from ipaddress import ip_interface
from typing import Literal

from pydantic import Field, model_validator

from vnetlint.host.firewall import FirewallChain
from vnetlint.host.guest import HostGuest
from vnetlint.host.names import is_wireless, kind_of
from vnetlint.host.part import (
    Hop,
    InterfaceAddress,
    InterfaceName,
    InventoryPart,
    PciAddress,
    PlainAddress,
    Policy,
    SubnetText,
)
from vnetlint.model.addresses import Family, Subnet


class Link(InventoryPart):
    """A network interface of the host."""

    name: InterfaceName = Field(description="Its name.")
    kind: Literal["nic", "bridge", "bond", "vlan", "tap", "veth", "dummy", "ovs", "other"] = Field(
        default="nic", description="What it is. By default guessed from a name such as virbr0 or bond0, else a NIC."
    )
    addresses: tuple[InterfaceAddress, ...] = Field(default=(), description="Its addresses (ip address).")
    dynamic: tuple[Family, ...] = Field(
        default=(), description="The families of which it has, or may have, addresses that are not listed (DHCP, RA)."
    )
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

    lan: str | None = Field(
        default=None,
        min_length=1,
        description="A name for the LAN that it is on. Interfaces of several hosts with the same name are on one LAN.",
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

    @cached_property
    def subnets(self) -> tuple[Subnet, ...]:
        """The subnets of its addresses."""
        return tuple(ip_interface(value).network for value in self.addresses)


class HostRoute(Hop):
    """A route of the host or of the LAN's router."""

    dev: InterfaceName | None = Field(default=None, description="The outgoing interface.")
    advertised: bool | None = Field(
        default=None, description="Whether a router advertisement set it (`proto ra` in ip -6 route)."
    )


class Forwarding(InventoryPart):
    """Whether the host's kernel forwards."""

    ipv4: bool | None = Field(default=None, description="The sysctl net.ipv4.ip_forward.")
    ipv6: bool | None = Field(default=None, description="The sysctl net.ipv6.conf.all.forwarding.")


class Upstream(InventoryPart):
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
    addresses: tuple[PlainAddress, ...] = Field(
        default=(), description="The router's addresses on the side of the Internet, without a prefix."
    )
    inbound: bool | None = Field(
        default=None, description="Whether the router lets the Internet open connections to addresses behind it."
    )


class Machine(InventoryPart):
    """A machine outside the host that reach can be asked about, on a LAN or on the Internet."""

    name: str = Field(min_length=1, description="A name for it.")
    on: str = Field(
        description="The interface of the host whose LAN it is on, or `internet` for behind the LAN's router."
    )
    addresses: tuple[InterfaceAddress, ...] = Field(description="Its addresses, with prefixes.")
    routes: tuple[HostRoute, ...] | None = Field(
        default=None, description="Its routes; by default those by the gateway that the host uses on that LAN."
    )


class HostNetwork(InventoryPart):
    """A libvirt network that is defined on the host."""

    name: str = Field(description="Its name.")
    active: bool | None = Field(default=None, description="Whether it is started (virsh net-list --all).")
    autostart: bool | None = Field(default=None, description="Whether it starts with libvirt (virsh net-list --all).")
    bridge: InterfaceName | None = Field(
        default=None, description="The bridge that libvirt makes for it; absent if it joins one of the host."
    )
    subnets: tuple[SubnetText, ...] | None = Field(
        default=None, description="The subnets of its `<ip>` elements, such as 192.168.122.0/24 (virsh net-dumpxml)."
    )


class HostDevice(InventoryPart):
    """A PCI device of the host."""

    address: PciAddress = Field(description="Its address.")
    driver: str | None = Field(default=None, description="The driver that uses it, such as ixgbevf or vfio-pci.")
    is_vf: bool | None = Field(default=None, description="Whether it is an SR-IOV virtual function.")


class Listener(InventoryPart):
    """A socket that a program of the host listens on."""

    protocol: Literal["tcp", "udp"] = Field(description="tcp or udp.")
    port: int = Field(ge=1, le=65535, description="The port.")
    address: str | None = Field(default=None, description="The address; by default, all of the host's.")


class Inventory(InventoryPart):
    """A host's inventory, version 1."""

    version: Literal[1] = Field(description="The version of this format.")
    name: str = Field(default="host", description="A name for the host.")
    migration_group: str | None = Field(
        default=None,
        min_length=1,
        description="A name for the hosts between which guests migrate; the hosts with the same name are one group.",
    )
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
    partial: bool = Field(
        default=False,
        description="Whether `interfaces` and `routes` may lack some, as an inventory does that is made from files; "
        "then one that is not listed is unknown and not absent.",
    )
    interfaces: tuple[Link, ...] | None = Field(
        default=None,
        description="All network interfaces; one that is not listed is absent, unless `partial` (ip address).",
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
