"""Hosts that work as they are: no error and no warning about the files that run there."""

from typing import Any

import pytest

from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding
from vnetlint.host import Host
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import Settings


def guest(name: str, *interfaces: str) -> str:
    inner = "\n".join(f"    {each}" for each in interfaces)
    return (
        f"<domain type='kvm'>\n  <name>{name}</name>\n  <memory unit='MiB'>1024</memory>\n  <vcpu>1</vcpu>\n"
        "  <os>\n    <type arch='x86_64' machine='q35'>hvm</type>\n  </os>\n"
        f"  <devices>\n{inner}\n  </devices>\n</domain>\n"
    )


def on_bridge(bridge: str, more: str = "") -> str:
    return f"<interface type='bridge'><source bridge='{bridge}'/>{more}<model type='virtio'/></interface>"


def on_network(network: str) -> str:
    return f"<interface type='network'><source network='{network}'/><model type='virtio'/></interface>"


def on_nic(nic: str, mode: str = "bridge") -> str:
    return f"<interface type='direct'><source dev='{nic}' mode='{mode}'/><model type='virtio'/></interface>"


def joining(name: str, bridge: str) -> str:
    return f"<network>\n  <name>{name}</name>\n  <forward mode='bridge'/>\n  <bridge name='{bridge}'/>\n</network>\n"


def owning(name: str, forward: str, bridge: str, address: str) -> str:
    return (
        f"<network>\n  <name>{name}</name>\n  {forward}\n  <bridge name='{bridge}'/>\n"
        f"  <ip address='{address}' prefix='24'>\n    <dhcp>\n"
        f"      <range start='{address}00' end='{address}99'/>\n    </dhcp>\n  </ip>\n</network>\n"
    )


DEFAULT = owning("default", "<forward mode='nat'/>", "virbr0", "192.168.122.1")
ROUTE = {"to": "default", "via": "192.168.50.1", "dev": "eno1"}
NIC = {"name": "eno1", "kind": "nic", "addresses": ["192.168.50.10/24"]}
ACTIVE = {"name": "default", "active": True, "autostart": True}

