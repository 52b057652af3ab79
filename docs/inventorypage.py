"""docs/inventory.md: every key of an inventory, what it means, an example, and who reads it."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from readers import parts_read, readers
from rulepages import cell

from vnetlint.host import Forwarding, HostDevice, HostGuest, HostNetwork, HostRoute, Inventory, Link, Listener, Upstream
from vnetlint.host.firewall import FirewallChain, FirewallRule
from vnetlint.host.guest import GuestNic, GuestRoute
from vnetlint.host.inventory import Machine

PARTS: dict[str, tuple[type[BaseModel], str]] = {
    "An interface": (Link, "interfaces"),
    "A route": (HostRoute, "routes"),
    "`forwarding`": (Forwarding, "forwarding"),
    "`upstream`": (Upstream, "upstream"),
    "A machine": (Machine, "machines"),
    "A chain of the firewall": (FirewallChain, "firewall"),
    "A rule of the firewall": (FirewallRule, "firewall"),
    "A network": (HostNetwork, "networks"),
    "A guest": (HostGuest, "guests"),
    "A guest's NIC": (GuestNic, "guests"),
    "A guest's route": (GuestRoute, "guests"),
    "A PCI device": (HostDevice, "pci_devices"),
    "A listener": (Listener, "listeners"),
}
"""The parts by their headings, each with the key under which it is."""

EXAMPLE: dict[str, Any] = {
    "version": 1,
    "name": "kvm1",
    "partial": False,
    "migration_group": "prod",
    "libvirt": "9.0.0",
    "firewall_backend": "iptables",
    "firewall_tools": ["iptables", "nftables"],
    "firewalld_zones": [],
    "firewalld_backend": "nftables",
    "resolved": False,
    "dns_listeners": ["127.0.0.53"],
    "interfaces": [
        {"name": "eno1", "kind": "nic", "addresses": ["192.168.50.10/24"], "wireless": False, "mtu": 1500, "up": True,
         "is_vf": False, "pci": "0000:03:00.0", "accept_ra": 1, "vfs": ["0000:03:10.0"], "dynamic": ["ipv6"],
         "lan": "office"},
        {"name": "eno2", "kind": "nic", "master": "br0"},
        {"name": "eno2.20", "kind": "vlan", "parent": "eno2"},
        {"name": "br0", "kind": "bridge", "ports": ["eno2"]},
        {"name": "virbr0", "kind": "bridge", "addresses": ["192.168.122.1/24"], "ports": []},
    ],
    "routes": [
        {"to": "default", "via": "192.168.50.1", "dev": "eno1"},
        {"to": "::/0", "via": "fe80::1", "dev": "eno1", "advertised": True},
    ],
    "forwarding": {"ipv4": True, "ipv6": False},
    "bridge_netfilter": False,
    "forward_policy": "drop",
    "input_policy": "accept",
    "reverse_path_filter": 2,
    "firewall": [
        {"table": "iptables", "family": "ipv4", "hook": "forward", "policy": "drop", "libvirt_at": 0,
         "asked_first": False, "rules": [
            {"in": "docker0", "out": "docker0", "negated": ["out"], "verdict": "accept"},
            {"from": "10.0.0.0/8", "to": "192.168.122.0/24", "protocol": "tcp", "ports": [[80, 80], [8000, 8010]],
             "states": ["new"], "if": "--mark 0x5", "verdict": "rules", "rules": [{"verdict": "reject"}]}]},
        {"family": "ipv4", "hook": "postrouting", "rules": [
            {"from": "10.9.0.0/24", "translated": ["192.168.50.30", "192.168.50.33"], "verdict": "snat"}]},
    ],
    "machines": [
        {"name": "printer", "on": "eno1", "addresses": ["192.168.50.20/24"],
         "routes": [{"to": "default", "via": "192.168.50.1"}]}
    ],
    "upstream": {"routes": [{"to": "10.44.0.0/24", "via": "192.168.50.10"}], "hairpin": False, "translates": ["ipv4"],
                 "addresses": ["203.0.113.1"], "inbound": False,
                 "gateways": ["192.168.50.1/24"], "on": "eno1"},
    "networks": [{"name": "default", "active": True, "autostart": True, "bridge": "virbr0",
                  "subnets": ["192.168.122.0/24"]}],
    "guests": [
        {"name": "web", "autostart": True, "forwarding": False,
         "nics": [{"mac": "52:54:00:12:34:56", "addresses": ["192.168.122.5/24"], "automatic": ["ipv4"]}],
         "routes": [{"to": "default", "via": "192.168.122.1", "nic": 0}],
         "firewall": [{"protocol": "tcp", "ports": [[22, 22]], "verdict": "accept"}, {"verdict": "drop"}]}
    ],
    "pci_devices": [{"address": "0000:03:10.0", "driver": "ixgbevf", "is_vf": True}],
    "user_backends": ["slirp", "passt"],
    "filters": ["clean-traffic"],
    "listeners": [{"protocol": "tcp", "port": 22, "address": "0.0.0.0"}],
    "unprivileged_port_start": 1024,
    "unix_sockets": ["/run/openvswitch/vhost0"],
    "vdpa_devices": ["/dev/vhost-vdpa-0"],
    "traffic_control": ["htb", "sfq"],
    "iommu": True,
    "open_vswitch": False,
    "dnsmasq_options": ["address", "conf-file"],
    "bridge_vlan_filtering": True,
    "folders": ["/srv/tftp"],
}  # fmt: skip
"""An inventory with every key, from which the page takes its examples."""

INTRODUCTION = """\
Made from the model and the rules by `make docs`. `vnetlint host` writes an inventory of the machine that it runs on
([ci.md](ci.md#the-hosts-inventory) says how to keep one). Every key but `version` may be left out: what is left out is
unknown. In parentheses is the command or setting that shows a value. [host.schema.json](host.schema.json) has the
types, for editors too.

What the machine cannot tell, such as `upstream`, `machines`, `folders`, and the inside of guests, is added by hand."""


def inventory_page() -> str:
    """Return the page."""
    read_by = readers()
    lines = ["# The inventory's keys", "", INTRODUCTION, "", *_table("read by")]
    for name, field in Inventory.model_fields.items():
        rules = [f"[{each}](rules/{each}.md)" for each in read_by[name]]
        reads = parts_read(Inventory)[name] if name not in ("version", "name") else ()
        who = ", ".join([*rules, *(each for each in reads if each == "reach")])
        example = _example(EXAMPLE[name], _heading_of(name))
        lines.append(f"| `{name}` | {cell(field.description or '')} | {example} | {who} |")
    for heading, (model, key) in PARTS.items():
        reads = parts_read(model)
        lines += ["", f"## {heading}", "", f"{model.__doc__ or ''} In `{key}`.", "", *_table("read by")]
        for name, field in model.model_fields.items():
            shown = field.alias or name
            found = _example(next(_values(EXAMPLE[key], shown), None))
            lines.append(f"| `{shown}` | {cell(_words(field))} | {found} | {', '.join(reads[name])} |")
    return "\n".join(lines) + "\n"


def _table(last: str) -> tuple[str, str]:
    return f"| key | meaning | example | {last} |", "|---|---|---|---|"


def _values(part: object, key: str) -> Iterator[object]:
    """Yield the values of a key in a part of the example and in the parts of that."""
    if isinstance(part, dict):
        if key in part:
            yield part[key]
        for each in part.values():
            yield from _values(each, key)
    elif isinstance(part, list):
        for each in part:
            yield from _values(each, key)


def _heading_of(key: str) -> str:
    """Return the heading of the first part that is under a key."""
    return next((heading for heading, (_, within) in PARTS.items() if within == key), "")


def _example(value: object, heading: str = "") -> str:
    """Return a value as JSON, the first item of a long list alone, or a link to the part that it consists of."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) > 80 and isinstance(value, list):
        text = json.dumps(value[:1], ensure_ascii=False)
    if len(text) <= 80:
        return f"`{cell(text)}`"
    return f"[below](#{heading.strip('`').lower().replace(' ', '-').replace(chr(39), '')})" if heading else "below"


def _words(field: FieldInfo) -> str:
    told = [each.description for each in field.metadata if isinstance(each, FieldInfo) and each.description]
    return field.description or next(iter(told), "")