HOSTS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "a NAT host whose inventory lists virbr0 without ports": (
        {"interfaces": [NIC, {"name": "eno2"}, {"name": "virbr0", "kind": "bridge", "ports": []}],
         "routes": [ROUTE], "networks": [ACTIVE]},
        {"web.xml": guest("web", on_bridge("virbr0")), "db.xml": guest("db", on_network("default"))},
    ),
    "a NAT host whose inventory names the bridge of each network": (
        {"interfaces": [NIC, {"name": "eno2"}, {"name": "guests0", "kind": "bridge", "ports": []}],
         "routes": [ROUTE], "networks": [ACTIVE, {"name": "guests", "active": True, "bridge": "guests0"}]},
        {"web.xml": guest("web", on_bridge("guests0")), "db.xml": guest("db", on_network("guests")),
         "lab.xml": joining("lab", "guests0")},
    ),
    "a NAT host whose network default has another bridge": (
        {"interfaces": [NIC, {"name": "nat0", "kind": "bridge", "addresses": ["192.168.122.1/24"], "ports": ["vnet3"]}],
         "routes": [ROUTE], "networks": [ACTIVE]},
        {"web.xml": guest("web", on_bridge("nat0"))},
    ),
    "a laptop with wireless only, and nothing but the default network": (
        {"interfaces": [{"name": "lo", "addresses": ["127.0.0.1/8"]},
                        {"name": "wlp3s0", "wireless": True, "addresses": ["192.168.1.23/24"]},
                        {"name": "virbr0", "addresses": ["192.168.122.1/24"]}, {"name": "vnet0", "master": "virbr0"}],
         "routes": [{"to": "default", "via": "192.168.1.1", "dev": "wlp3s0"}], "networks": [ACTIVE]},
        {"default.xml": DEFAULT, "win.xml": guest("win", on_network("default")),
         "old.xml": guest("old", on_bridge("virbr0"))},
    ),
    "an inventory that lists only the NICs": (
        {"interfaces": [NIC], "routes": [ROUTE]},
        {"default.xml": DEFAULT, "web.xml": guest("web", on_bridge("virbr0"))},
    ),
    "a server with br0 over bond0": (
        {"interfaces": [{"name": "eno1", "master": "bond0"}, {"name": "eno2", "master": "bond0"},
                        {"name": "bond0", "kind": "bond", "master": "br0"},
                        {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"], "ports": ["bond0"]}],
         "routes": [{"to": "default", "via": "192.168.50.1", "dev": "br0"}], "networks": [ACTIVE]},
        {"lan.xml": joining("lan", "br0"), "web.xml": guest("web", on_bridge("br0"), on_network("lan")),
         "nat.xml": owning("nat", "<forward dev='br0' mode='nat'/>", "virbr1", "10.77.1.1")},
    ),
    "a trunk with a bridge for each VLAN": (
        {"interfaces": [NIC, {"name": "eno2"}, {"name": "eno2.10", "master": "br10"}, {"name": "eno2.20"},
                        {"name": "br10", "kind": "bridge", "ports": ["eno2.10"]},
                        {"name": "br20", "kind": "bridge", "ports": ["eno2.20"]}], "routes": [ROUTE]},
        {"ten.xml": joining("ten", "br10"), "web.xml": guest("web", on_network("ten"), on_bridge("br20"))},
    ),
    "a host with Docker": (
        {"interfaces": [NIC, {"name": "eno2", "master": "br0"}, {"name": "br0", "kind": "bridge"},
                        {"name": "docker0", "kind": "bridge", "addresses": ["172.17.0.1/16"], "ports": []},
                        {"name": "br-0a1b2c3d4e5f", "kind": "bridge", "addresses": ["172.18.0.1/16"]},
                        {"name": "veth12ab", "master": "br-0a1b2c3d4e5f"},
                        {"name": "virbr0", "kind": "bridge", "addresses": ["192.168.122.1/24"]}],
         "routes": [ROUTE, {"to": "172.17.0.0/16", "dev": "docker0"}, {"to": "172.18.0.0/16", "dev": "br-0a1b2c3d4e5f"},
                    {"to": "192.168.122.0/24", "dev": "virbr0"}],
         "bridge_netfilter": True, "forward_policy": "drop", "firewall_backend": "iptables", "networks": [ACTIVE]},
        {"default.xml": DEFAULT, "web.xml": guest("web", on_network("default")),
         "box.xml": guest("box", on_bridge("docker0"), on_bridge("br-0a1b2c3d4e5f"), on_bridge("virbr0"))},
    ),
    "a node of Kubernetes": (
        {"interfaces": [{"name": "eno1", "master": "br0"},
                        {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"], "ports": ["eno1"]},
                        {"name": "cni0", "kind": "bridge", "addresses": ["10.244.0.1/24"], "ports": ["veth0a"]},
                        {"name": "veth0a", "kind": "veth", "master": "cni0"}, {"name": "flannel.1", "kind": "other"}],
         "routes": [{"to": "default", "via": "192.168.50.1", "dev": "br0"}, {"to": "10.244.0.0/24", "dev": "cni0"},
                    {"to": "10.244.1.0/24", "via": "10.244.1.0", "dev": "flannel.1"}],
         "bridge_netfilter": True, "forward_policy": "accept", "forwarding": {"ipv4": True}},
        {"lan.xml": joining("lan", "br0"), "web.xml": guest("web", on_network("lan"), on_bridge("cni0"))},
    ),
    "a host with Podman and LXD": (
        {"interfaces": [NIC, {"name": "podman0", "addresses": ["10.88.0.1/16"], "ports": []},
                        {"name": "lxdbr0", "kind": "bridge", "addresses": ["10.11.12.1/24"], "ports": ["veth7"]},
                        {"name": "incusbr0", "kind": "bridge", "ports": ["tap9"]}], "routes": [ROUTE]},
        {"web.xml": guest("web", on_bridge("podman0"), on_bridge("lxdbr0"), on_bridge("incusbr0"))},
    ),
    "a host with Open vSwitch": (
        {"interfaces": [NIC, {"name": "eno2", "master": "br-ex"}, {"name": "br-ex", "kind": "ovs", "ports": ["eno2"]},
                        {"name": "br-int", "kind": "ovs", "ports": ["vnet0", "vnet1"]}, {"name": "vnet0"}],
         "routes": [ROUTE]},
        {"web.xml": guest("web", on_bridge("br-int", "<virtualport type='openvswitch'/><vlan><tag id='7'/></vlan>"))},
    ),
    "a firewall guest in front of an internal bridge that has only tap ports": (
        {"interfaces": [NIC, {"name": "eno2"}, {"name": "br0", "kind": "bridge", "ports": ["eno2", "vnet0"]},
                        {"name": "br-lan", "kind": "bridge", "ports": ["vnet1", "vnet2"]},
                        {"name": "vnet0"}, {"name": "vnet1", "kind": "tap"}, {"name": "vnet2", "kind": "tap"}],
         "routes": [ROUTE]},
        {"fw.xml": guest("fw", on_bridge("br0"), on_bridge("br-lan")), "web.xml": guest("web", on_bridge("br-lan"))},
    ),
    "a rented server with NAT for its own bridge": (
        {"interfaces": [NIC, {"name": "vmbr1", "kind": "bridge", "addresses": ["10.10.10.1/24"], "ports": []}],
         "routes": [ROUTE], "forwarding": {"ipv4": True}},
        {"web.xml": guest("web", on_bridge("vmbr1")), "lan.xml": joining("lan", "vmbr1")},
    ),
    "macvtap on the NIC of the host, and on a NIC with a VLAN": (
        {"interfaces": [NIC, {"name": "eno2"}, {"name": "eno2.5", "kind": "vlan"}], "routes": [ROUTE]},
        {"web.xml": guest("web", on_nic("eno1"), on_nic("eno2"), on_nic("eno2.5"))},
    ),
    "a network limited to the NIC of another LAN": (
        {"interfaces": [NIC, {"name": "eno2", "addresses": ["10.9.0.2/24"]}], "routes": [ROUTE]},
        {"dmz.xml": owning("dmz", "<forward dev='eno2' mode='nat'/>", "virbr2", "10.77.2.1")},
    ),
    "a network limited to a VPN that is not connected": (
        {"interfaces": [NIC], "routes": [ROUTE]},
        {"vpn.xml": owning("vpn", "<forward dev='wg0' mode='nat'/>", "virbr3", "10.77.3.1")},
    ),
    "a NAT pool that the provider routes to the host": (
        {"interfaces": [NIC], "routes": [ROUTE]},
        {"pool.xml": owning(
            "pool", "<forward mode='nat'><nat><address start='203.0.113.8' end='203.0.113.15'/></nat></forward>",
            "virbr4", "10.77.4.1")},
    ),
    "running networks with bridge names that libvirt chose": (
        {"interfaces": [NIC, {"name": "virbr0", "addresses": ["10.77.5.1/24"]}, {"name": "virbr1", "ports": ["vnet0"]}],
         "routes": [ROUTE, {"to": "10.77.5.0/24", "dev": "virbr0"}, {"to": "10.77.6.0/24", "dev": "virbr1"}],
         "networks": [{"name": "five", "active": True, "bridge": "virbr0"},
                      {"name": "six", "active": True, "bridge": "virbr1"}]},
        {"five.xml": owning("five", "<forward mode='nat'/>", "virbr0", "10.77.5.1"),
         "six.xml": owning("six", "<forward mode='nat'/>", "", "10.77.6.1").replace(" name=''", "")},
    ),
    "a host behind ufw, with libvirt's iptables rules": (
        {"interfaces": [NIC, {"name": "virbr0", "addresses": ["192.168.122.1/24"]}], "routes": [ROUTE],
         "forward_policy": "drop", "input_policy": "drop", "firewall_backend": "iptables",
         "firewall_tools": ["iptables", "nftables"], "networks": [ACTIVE],
         "listeners": [{"protocol": "tcp", "port": 22}, {"protocol": "udp", "port": 53, "address": "127.0.0.53"}],
         "dns_listeners": ["127.0.0.53"], "resolved": True},
        {"default.xml": DEFAULT, "web.xml": guest("web", on_network("default"))},
    ),
    "a host with firewalld": (
        {"interfaces": [NIC], "routes": [ROUTE], "firewalld_zones": ["public", "libvirt"], "input_policy": "reject",
         "forward_policy": "reject", "firewall_backend": "iptables"},
        {"lab.xml": owning("lab", "<forward mode='nat'/>", "virbr2", "10.77.7.1").replace(
            "<bridge name='virbr2'/>", "<bridge name='virbr2' zone='public'/>")},
    ),
    "a host with SR-IOV": (
        {"interfaces": [NIC, {"name": "ens2f0", "vfs": ["0000:04:00.1", "0000:04:00.2"]},
                        {"name": "ens2f0v0", "is_vf": True}, {"name": "ens2f0v1", "is_vf": True}], "routes": [ROUTE]},
        {"vf.xml": "<network>\n  <name>vf</name>\n  <forward mode='hostdev' managed='yes'>\n"
                   "    <pf dev='ens2f0'/>\n  </forward>\n</network>\n",
         "web.xml": guest("web", on_network("vf"), on_nic("ens2f0v1", "passthrough"))},
    ),
    "a team of NICs and a bridge whose kind the inventory does not give": (
        {"interfaces": [{"name": "eno1", "master": "team0"}, {"name": "team0", "master": "br-lan"},
                        {"name": "br-lan", "addresses": ["192.168.50.10/24"]}],
         "routes": [{"to": "default", "via": "192.168.50.1", "dev": "br-lan"}]},
        {"lan.xml": joining("lan", "br-lan"), "web.xml": guest("web", on_network("lan"), on_bridge("br-lan"))},
    ),
    "Open vSwitch bridges whose kind the inventory does not give": (
        {"interfaces": [NIC, {"name": "ovsbr0", "ports": ["vnet0"]}, {"name": "br1", "ports": ["eno2"]}],
         "routes": [ROUTE]},
        {"web.xml": guest("web", on_bridge("ovsbr0", "<virtualport type='openvswitch'/>"),
                          on_bridge("br1", "<virtualport type='openvswitch'/>"))},
    ),
    "macvtap on a bond, and a second one in mode private": (
        {"interfaces": [NIC, {"name": "eno2", "master": "bond1"}, {"name": "eno3", "master": "bond1"},
                        {"name": "bond1", "mtu": 9000}], "routes": [ROUTE]},
        {"web.xml": guest("web", on_nic("bond1"), on_nic("bond1", "private"))},
    ),
    "a routed network that the router knows, on a host with IPv6": (
        {"interfaces": [{"name": "eno1", "addresses": ["192.168.50.10/24", "fd50::10/64", "fe80::1/64"]}],
         "routes": [ROUTE, {"to": "::/0", "via": "fe80::fe", "dev": "eno1", "advertised": True}],
         "forwarding": {"ipv4": True, "ipv6": True},
         "upstream": {"routes": [{"to": "10.77.0.0/16", "via": "192.168.50.10"}]}},
        {"r.xml": owning("r", "<forward mode='route'/>", "virbr8", "10.77.8.1")},
    ),
}  # fmt: skip


def findings(host: dict[str, Any], files: dict[str, str]) -> list[Finding]:
    settings = Settings(rules=builtin().select(["default"]), host=Host.of({"version": 1, **host}))
    return list(lint([named(path, text) for path, text in files.items()], settings).findings)


@pytest.mark.parametrize(("host", "files"), HOSTS.values(), ids=HOSTS)
def test_a_healthy_host_is_left_alone(host: dict[str, Any], files: dict[str, str]) -> None:
    serious = [each for each in findings(host, files) if each.severity != "info"]
    assert [(each.rule, each.path, each.message) for each in serious] == []


@pytest.mark.parametrize(("host", "files"), HOSTS.values(), ids=HOSTS)
def test_no_command_moves_a_nic_into_a_bridge_of_a_healthy_host(host: dict[str, Any], files: dict[str, str]) -> None:
    snippets = [fix.snippet for each in findings(host, files) for fix in each.fixes]
    assert not [each for each in snippets if "nomaster" in each or "master virbr" in each or "master docker" in each]
